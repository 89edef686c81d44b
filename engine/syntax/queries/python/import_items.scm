; The import statements of a file and what each brings in; `kind` says how. Run over the statements only.

[(import_statement) (import_from_statement) (future_import_statement)] @statement
(import_from_statement "(" @open ")" @close)
((if_statement condition: [(identifier) @_typing (attribute attribute: (identifier) @_typing)] consequence: (block) @guard) (#eq? @_typing "TYPE_CHECKING"))

((import_statement name: (dotted_name . (identifier) @local) @item @module) (#set! kind module))
((import_statement name: (aliased_import name: (dotted_name) @module alias: (identifier) @local) @item) (#set! kind module))
((import_from_statement module_name: (_) @module name: (dotted_name) @item @name) (#set! kind name))
((import_from_statement module_name: (_) @module name: (aliased_import name: (dotted_name) @name alias: (identifier) @local) @item) (#set! kind name))
((import_from_statement module_name: (_) @module (wildcard_import) @item) (#set! kind all))
((future_import_statement "__future__" @module name: (dotted_name) @item @name) (#set! kind name))

(module . (comment)* . (expression_statement (string) @header))
