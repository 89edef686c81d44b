; TypeScript alone: types, interfaces, enums, typed parameters, namespaces.

; Scopes
(abstract_class_declaration) @scope.closed
(interface_declaration) @scope.closed
(type_alias_declaration) @scope.closed
(enum_declaration) @scope.closed
(type_annotation (object_type) @scope.closed)
(array_type (object_type) @scope.closed)
(type_arguments (object_type) @scope.closed)
(opting_type_annotation (object_type) @scope.closed)
(constraint (object_type) @scope.closed)
(default_type (object_type) @scope.closed)
(as_expression (object_type) @scope.closed)
(function_signature) @scope.function
(method_signature) @scope.function
(abstract_method_signature) @scope.function
(call_signature) @scope.function
(construct_signature) @scope.function
(function_type) @scope.function
(constructor_type) @scope.function
(index_signature) @scope.function
(conditional_type) @scope.block
(internal_module) @scope.open

(abstract_class_declaration name: (_) @outer)
(interface_declaration name: (_) @outer)
(type_alias_declaration name: (_) @outer)
(enum_declaration name: (_) @outer)
(function_signature name: (_) @outer)
(method_signature name: (_) @outer)
(abstract_method_signature name: (_) @outer)
(internal_module name: (_) @outer)

; Definitions
(class_declaration name: (type_identifier) @def.class)
(class name: (type_identifier) @def.class)
(abstract_class_declaration name: (type_identifier) @def.class)
(interface_declaration name: (type_identifier) @def.class)
(type_alias_declaration name: (type_identifier) @def.class)
(enum_declaration name: (identifier) @def.class)
(internal_module name: (identifier) @def.class)
(function_signature name: (identifier) @def.function)
(type_parameter name: (type_identifier) @def.typeparam)
(mapped_type_clause name: (type_identifier) @def.typeparam)
(infer_type (type_identifier) @def.typeparam)

(public_field_definition name: (property_identifier) @def.field)
(public_field_definition name: (property_identifier) @def.field value: (_) @value)
(public_field_definition name: (property_identifier) @def.field type: (type_annotation (_) @annotation))
(public_field_definition name: (private_property_identifier) @def.field)
(property_signature name: (property_identifier) @def.field)
(property_signature name: (property_identifier) @def.field type: (type_annotation (_) @annotation))
(method_signature name: (property_identifier) @def.method)
(abstract_method_signature name: (property_identifier) @def.method)
(enum_body name: (property_identifier) @def.field)
(enum_assignment name: (property_identifier) @def.field)
(index_signature name: (identifier) @def.parameter)

(required_parameter pattern: (identifier) @def.parameter)
(required_parameter pattern: (identifier) @def.parameter type: (type_annotation (_) @annotation))
(required_parameter pattern: (identifier) @def.parameter value: (_) @default)
(required_parameter pattern: (identifier) @def.parameter type: (type_annotation (_) @annotation) value: (_) @default)
(optional_parameter pattern: (identifier) @def.parameter)
(optional_parameter pattern: (identifier) @def.parameter type: (type_annotation (_) @annotation))
(required_parameter pattern: (rest_pattern (identifier) @def.rest))
(required_parameter pattern: (object_pattern (pair_pattern key: (property_identifier) @keyword.field)) type: (type_annotation (_) @owner))
(variable_declarator name: (identifier) @def.variable type: (type_annotation (_) @annotation))

; Members
(nested_type_identifier module: (_) @object name: (type_identifier) @member)
(nested_identifier object: (_) @object property: (property_identifier) @member)

; How a plain name is used
(type_identifier) @ref.type
(nested_type_identifier name: (type_identifier) @use.type)
