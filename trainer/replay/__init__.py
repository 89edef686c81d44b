"""Playing a repository's history as edits: what Ripple would have shown, and how much of it was right."""
