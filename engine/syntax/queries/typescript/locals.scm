; What only TypeScript has.

; Scopes
[(function_signature) (method_signature) (abstract_method_signature) (call_signature) (construct_signature) (function_type) (constructor_type)] @scope.function
[(abstract_class_declaration) (interface_declaration) (enum_declaration) (object_type)] @scope.closed
[(class_declaration type_parameters: (_)) (class type_parameters: (_)) (abstract_class_declaration type_parameters: (_)) (interface_declaration type_parameters: (_)) (type_alias_declaration type_parameters: (_))] @scope.types
(class_declaration name: (_) @outer type_parameters: (_))
(abstract_class_declaration name: (_) @outer)
(abstract_class_declaration name: (_) @outer type_parameters: (_))
(interface_declaration name: (_) @outer)
(interface_declaration name: (_) @outer type_parameters: (_))
(type_alias_declaration name: (_) @outer type_parameters: (_))
(enum_declaration name: (_) @outer)
(function_signature name: (identifier) @outer)
(method_signature name: (_) @outer)
(abstract_method_signature name: (_) @outer)

; Definitions
(function_signature name: (identifier) @def.function)
(abstract_class_declaration name: (_) @def.class)
(interface_declaration name: (_) @def.class)
(enum_declaration name: (_) @def.class)
(internal_module name: (identifier) @def.function)
(type_alias_declaration name: (type_identifier) @def.alias value: (_) @annotation)
(type_parameter name: (type_identifier) @def.typeparam)
(type_parameter name: (type_identifier) @def.typeparam constraint: (constraint (_) @annotation))
(type_parameter name: (type_identifier) @def.typeparam value: (default_type (_) @annotation))
(variable_declarator name: (identifier) @def.variable type: (type_annotation) @annotation)
(required_parameter pattern: (identifier) @def.parameter)
(required_parameter pattern: (identifier) @def.parameter type: (type_annotation) @annotation)
(required_parameter pattern: (identifier) @def.parameter value: (_) @default)
(required_parameter pattern: (rest_pattern (identifier) @def.rest))
(optional_parameter pattern: (identifier) @def.parameter)
(optional_parameter pattern: (identifier) @def.parameter type: (type_annotation) @annotation)
(required_parameter [(accessibility_modifier) (override_modifier) "readonly"] pattern: (identifier) @def.paramfield)
(required_parameter [(accessibility_modifier) (override_modifier) "readonly"] pattern: (identifier) @def.paramfield type: (type_annotation) @annotation)
(optional_parameter [(accessibility_modifier) (override_modifier) "readonly"] pattern: (identifier) @def.paramfield)
(optional_parameter [(accessibility_modifier) (override_modifier) "readonly"] pattern: (identifier) @def.paramfield type: (type_annotation) @annotation)
(index_signature name: (identifier) @def.parameter)
(import_require_clause (identifier) @import.module source: (string (string_fragment) @module))

; Members
(public_field_definition name: [(property_identifier) (private_property_identifier)] @def.field)
(public_field_definition name: [(property_identifier) (private_property_identifier)] @def.field value: (_) @value)
(public_field_definition name: [(property_identifier) (private_property_identifier)] @def.field type: (type_annotation) @annotation)
(property_signature name: (property_identifier) @def.field)
(property_signature name: (property_identifier) @def.field type: (type_annotation) @annotation)
(method_signature name: (property_identifier) @def.method)
(abstract_method_signature name: (property_identifier) @def.method)
(enum_body name: (property_identifier) @def.field)
(enum_assignment name: (property_identifier) @def.field)
(nested_type_identifier module: (_) @object name: (type_identifier) @member)
(nested_type_identifier module: (identifier) @use.type)
(nested_identifier object: (_) @object property: (property_identifier) @member)

; How a plain name is used
(type_identifier) @ref.type
(extends_clause value: (identifier) @ref.type)
(extends_clause value: (identifier) @use.value)
