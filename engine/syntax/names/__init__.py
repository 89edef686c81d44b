"""What names mean: scopes, imports, members, classes and what expressions hold."""
