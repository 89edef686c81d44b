; What one name is, and which scopes hold it. Run over the byte range of a single occurrence.

; Scopes
(source_file) @scope.module
[(function_item) (function_signature_item) (closure_expression)] @scope.function
[(block) (match_arm) (for_expression) (if_expression) (while_expression)] @scope.block
(function_item body: (block) @body)
[(struct_item) (enum_item) (union_item) (trait_item) (impl_item)] @scope.closed
(mod_item body: (_)) @scope.open
[(struct_item type_parameters: (_)) (enum_item type_parameters: (_)) (trait_item type_parameters: (_)) (impl_item type_parameters: (_)) (type_item type_parameters: (_))] @scope.types
(function_item name: (identifier) @outer)
(function_signature_item name: (identifier) @outer)
(mod_item name: (identifier) @outer body: (_))
(struct_item name: (_) @outer)
(struct_item name: (_) @outer type_parameters: (_))
(enum_item name: (_) @outer)
(enum_item name: (_) @outer type_parameters: (_))
(union_item name: (_) @outer)
(trait_item name: (_) @outer)
(trait_item name: (_) @outer type_parameters: (_))
(type_item name: (_) @outer type_parameters: (_))

; Definitions
(function_item name: (identifier) @def.function)
(function_signature_item name: (identifier) @def.function)
(struct_item name: (type_identifier) @def.class)
(enum_item name: (type_identifier) @def.class)
(union_item name: (type_identifier) @def.class)
(trait_item name: (type_identifier) @def.class)
(type_item name: (type_identifier) @def.alias type: (_) @annotation)
(mod_item name: (identifier) @import.root !body)
(mod_item name: (identifier) @def.class body: (_))
(macro_definition name: (identifier) @def.function)
(type_parameter name: (type_identifier) @def.typeparam)
(type_parameter name: (type_identifier) @def.typeparam bounds: (trait_bounds . (_) @annotation))
(const_parameter name: (identifier) @def.typeparam)
(const_item name: (identifier) @def.variable)
(const_item name: (identifier) @def.variable type: (_) @annotation)
(static_item name: (identifier) @def.variable)
(static_item name: (identifier) @def.variable type: (_) @annotation)
(parameter pattern: (identifier) @def.parameter)
(parameter pattern: (identifier) @def.parameter type: (_) @annotation)
(parameter pattern: (mut_pattern (identifier) @def.parameter) type: (_) @annotation)
(closure_parameters (identifier) @def.parameter)
(closure_parameters (mut_pattern (identifier) @def.parameter))
(closure_parameters (reference_pattern (identifier) @def.parameter))
(let_declaration pattern: (identifier) @def.variable) @statement
(let_declaration pattern: (identifier) @def.variable value: (_) @value) @statement
(let_declaration pattern: (identifier) @def.variable type: (_) @annotation) @statement
(let_declaration pattern: (mut_pattern (identifier) @def.variable)) @statement
(let_declaration pattern: (mut_pattern (identifier) @def.variable) value: (_) @value) @statement
(tuple_pattern (identifier) @def.variable)
(slice_pattern (identifier) @def.variable)
(tuple_struct_pattern type: (_) (identifier) @def.variable)
(tuple_pattern (mut_pattern (identifier) @def.variable))
(tuple_struct_pattern (mut_pattern (identifier) @def.variable))
(ref_pattern (identifier) @def.variable)
(reference_pattern (identifier) @def.variable)
(captured_pattern . (identifier) @def.variable)
(field_pattern pattern: (identifier) @def.variable)
(struct_pattern type: (_) @object (field_pattern name: (shorthand_field_identifier) @def.short))
(for_expression pattern: (identifier) @def.variable value: (_) @iterable)
((match_arm pattern: (match_pattern . (identifier) @def.variable .)) (#match? @def.variable "^[a-z_]"))
(trait_item body: (declaration_list (function_item parameters: (parameters (self_parameter (self) @def.self)))))

; Imports. What lists around a path add to it, the resolver knows.
(use_declaration argument: (scoped_identifier path: (_) @module name: (identifier) @import.name))
(use_list (scoped_identifier path: (_) @module name: (identifier) @import.name))
(scoped_use_list path: (_) @module list: (use_list (identifier) @import.name))
(scoped_use_list path: (_) @module list: (use_list (use_list (identifier) @import.name)))
(use_as_clause path: (scoped_identifier path: (_) @module name: (identifier) @import.source) alias: (identifier) @alias)
(use_as_clause path: (scoped_identifier path: (_) @module name: (identifier) @source) alias: (identifier) @import.alias)
(scoped_use_list path: (_) @module list: (use_list (use_as_clause path: (identifier) @import.source alias: (identifier) @alias)))
(scoped_use_list path: (_) @module list: (use_list (use_as_clause path: (identifier) @source alias: (identifier) @import.alias)))
(scoped_use_list path: (identifier) @import.module @module list: (use_list (self)))
(scoped_use_list path: (scoped_identifier path: (_) @module name: (identifier) @import.name) list: (use_list (self)))

; Members
(impl_item type: (_) @container body: (declaration_list (function_item name: (identifier) @def.outside)))
(impl_item trait: (_) @trait type: (_) @container body: (declaration_list (function_item name: (identifier) @def.outside)))
(impl_item type: (_) @container body: (declaration_list (const_item name: (identifier) @def.outside)))
(trait_item body: (declaration_list [(function_item name: (identifier) @def.method) (function_signature_item name: (identifier) @def.method)]))
(field_declaration name: (field_identifier) @def.field)
(field_declaration name: (field_identifier) @def.field type: (_) @annotation)
(enum_variant name: (identifier) @def.field)
(field_expression value: (_) @object field: (field_identifier) @member)
(scoped_identifier path: (_) @object name: (identifier) @member)
(scoped_type_identifier path: (_) @object name: (type_identifier) @member)
(struct_expression name: (_) @owner body: (field_initializer_list (field_initializer field: (field_identifier) @keyword.field)))
(struct_pattern type: (_) @owner (field_pattern name: (field_identifier) @keyword.field))

(token_tree (_) @object . ["." "::"] . (identifier) @member)

; How a plain name is used
(identifier) @ref
(type_identifier) @ref.type
(call_expression function: (identifier) @ref.call)
(call_expression function: (field_expression field: (field_identifier) @use.call))
(call_expression function: (scoped_identifier name: (identifier) @use.call))
(macro_invocation macro: (identifier) @ref.call)
(shorthand_field_initializer (identifier) @ref.short)

; Text
[(line_comment) (block_comment)] @comment
[(string_literal) (raw_string_literal) (char_literal)] @string
