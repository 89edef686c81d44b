; Where types are written, and where a value goes from one name to another as it is.
; A slot has @name and @type; a flow has @to and @from (their last words), or @made for a constructed class.

; Slots
(formal_parameter type: (_) @type name: (identifier) @name !dimensions) @slot.parameter
(field_declaration type: (_) @type declarator: (variable_declarator name: (identifier) @name !dimensions value: (_)? @value)) @slot.field
(constant_declaration type: (_) @type declarator: (variable_declarator name: (identifier) @name !dimensions value: (_)? @value)) @slot.field
(local_variable_declaration type: (_) @type declarator: (variable_declarator name: (identifier) @name !dimensions value: (_)? @value)) @slot.variable
(method_declaration type: (_) @type name: (identifier) @name) @slot.return

; Flows
(variable_declarator name: (identifier) @to
  value: [(identifier) @from (field_access field: (identifier) @from) (method_invocation name: (identifier) @from)])
(assignment_expression
  left: [(identifier) @to (field_access field: (identifier) @to)] operator: "="
  right: [(identifier) @from (field_access field: (identifier) @from) (method_invocation name: (identifier) @from)])
((assignment_expression
  left: [(identifier) @to (field_access field: (identifier) @to)] operator: "="
  right: (method_invocation object: (identifier) @_objects name: (identifier) @_checked
    arguments: (argument_list . [(identifier) @from (field_access field: (identifier) @from)])))
  (#any-of? @_checked "requireNonNull" "checkNotNull" "notNull" "requireNonNullElse"))
(assignment_expression
  left: [(identifier) @to (field_access field: (identifier) @to)] operator: "="
  right: (ternary_expression [consequence: (identifier) @from alternative: (identifier) @from])) @loose
(return_statement
  [(identifier) @from (field_access field: (identifier) @from) (method_invocation name: (identifier) @from)]) @return
(return_statement) @exit
(return_statement (null_literal)) @exit @nothing

; Constructors
(variable_declarator name: (identifier) @to value: (object_creation_expression type: (_) @made) @whole)
(variable_declarator name: (identifier) @to value: (array_creation_expression type: (_) @made) @whole)
(assignment_expression
  left: [(identifier) @to (field_access field: (identifier) @to)] operator: "="
  right: (object_creation_expression type: (_) @made) @whole)
(assignment_expression
  left: [(identifier) @to (field_access field: (identifier) @to)] operator: "="
  right: (ternary_expression
    [consequence: (object_creation_expression type: (_) @made) @whole alternative: (object_creation_expression type: (_) @made) @whole]))
(return_statement (object_creation_expression type: (_) @made) @whole) @return

; What becomes needless: a cast or test of @inner to @type, a test whether it is there
(cast_expression type: (_) @type value: [(identifier) @inner (field_access field: (identifier) @inner)] @kept) @cast
(method_invocation object: (parenthesized_expression
  (cast_expression type: (_) @type value: [(identifier) @inner (field_access field: (identifier) @inner)] @kept)) @cast)
(field_access object: (parenthesized_expression
  (cast_expression type: (_) @type value: [(identifier) @inner (field_access field: (identifier) @inner)] @kept)) @cast)
((method_invocation object: [(identifier) @inner (field_access field: (identifier) @inner)] @kept
  name: (identifier) @_get arguments: (argument_list . ")")) @sure
  (#any-of? @_get "get" "orElseThrow"))
(if_statement
  condition: (parenthesized_expression (binary_expression left: (identifier) @inner operator: "==" right: (null_literal)))
  consequence: [(return_statement) (throw_statement) (block . [(return_statement) (throw_statement)] .)] !alternative) @guard
(if_statement
  condition: (parenthesized_expression (unary_expression operator: "!" operand: (parenthesized_expression
    (instanceof_expression left: (identifier) @inner right: (_) @type !name))))
  consequence: [(return_statement) (throw_statement) (block . [(return_statement) (throw_statement)] .)] !alternative) @test
