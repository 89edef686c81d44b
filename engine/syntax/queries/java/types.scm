; What the value of an expression is. Run at the root of the expression only; of several the last one counts.

(identifier) @expr.name
(type_identifier) @expr.name
(this) @expr.self
(super) @expr.super
(field_access object: (_) @object field: (identifier) @member) @expr.member
(field_access field: (this)) @expr.self
(scoped_type_identifier . (_) @object (type_identifier) @member .) @expr.member
(scoped_identifier scope: (_) @object name: (identifier) @member) @expr.member
(method_invocation !object name: (identifier) @callee) @expr.call
(method_invocation object: (_) @object name: (identifier) @member) @expr.method
(object_creation_expression type: (_) @annotation) @expr.cast
(cast_expression type: (_) @annotation) @expr.cast
(parenthesized_expression (_) @inner) @expr.same
(assignment_expression right: (_) @inner) @expr.same
(ternary_expression consequence: (_) @inner alternative: (_) @inner) @expr.same
(array_access array: (_) @object) @expr.element
(lambda_expression) @expr.function
[
  (string_literal) (character_literal) (decimal_integer_literal) (decimal_floating_point_literal) (true) (false)
  (binary_expression) (unary_expression) (instanceof_expression) (class_literal) (null_literal)
] @expr.foreign

; Annotations
(generic_type . (_) @name) @type.generic
((generic_type . (type_identifier) @_name (type_arguments . (_) @inner)) @type.many
  (#match? @_name "^(List|ArrayList|LinkedList|Set|HashSet|TreeSet|Collection|Iterable|Iterator|Queue|Deque|Stream|Optional)$"))
(array_type element: (_) @inner) @type.many
(annotated_type (_) @inner .) @type.same
[(integral_type) (floating_point_type) (boolean_type) (void_type)] @type.foreign

; Classes and functions
(class_declaration superclass: (superclass (_) @base)) @shape.class
(class_declaration interfaces: (super_interfaces (type_list (_) @base))) @shape.class
(interface_declaration (extends_interfaces (type_list (_) @base))) @shape.class
(enum_declaration interfaces: (super_interfaces (type_list (_) @base))) @shape.class
(record_declaration interfaces: (super_interfaces (type_list (_) @base))) @shape.class
(object_creation_expression type: (_) @base (class_body) @held)
(method_declaration type: (_) @annotation) @shape.function
