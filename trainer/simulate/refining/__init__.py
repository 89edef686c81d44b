"""The variants of simulated type refinement."""
