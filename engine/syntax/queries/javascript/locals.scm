; JavaScript alone: parameters without types, fields, and modules by `require`.

(class_declaration name: (identifier) @def.class)
(class name: (identifier) @def.class)
(field_definition property: (property_identifier) @def.field)
(field_definition property: (property_identifier) @def.field value: (_) @value)
(field_definition property: (private_property_identifier) @def.field)

(formal_parameters (identifier) @def.parameter)
(formal_parameters (assignment_pattern left: (identifier) @def.parameter right: (_) @default))
(formal_parameters (rest_pattern (identifier) @def.rest))

((variable_declarator name: (identifier) @import.module value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @module .))) (#eq? @_require "require"))
((variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @import.name) value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @module .))) (#eq? @_require "require"))
