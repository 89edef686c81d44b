; TypeScript alone. Annotations are expressions of types; of several patterns the last one counts.

(type_identifier) @expr.name
(nested_type_identifier module: (_) @object name: (type_identifier) @member) @expr.member
(non_null_expression (_) @inner) @expr.same
(as_expression (_) (_) @annotation) @expr.cast
((as_expression (_) @inner "const") @expr.same)
(satisfies_expression . (_) @inner) @expr.same
(object_type) @expr.class

(generic_type name: (_) @inner) @expr.same
(parenthesized_type (_) @inner) @type.same
(readonly_type (_) @inner) @type.same
(optional_type (_) @inner) @type.same
(union_type (_) @inner) @type.union
(intersection_type (_) @inner) @type.union
(array_type (_) @inner) @type.many
[(predefined_type) (literal_type) (template_literal_type) (index_type_query) (tuple_type)] @type.foreign
((generic_type name: (type_identifier) @_name type_arguments: (type_arguments . (_) @inner)) @type.same
  (#any-of? @_name "Promise" "PromiseLike" "Readonly" "Partial" "Required" "Pick" "Omit" "NonNullable" "Awaited"))
((generic_type name: (type_identifier) @_name type_arguments: (type_arguments . (_) @inner)) @type.many
  (#any-of? @_name "Array" "ReadonlyArray" "Set" "Iterable" "IterableIterator" "ReadonlySet"))

(class_declaration (class_heritage (extends_clause value: (_) @base))) @shape.class
(class_declaration (class_heritage (implements_clause (_) @base))) @shape.class
(class (class_heritage (extends_clause value: (_) @base))) @shape.class
(class (class_heritage (implements_clause (_) @base))) @shape.class
(abstract_class_declaration (class_heritage (extends_clause value: (_) @base))) @shape.class
(abstract_class_declaration (class_heritage (implements_clause (_) @base))) @shape.class
(interface_declaration (extends_type_clause type: (_) @base)) @shape.class
(type_alias_declaration value: [(type_identifier) (generic_type) (nested_type_identifier)] @base) @shape.class
(type_alias_declaration value: (union_type [(type_identifier) (generic_type) (nested_type_identifier)] @base)) @shape.class
(type_alias_declaration value: (intersection_type [(type_identifier) (generic_type) (nested_type_identifier)] @base)) @shape.class
(function_declaration return_type: (type_annotation (_) @annotation)) @shape.function
(arrow_function return_type: (type_annotation (_) @annotation)) @shape.function
(function_expression return_type: (type_annotation (_) @annotation)) @shape.function
(method_definition return_type: (type_annotation (_) @annotation)) @shape.function
(method_signature return_type: (type_annotation (_) @annotation)) @shape.function
(function_signature return_type: (type_annotation (_) @annotation)) @shape.function
(abstract_method_signature return_type: (type_annotation (_) @annotation)) @shape.function
