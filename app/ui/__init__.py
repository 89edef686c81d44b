"""The terminal interface: screens and widgets that show what a session tells, and nothing that decides."""
