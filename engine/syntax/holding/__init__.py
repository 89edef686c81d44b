"""Where types are written and where the values go that they speak of."""
