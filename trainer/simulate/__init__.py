"""Simulated developers: one file per scenario; `dataset` turns the corpus into training examples."""
