"""How files refer to one another: modules, packages, import statements."""
