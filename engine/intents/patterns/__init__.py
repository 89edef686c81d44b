"""Replacements learnt from an edit: parts of `repeat`."""
