; Exports of everything that another module has. Run over the whole file, once.

(export_statement "*" source: (string) @module) @import.all
