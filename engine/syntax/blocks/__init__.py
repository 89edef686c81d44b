"""Code in pieces: what equals what, what may be moved where, and what is missing."""
