; Read eagerly, once per file: what it defines where others can see it, and what it imports.

(class_declaration name: (identifier) @class body: (_) @body)
(interface_declaration name: (identifier) @class body: (_) @body)
(enum_declaration name: (identifier) @class body: (_) @body)
(record_declaration name: (identifier) @class body: (_) @body)
(annotation_type_declaration name: (identifier) @class body: (_) @body)
(method_declaration name: (identifier) @method)
(field_declaration declarator: (variable_declarator name: (identifier) @field))
(constant_declaration declarator: (variable_declarator name: (identifier) @field))
(enum_constant name: (identifier) @field)
(import_declaration (scoped_identifier) @module)
