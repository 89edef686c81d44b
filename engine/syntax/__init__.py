"""tree-sitter, the scopes of a file, and the index of the project; the only door to tree-sitter."""
