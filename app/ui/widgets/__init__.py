"""The widgets, one a file; they answer by message."""
