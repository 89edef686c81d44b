; The import statements of a file and what each brings in; `kind` says how. Run over the statements only.

(import_statement) @statement
(import_statement source: (string (string_fragment) @source))
(named_imports "{" @open "}" @close)
(object_pattern "{" @open "}" @close)

((import_statement (import_clause (identifier) @item @local) source: (string (string_fragment) @module)) (#set! kind default))
((import_statement (import_clause (named_imports (import_specifier !alias name: (_) @name) @item)) source: (string (string_fragment) @module)) (#set! kind name))
((import_statement (import_clause (named_imports (import_specifier name: (_) @name alias: (_) @local) @item)) source: (string (string_fragment) @module)) (#set! kind name))
((import_statement (import_clause (namespace_import (identifier) @local) @item) source: (string (string_fragment) @module)) (#set! kind module))

; CommonJS
([(lexical_declaration (variable_declarator value: (call_expression function: (identifier) @require arguments: (arguments . (string (string_fragment) @source) .)))) (variable_declaration (variable_declarator value: (call_expression function: (identifier) @require arguments: (arguments . (string (string_fragment) @source) .))))] @statement (#eq? @require "require"))
((variable_declarator name: (identifier) @item @local value: (call_expression function: (identifier) @require arguments: (arguments . (string (string_fragment) @module) .))) (#eq? @require "require") (#set! kind default))
((variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @item @name) value: (call_expression function: (identifier) @require arguments: (arguments . (string (string_fragment) @module) .))) (#eq? @require "require") (#set! kind name))
((variable_declarator name: (object_pattern (pair_pattern key: (property_identifier) @name value: (identifier) @local) @item) value: (call_expression function: (identifier) @require arguments: (arguments . (string (string_fragment) @module) .))) (#eq? @require "require") (#set! kind name))

(hash_bang_line) @header
(program . (comment)* . (expression_statement (string) @header))
