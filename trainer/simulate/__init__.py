"""Simulated edit chains: one module a scenario, truth made after the fact."""
