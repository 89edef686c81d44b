"""Where a name comes from and how its import is written: parts of `imports`."""
