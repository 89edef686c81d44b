"""Which way of learning from preferences is worth what: every arm on the same tuples and the same points."""
