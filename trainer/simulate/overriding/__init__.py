"""The variants of simulated overrides."""
