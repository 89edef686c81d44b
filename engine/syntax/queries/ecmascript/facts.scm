; Read eagerly, once per file: what it defines where others can see it, and what it imports.

(class_declaration name: (_) @class body: (_) @body)
(function_declaration name: (identifier) @function body: (_) @body)
(method_definition name: (property_identifier) @function body: (_) @body)
(program (lexical_declaration (variable_declarator name: (identifier) @variable)))
(program (variable_declaration (variable_declarator name: (identifier) @variable)))
(program (export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @variable))))
(program (export_statement declaration: (variable_declaration (variable_declarator name: (identifier) @variable))))
(import_statement source: (string) @module)
(export_statement source: (string) @module)
