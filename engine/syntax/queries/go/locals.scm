; What one name is, and which scopes hold it. Run over the byte range of a single occurrence.

; Scopes
(source_file) @scope.module
[(function_declaration) (method_declaration) (func_literal) (function_type) (method_elem)] @scope.function
[(block) (if_statement) (for_statement) (expression_switch_statement) (type_switch_statement) (select_statement) (expression_case) (default_case) (type_case) (communication_case)] @scope.block
(function_declaration body: (block) @body)
(method_declaration body: (block) @body)
(func_literal body: (block) @body)
(type_spec) @scope.closed
(type_spec type_parameters: (_)) @scope.types
(struct_type) @scope.closed
(function_declaration name: (identifier) @outer)
(method_declaration name: (field_identifier) @outer)
(method_elem name: (field_identifier) @outer)
(type_spec name: (type_identifier) @outer)
(type_spec name: (type_identifier) @outer type_parameters: (_))
(type_spec type: (struct_type) @body)

; Definitions
(function_declaration name: (identifier) @def.function)
(type_spec name: (type_identifier) @def.class)
(type_spec name: (type_identifier) @def.class type: [(type_identifier) (pointer_type) (slice_type) (map_type) (array_type) (channel_type) (generic_type) (qualified_type)])
(type_alias name: (type_identifier) @def.alias type: (_) @annotation)
(type_parameter_declaration name: (identifier) @def.typeparam type: (type_constraint (_) @annotation))
(method_declaration receiver: (parameter_list (parameter_declaration type: (generic_type type_arguments: (type_arguments (type_elem (type_identifier) @def.typeparam))))))
(method_declaration receiver: (parameter_list (parameter_declaration type: (pointer_type (generic_type type_arguments: (type_arguments (type_elem (type_identifier) @def.typeparam)))))))
(parameter_declaration name: (identifier) @def.parameter type: (_) @annotation)
(variadic_parameter_declaration name: (identifier) @def.rest)
(const_spec name: (identifier) @def.variable) @statement
(const_spec name: (identifier) @def.variable type: (_) @annotation) @statement
(const_spec . name: (identifier) @def.variable value: (expression_list . (_) @value)) @statement
(var_spec name: (identifier) @def.variable) @statement
(var_spec . name: (identifier) @def.variable value: (expression_list . (_) @value)) @statement
(var_spec name: (identifier) @def.variable type: (_) @annotation) @statement
(short_var_declaration left: (expression_list (identifier) @def.variable)) @statement
(short_var_declaration left: (expression_list . (identifier) @def.variable) right: (expression_list . (_) @value)) @statement
(range_clause left: (expression_list (identifier) @def.variable) ":=") @statement
(range_clause left: (expression_list . (_) . (identifier) @def.variable) ":=" right: (_) @iterable) @statement
(type_switch_statement alias: (expression_list (identifier) @def.variable))
(receive_statement left: (expression_list (identifier) @def.variable) ":=") @statement

; Imports
(import_spec !name path: (interpreted_string_literal (interpreted_string_literal_content) @path))
(import_spec name: (package_identifier) @import.module path: (interpreted_string_literal (interpreted_string_literal_content) @module))
(package_clause (package_identifier) @import.part)

; Members
(method_declaration receiver: (parameter_list (parameter_declaration type: (_) @container)) name: (field_identifier) @def.outside)
(method_elem name: (field_identifier) @def.method)
(field_declaration name: (field_identifier) @def.field)
(field_declaration name: (field_identifier) @def.field type: (_) @annotation)
(selector_expression operand: (_) @object field: (field_identifier) @member)
(qualified_type package: (package_identifier) @object name: (type_identifier) @member)
(composite_literal type: (_) @owner body: (literal_value (keyed_element key: (literal_element (identifier) @keyword.field))))
(composite_literal type: [(slice_type element: (_) @owner) (array_type element: (_) @owner) (map_type value: (_) @owner)] body: (literal_value [(literal_element (literal_value (keyed_element key: (literal_element (identifier) @keyword.field)))) (keyed_element value: (literal_element (literal_value (keyed_element key: (literal_element (identifier) @keyword.field)))))]))

; How a plain name is used
(identifier) @ref
(type_identifier) @ref.type
(package_identifier) @ref
(call_expression function: (identifier) @ref.call)
(call_expression function: (selector_expression field: (field_identifier) @use.call))

; Text
(comment) @comment
[(interpreted_string_literal) (raw_string_literal) (rune_literal)] @string
