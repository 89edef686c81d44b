; What only JavaScript writes this way.

(formal_parameters (identifier) @def.parameter)
(formal_parameters (assignment_pattern left: (identifier) @def.parameter right: (_) @default))
(formal_parameters (rest_pattern (identifier) @def.rest))
(field_definition property: [(property_identifier) (private_property_identifier)] @def.field)
(field_definition property: [(property_identifier) (private_property_identifier)] @def.field value: (_) @value)
(class_heritage (identifier) @ref.type)
