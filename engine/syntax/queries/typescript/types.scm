; What only TypeScript writes.

(type_identifier) @expr.name
(non_null_expression (_) @inner) @expr.same
(as_expression (_) (_) @annotation) @expr.cast
(as_expression (_) @inner "const") @expr.same
(satisfies_expression . (_) @inner) @expr.same
(instantiation_expression . (_) @inner) @expr.same

; Annotations
(type_annotation (_) @inner) @type.same
(parenthesized_type (_) @inner) @type.same
(readonly_type (_) @inner) @type.same
(optional_type (_) @inner) @type.same
(union_type (_) @inner) @type.union
(intersection_type (_) @inner) @type.union
(array_type (_) @inner) @type.many
(tuple_type (_) @inner) @type.many
(generic_type name: (_) @name type_arguments: (type_arguments (_) @argument)) @type.generic
((generic_type name: (_) @name type_arguments: (type_arguments . (_) @argument)) @type.wrapper (#any-of? @name "Promise" "PromiseLike" "Partial" "Readonly" "Required" "NonNullable" "Awaited" "Omit" "Pick"))
((generic_type name: (_) @name type_arguments: (type_arguments (_) @argument)) @type.container (#any-of? @name "Array" "ReadonlyArray" "Set" "ReadonlySet" "Iterable" "Iterator" "IterableIterator" "AsyncIterable" "Map" "ReadonlyMap" "Record"))
(nested_type_identifier module: (_) @object name: (type_identifier) @member) @expr.member
(type_query (_) @inner) @type.value
(object_type) @type.object
(predefined_type) @type.foreign
((predefined_type) @type.any (#any-of? @type.any "any" "unknown" "object" "void" "never"))
(literal_type) @type.foreign
((literal_type [(null) (undefined)]) @type.none)
(function_type) @type.function
(lookup_type . (_) @object . (literal_type (string (string_fragment) @member))) @type.lookup
((generic_type name: (_) @name type_arguments: (type_arguments . (_) @argument)) @type.returned (#eq? @name "ReturnType"))
((generic_type name: (_) @name type_arguments: (type_arguments . (_) @argument)) @type.made (#eq? @name "InstanceType"))
(this_type) @type.self

; Classes and functions
(class_declaration (class_heritage (extends_clause value: (_) @base))) @shape.class
(class_declaration (class_heritage (implements_clause (_) @base))) @shape.class
(abstract_class_declaration (class_heritage (extends_clause value: (_) @base))) @shape.class
(abstract_class_declaration (class_heritage (implements_clause (_) @base))) @shape.class
(class (class_heritage (extends_clause value: (_) @base))) @shape.class
(interface_declaration (extends_type_clause type: (_) @base)) @shape.class
(function_declaration return_type: (type_annotation) @annotation) @shape.function
(function_expression return_type: (type_annotation) @annotation) @shape.function
(arrow_function return_type: (type_annotation) @annotation) @shape.function
(method_definition return_type: (type_annotation) @annotation) @shape.function
(method_signature return_type: (type_annotation) @annotation) @shape.function
(abstract_method_signature return_type: (type_annotation) @annotation) @shape.function
(function_signature return_type: (type_annotation) @annotation) @shape.function
(function_type return_type: (_) @annotation) @shape.function
(method_definition parameters: (formal_parameters . (required_parameter pattern: (this) type: (_) @annotation))) @shape.self
(function_expression parameters: (formal_parameters . (required_parameter pattern: (this) type: (_) @annotation))) @shape.self
(function_declaration parameters: (formal_parameters . (required_parameter pattern: (this) type: (_) @annotation))) @shape.self
(interface_declaration body: (_ (call_signature return_type: (type_annotation) @annotation))) @shape.call
(interface_declaration body: (_ (construct_signature type: (type_annotation) @annotation))) @shape.call
(object_type (call_signature return_type: (type_annotation) @annotation)) @shape.call
(object_type (construct_signature type: (type_annotation) @annotation)) @shape.call
(object_type (index_signature type: (type_annotation) @annotation)) @shape.index
(interface_declaration body: (_ (index_signature type: (type_annotation) @annotation))) @shape.index

; What is expected of a literal
(variable_declarator type: (type_annotation) @annotation value: (_) @held) @context.typed
(public_field_definition type: (type_annotation) @annotation value: (_) @held) @context.typed
(required_parameter type: (type_annotation) @annotation value: (_) @held) @context.typed
(as_expression . (_) @held . (_) @annotation) @context.typed
(satisfies_expression . (_) @held . (_) @annotation) @context.typed

; Where a name or pattern gets its value from
(required_parameter pattern: (_) @held) @pattern.parameter
(optional_parameter pattern: (_) @held) @pattern.parameter
(required_parameter pattern: (_) @held type: (type_annotation) @annotation) @pattern.typed
(optional_parameter pattern: (_) @held type: (type_annotation) @annotation) @pattern.typed
(variable_declarator name: (_) @held type: (type_annotation) @annotation) @pattern.typed
