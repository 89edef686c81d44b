"""The screens: the main one, and what lies over it."""
