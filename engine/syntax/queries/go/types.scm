; What the value of an expression is. Run at the root of the expression only.

(identifier) @expr.name
(package_identifier) @expr.name
(type_identifier) @expr.name
(selector_expression operand: (_) @object field: (_) @member) @expr.member
(qualified_type package: (_) @object name: (_) @member) @expr.member
(call_expression function: (_) @callee) @expr.call
((call_expression function: (identifier) @_new arguments: (argument_list . (_) @annotation)) @expr.cast (#any-of? @_new "new" "make"))
((call_expression function: (identifier) @_append arguments: (argument_list . (_) @inner)) @expr.same (#eq? @_append "append"))
(composite_literal type: (_) @annotation) @expr.cast
(type_assertion_expression type: (_) @annotation) @expr.cast
(type_conversion_expression type: (_) @annotation) @expr.cast
(unary_expression operand: (_) @inner) @expr.same
(parenthesized_expression (_) @inner) @expr.same
(index_expression operand: (_) @object) @expr.element
(slice_expression operand: (_) @inner) @expr.same
(type_instantiation_expression type: (_) @inner) @expr.same
(func_literal) @expr.function
[(interpreted_string_literal) (raw_string_literal) (int_literal) (float_literal) (rune_literal) (true) (false)] @expr.foreign

; Annotations
(pointer_type (_) @inner) @type.same
(parenthesized_type (_) @inner) @type.same
(type_elem (_) @inner) @type.union
(generic_type type: (_) @name) @type.generic
(slice_type element: (_) @inner) @type.many
(array_type element: (_) @inner) @type.many
(implicit_length_array_type element: (_) @inner) @type.many
(map_type value: (_) @inner) @type.many
(channel_type value: (_) @inner) @type.many
(parameter_list . (parameter_declaration type: (_) @inner)) @type.same
(struct_type) @type.object
(interface_type) @type.any
(function_type) @type.foreign

; Classes and functions
(type_spec type: (struct_type (field_declaration_list (field_declaration !name type: (_) @base)))) @shape.class
(type_spec type: (interface_type (type_elem (_) @base))) @shape.class
(function_declaration result: (_) @annotation) @shape.function
(method_declaration result: (_) @annotation) @shape.function
(method_elem result: (_) @annotation) @shape.function
(func_literal result: (_) @annotation) @shape.function
