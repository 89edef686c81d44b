"""The variants of simulated signature changes."""
