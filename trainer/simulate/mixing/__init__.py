"""The ways in which simulated refactorings come together in one save."""
