"""From decisions and histories to preference tuples and outcomes."""
