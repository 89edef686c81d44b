; Where types are written, and where a value goes from one name to another as it is.
; A slot has @name and @type; a flow has @to and @from (their last words), or @made for a constructed class.

; Slots
(parameter pattern: [(identifier) @name (mut_pattern (identifier) @name)] type: (_) @type) @slot.parameter
(field_declaration name: (field_identifier) @name type: (_) @type) @slot.field
(let_declaration pattern: (identifier) @name type: (_) @type value: (_)? @value) @slot.variable
(const_item name: (identifier) @name type: (_) @type value: (_)? @value) @slot.variable
(static_item name: (identifier) @name type: (_) @type value: (_)? @value) @slot.variable
(function_item name: (identifier) @name return_type: (_) @type) @slot.return
(function_signature_item name: (identifier) @name return_type: (_) @type) @slot.return

; Flows
(let_declaration pattern: (identifier) @to
  value: [(identifier) @from (field_expression field: (field_identifier) @from)
    (reference_expression value: [(identifier) @from (field_expression field: (field_identifier) @from)])
    (call_expression function: [(identifier) @from (field_expression field: (field_identifier) @from) (scoped_identifier name: (identifier) @from)])
    (try_expression (call_expression function: [(identifier) @from (field_expression field: (field_identifier) @from) (scoped_identifier name: (identifier) @from)]))])
((let_declaration pattern: (identifier) @to
  value: (call_expression function: (field_expression
    value: [(identifier) @from (field_expression field: (field_identifier) @from)] field: (field_identifier) @_as)))
  (#any-of? @_as "clone" "to_owned"))
(assignment_expression
  left: [(identifier) @to (field_expression field: (field_identifier) @to)]
  right: [(identifier) @from (field_expression field: (field_identifier) @from)
    (call_expression function: [(identifier) @from (field_expression field: (field_identifier) @from) (scoped_identifier name: (identifier) @from)])])
((assignment_expression
  left: [(identifier) @to (field_expression field: (field_identifier) @to)]
  right: (call_expression function: (field_expression
    value: [(identifier) @from (field_expression field: (field_identifier) @from)] field: (field_identifier) @_as)))
  (#any-of? @_as "clone" "to_owned"))
(struct_expression name: (_) @owner body: (field_initializer_list (field_initializer
  field: (field_identifier) @to
  value: [(identifier) @from (field_expression field: (field_identifier) @from)
    (call_expression function: [(identifier) @from (field_expression field: (field_identifier) @from) (scoped_identifier name: (identifier) @from)])])))
((struct_expression name: (_) @owner body: (field_initializer_list (field_initializer
  field: (field_identifier) @to
  value: (call_expression function: (field_expression
    value: [(identifier) @from (field_expression field: (field_identifier) @from)] field: (field_identifier) @_as)))))
  (#any-of? @_as "clone" "to_owned"))
(struct_expression name: (_) @owner body: (field_initializer_list (shorthand_field_initializer (identifier) @both)))
(return_expression
  [(identifier) @from (field_expression field: (field_identifier) @from)
    (reference_expression value: [(identifier) @from (field_expression field: (field_identifier) @from)])]) @return
(function_item body: (block
  [(identifier) @from (field_expression field: (field_identifier) @from)
    (reference_expression value: [(identifier) @from (field_expression field: (field_identifier) @from)])
    (call_expression function: [(identifier) @from (field_expression field: (field_identifier) @from)])] .)) @return
((function_item body: (block
  (call_expression function: (field_expression
    value: [(identifier) @from (field_expression field: (field_identifier) @from)] field: (field_identifier) @_as)) .)) @return
  (#any-of? @_as "clone" "to_owned"))
(return_expression) @exit

; Constructors
(let_declaration pattern: [(identifier) @to (mut_pattern (identifier) @to)]
  value: [(call_expression function: (scoped_identifier path: (_) @made)) (struct_expression name: (_) @made)] @whole)
(const_item name: (identifier) @to
  value: [(call_expression function: (scoped_identifier path: (_) @made)) (struct_expression name: (_) @made)] @whole)
(static_item name: (identifier) @to
  value: [(call_expression function: (scoped_identifier path: (_) @made)) (struct_expression name: (_) @made)] @whole)
(assignment_expression
  left: [(identifier) @to (field_expression field: (field_identifier) @to)]
  right: [(call_expression function: (scoped_identifier path: (_) @made)) (struct_expression name: (_) @made)] @whole)
(struct_expression name: (_) @owner body: (field_initializer_list (field_initializer
  field: (field_identifier) @to
  value: [(call_expression function: (scoped_identifier path: (_) @made)) (struct_expression name: (_) @made)] @whole)))
(function_item body: (block
  [(call_expression function: (scoped_identifier path: (_) @made)) (struct_expression name: (_) @made)] @whole .)) @return
(return_expression
  [(call_expression function: (scoped_identifier path: (_) @made)) (struct_expression name: (_) @made)] @whole) @return

; What becomes needless: a cast of @inner to @type, a look whether it is there
(type_cast_expression value: [(identifier) @inner (field_expression field: (field_identifier) @inner)] @kept type: (_) @type) @cast
(parenthesized_expression (type_cast_expression
  value: [(identifier) @inner (field_expression field: (field_identifier) @inner)] @kept type: (_) @type)) @cast
((call_expression function: (field_expression
  value: [(identifier) @inner (field_expression field: (field_identifier) @inner)] @kept field: (field_identifier) @_sure)) @sure
  (#any-of? @_sure "unwrap" "expect"))
(try_expression [(identifier) @inner (field_expression field: (field_identifier) @inner)] @kept) @sure
