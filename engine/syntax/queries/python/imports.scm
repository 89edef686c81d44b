; Imports of everything a module has. Run over the whole file, once.

(import_from_statement module_name: (_) @module (wildcard_import)) @import.all
