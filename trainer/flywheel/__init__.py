"""Simulated people: days of edits to one taste, and the nights that learn it."""
