; Where types are written, and where a value goes from one name to another as it is.
; A slot has @name and @type; a flow has @to and @from (their last words), or @made for a constructed class.

; Slots
(required_parameter pattern: (identifier) @name type: (type_annotation (_) @type) value: (_)? @value) @slot.parameter
(optional_parameter pattern: (identifier) @name "?" @mark type: (type_annotation (_) @type)) @slot.parameter
(variable_declarator name: (identifier) @name type: (type_annotation (_) @type) value: (_)? @value) @slot.variable
(public_field_definition name: (_) @name "?"? @mark type: (type_annotation (_) @type) value: (_)? @value) @slot.field
(property_signature name: (property_identifier) @name "?"? @mark type: (type_annotation (_) @type)) @slot.field
(method_definition name: (_) @name return_type: (type_annotation (_) @type)) @slot.return
(method_signature name: (_) @name return_type: (type_annotation (_) @type)) @slot.return
(abstract_method_signature name: (_) @name return_type: (type_annotation (_) @type)) @slot.return
(function_declaration name: (_) @name return_type: (type_annotation (_) @type)) @slot.return
(function_signature name: (_) @name return_type: (type_annotation (_) @type)) @slot.return
(variable_declarator name: (identifier) @name value: (arrow_function return_type: (type_annotation (_) @type)) @body) @slot.return

; Flows
(variable_declarator name: (identifier) @to
  value: [(identifier) @from (member_expression property: (_) @from)
    (call_expression function: [(identifier) @from (member_expression property: (_) @from)])
    (await_expression (call_expression function: [(identifier) @from (member_expression property: (_) @from)]))])
(public_field_definition name: (property_identifier) @to value: [(identifier) @from (member_expression property: (_) @from)])
(assignment_expression
  left: [(identifier) @to (member_expression property: (_) @to)]
  right: [(identifier) @from (member_expression property: (_) @from)
    (call_expression function: [(identifier) @from (member_expression property: (_) @from)])
    (await_expression (call_expression function: [(identifier) @from (member_expression property: (_) @from)]))])
(assignment_expression
  left: [(identifier) @to (member_expression property: (_) @to)]
  right: (binary_expression left: [(identifier) @from (member_expression property: (_) @from)] operator: ["??" "||"])) @loose
(pair key: (property_identifier) @to value: [(identifier) @from (member_expression property: (_) @from)])
(shorthand_property_identifier) @both
(return_statement
  [(identifier) @from (member_expression property: (_) @from)
    (call_expression function: [(identifier) @from (member_expression property: (_) @from)])
    (await_expression (call_expression function: [(identifier) @from (member_expression property: (_) @from)]))]) @return
(arrow_function body: [(identifier) @from (member_expression property: (_) @from)]) @return
(return_statement) @exit
(return_statement [(null) (undefined)]) @exit @nothing

; Constructors
(variable_declarator name: (identifier) @to value: (new_expression constructor: (identifier) @made) @whole)
(public_field_definition name: (_) @to value: (new_expression constructor: (identifier) @made) @whole)
(required_parameter pattern: (identifier) @to value: (new_expression constructor: (identifier) @made) @whole)
(assignment_expression
  left: [(identifier) @to (member_expression property: (_) @to)]
  right: (new_expression constructor: (identifier) @made) @whole)
(assignment_expression
  left: [(identifier) @to (member_expression property: (_) @to)]
  right: (binary_expression operator: ["??" "||"] right: (new_expression constructor: (identifier) @made) @whole))
(return_statement (new_expression constructor: (identifier) @made) @whole) @return

; What becomes needless: a cast or test of @inner to @type, a test whether it is there
(as_expression [(identifier) @inner (member_expression property: (_) @inner)] @kept (_) @type) @cast
(parenthesized_expression (as_expression [(identifier) @inner (member_expression property: (_) @inner)] @kept (_) @type)) @cast
(non_null_expression [(identifier) @inner (member_expression property: (_) @inner)] @kept) @sure
(member_expression object: [(identifier) @inner (member_expression property: (_) @inner)] (optional_chain) @chain)
(if_statement
  condition: (parenthesized_expression (binary_expression left: (identifier) @inner operator: ["==" "==="] right: [(null) (undefined)]))
  consequence: [(return_statement) (throw_statement) (statement_block . [(return_statement) (throw_statement)] .)] !alternative) @guard
(if_statement
  condition: (parenthesized_expression (unary_expression operator: "!" argument: (identifier) @inner))
  consequence: [(throw_statement) (statement_block . (throw_statement) .)] !alternative) @guard
(if_statement
  condition: (parenthesized_expression (unary_expression operator: "!" argument: (parenthesized_expression
    (binary_expression left: (identifier) @inner operator: "instanceof" right: (_) @type))))
  consequence: [(return_statement) (throw_statement) (statement_block . [(return_statement) (throw_statement)] .)] !alternative) @test
