; Read eagerly, once per file: what it defines where others can see it, and what it imports.

[(struct_item name: (_) @class body: (_) @body) (enum_item name: (_) @class body: (_) @body) (trait_item name: (_) @class body: (_) @body) (union_item name: (_) @class body: (_) @body)]
(struct_item name: (_) @class !body)
(type_item name: (_) @type)
(function_item name: (identifier) @function body: (_) @body)
(function_signature_item name: (identifier) @method)
(const_item name: (identifier) @variable)
(static_item name: (identifier) @variable)
(field_declaration name: (field_identifier) @field)
(enum_variant name: (identifier) @field)
(use_declaration argument: (scoped_identifier path: (_) @module))
(use_declaration argument: (scoped_use_list path: (_) @module))
(use_declaration argument: (use_wildcard (_) @module))
