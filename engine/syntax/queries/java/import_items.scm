; The import statements of a file and what each brings in; `kind` says how. Run over the statements only.

(import_declaration) @statement
(import_declaration "static" @static)

((import_declaration (scoped_identifier scope: (_) @module name: (identifier) @name) @item .) (#set! kind name))
((import_declaration (_) @module (asterisk) @item) (#set! kind all))

(package_declaration) @header
