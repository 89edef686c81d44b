"""What the errors of an edit are and what puts each right: parts of `fix`."""
