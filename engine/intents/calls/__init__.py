"""The calls, relatives and documentation of a function whose head changed: parts of `signature`."""
