; Read eagerly, once per file: what it defines where others can see it, and what it imports.

(class_declaration name: (_) @class body: (_) @body)
(function_declaration name: (identifier) @function body: (_) @body)
(generator_function_declaration name: (identifier) @function body: (_) @body)
(method_definition name: (property_identifier) @method)
(program (lexical_declaration (variable_declarator name: (identifier) @variable)))
(program (variable_declaration (variable_declarator name: (identifier) @variable)))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @variable))))
(import_statement source: (string (string_fragment) @module))
(export_statement source: (string (string_fragment) @module))
((call_expression function: (identifier) @_require arguments: (arguments (string (string_fragment) @module))) (#eq? @_require "require"))
