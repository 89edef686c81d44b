"""The variants of simulated extraction and inlining."""
