"""The variants of simulated errors."""
