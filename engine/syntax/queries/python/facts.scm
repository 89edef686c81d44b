; Read eagerly, once per file: what it defines where others can see it, and what it imports.

(class_definition name: (identifier) @class body: (_) @body)
(function_definition name: (identifier) @function body: (_) @body)
(module (expression_statement (assignment left: (identifier) @variable)))
(class_definition body: (block (expression_statement (assignment left: (identifier) @field))))
(import_statement name: (dotted_name) @module)
(import_statement name: (aliased_import name: (dotted_name) @module))
(import_from_statement module_name: (_) @module)
