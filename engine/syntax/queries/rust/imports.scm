; Imports of everything a module has.

(use_declaration argument: (use_wildcard (_) @module)) @import.all
