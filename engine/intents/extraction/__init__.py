"""A definition takes the place of equal code, or gives its code back: parts of `extract`."""
