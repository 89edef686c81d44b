"""How far an exchanged type goes and what is written about its values: parts of `refine`."""
