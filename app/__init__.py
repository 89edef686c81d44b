"""The terminal and the command line: bindings, screens, widgets and the JSON front end; no logic."""
