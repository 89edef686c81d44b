; Where types are written, and where a value goes from one name to another as it is.
; A slot has @name and @type; a flow has @to and @from (their last words), or @made for a constructed class.

; Slots
(parameter_declaration . name: (identifier) @name . type: (_) @type .) @slot.parameter
(field_declaration . name: (field_identifier) @name . type: (_) @type) @slot.field
(var_spec . name: (identifier) @name . type: (_) @type value: (expression_list . (_) @value .)?) @slot.variable
(function_declaration name: (_) @name
  result: [(type_identifier) @type (pointer_type) @type (slice_type) @type (map_type) @type (qualified_type) @type (generic_type) @type
    (function_type) @type (interface_type) @type (channel_type) @type (array_type) @type
    (parameter_list . (parameter_declaration !name type: (_) @type))]) @slot.return
(method_declaration name: (_) @name
  result: [(type_identifier) @type (pointer_type) @type (slice_type) @type (map_type) @type (qualified_type) @type (generic_type) @type
    (function_type) @type (interface_type) @type (channel_type) @type (array_type) @type
    (parameter_list . (parameter_declaration !name type: (_) @type))]) @slot.return
(method_elem name: (_) @name
  result: [(type_identifier) @type (pointer_type) @type (slice_type) @type (map_type) @type (qualified_type) @type (generic_type) @type
    (function_type) @type (interface_type) @type (channel_type) @type (array_type) @type
    (parameter_list . (parameter_declaration !name type: (_) @type))]) @slot.return

; Flows
(assignment_statement
  left: (expression_list . [(identifier) @to (selector_expression field: (_) @to)] .) operator: "="
  right: (expression_list . [(identifier) @from (selector_expression field: (_) @from)
    (call_expression function: [(identifier) @from (selector_expression field: (_) @from)])] .))
(short_var_declaration
  left: (expression_list . (identifier) @to .)
  right: (expression_list . [(identifier) @from (selector_expression field: (_) @from)
    (call_expression function: [(identifier) @from (selector_expression field: (_) @from)])] .))
(var_spec . name: (identifier) @to type: (_)
  value: (expression_list . [(identifier) @from (selector_expression field: (_) @from)
    (call_expression function: [(identifier) @from (selector_expression field: (_) @from)])] .))
(composite_literal type: (_) @owner body: (literal_value (keyed_element
  key: (literal_element (identifier) @to)
  value: (literal_element [(identifier) @from (selector_expression field: (_) @from)
    (call_expression function: [(identifier) @from (selector_expression field: (_) @from)])]))))
(return_statement (expression_list . [(identifier) @from (selector_expression field: (_) @from)
  (call_expression function: [(identifier) @from (selector_expression field: (_) @from)])])) @return
(return_statement) @exit
(return_statement (expression_list . (nil))) @exit @nothing

; Constructors
(assignment_statement
  left: (expression_list . [(identifier) @to (selector_expression field: (_) @to)] .) operator: "="
  right: (expression_list . [(composite_literal type: (_) @made) (unary_expression operand: (composite_literal type: (_) @made))] @whole .))
(var_spec . name: (identifier) @to
  value: (expression_list . [(composite_literal type: (_) @made) (unary_expression operand: (composite_literal type: (_) @made))] @whole .))
(composite_literal type: (_) @owner body: (literal_value (keyed_element
  key: (literal_element (identifier) @to)
  value: (literal_element [(composite_literal type: (_) @made) (unary_expression operand: (composite_literal type: (_) @made))] @whole))))
(return_statement (expression_list . [(composite_literal type: (_) @made) (unary_expression operand: (composite_literal type: (_) @made))] @whole)) @return
((assignment_statement
  left: (expression_list . [(identifier) @to (selector_expression field: (_) @to)] .) operator: "="
  right: (expression_list . (call_expression function: (identifier) @_new arguments: (argument_list . (_) @made)) @whole .))
  (#any-of? @_new "new" "make"))
((var_spec . name: (identifier) @to
  value: (expression_list . (call_expression function: (identifier) @_new arguments: (argument_list . (_) @made)) @whole .))
  (#any-of? @_new "new" "make"))
((composite_literal type: (_) @owner body: (literal_value (keyed_element
  key: (literal_element (identifier) @to)
  value: (literal_element (call_expression function: (identifier) @_new arguments: (argument_list . (_) @made)) @whole))))
  (#any-of? @_new "new" "make"))
((return_statement (expression_list . (call_expression function: (identifier) @_new arguments: (argument_list . (_) @made)) @whole)) @return
  (#any-of? @_new "new" "make"))

; What becomes needless: a cast or test of @inner to @type, a test whether it is there
(short_var_declaration
  left: (expression_list . (identifier) .)
  right: (expression_list . (type_assertion_expression operand: [(identifier) @inner (selector_expression field: (_) @inner)] @kept type: (_) @type) @cast .))
(selector_expression operand: (type_assertion_expression
  operand: [(identifier) @inner (selector_expression field: (_) @inner)] @kept type: (_) @type) @cast)
(argument_list (type_assertion_expression
  operand: [(identifier) @inner (selector_expression field: (_) @inner)] @kept type: (_) @type) @cast)
((call_expression function: (identifier) @type arguments: (argument_list . [(identifier) @inner (selector_expression field: (_) @inner)] @kept .)) @cast)
(unary_expression operator: "*" operand: [(identifier) @inner (selector_expression field: (_) @inner)] @kept) @sure
(if_statement
  condition: (binary_expression left: (identifier) @inner operator: "==" right: (nil))
  consequence: (block (statement_list . [(return_statement) (expression_statement (call_expression function: (identifier) @_panic))] .)) !alternative) @guard
