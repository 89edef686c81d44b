; Where types are written, and where a value goes from one name to another as it is.
; A slot has @name and @type; a flow has @to and @from (their last words), or @made for a constructed class.

; Slots
(typed_parameter . (identifier) @name type: (type) @type) @slot.parameter
(typed_default_parameter name: (identifier) @name type: (type) @type value: (_) @value) @slot.parameter
(assignment left: (identifier) @name type: (type) @type right: (_)? @value) @slot.variable
(assignment left: (attribute attribute: (identifier) @name) type: (type) @type right: (_)? @value) @slot.field
(function_definition name: (identifier) @name return_type: (type) @type) @slot.return

; Flows
(assignment
  left: [(identifier) @to (attribute attribute: (identifier) @to)]
  right: [(identifier) @from (attribute attribute: (identifier) @from)
    (call function: [(identifier) @from (attribute attribute: (identifier) @from)])
    (await (call function: [(identifier) @from (attribute attribute: (identifier) @from)]))])
(assignment
  left: [(identifier) @to (attribute attribute: (identifier) @to)]
  right: [(boolean_operator left: [(identifier) @from (attribute attribute: (identifier) @from)] "or")
    (conditional_expression . [(identifier) @from (attribute attribute: (identifier) @from)])
    (conditional_expression [(identifier) @from (attribute attribute: (identifier) @from)] .)]) @loose
(return_statement
  [(identifier) @from (attribute attribute: (identifier) @from)
    (call function: [(identifier) @from (attribute attribute: (identifier) @from)])
    (await (call function: [(identifier) @from (attribute attribute: (identifier) @from)]))]) @return
(return_statement) @exit
(return_statement (none)) @exit @nothing

; Constructors
(assignment
  left: [(identifier) @to (attribute attribute: (identifier) @to)]
  right: (call function: [(identifier) @made (attribute attribute: (identifier) @made)]) @whole)
(assignment
  left: [(identifier) @to (attribute attribute: (identifier) @to)]
  right: [(boolean_operator "or" right: (call function: (identifier) @made) @whole)
    (conditional_expression (call function: (identifier) @made) @whole .)
    (conditional_expression . (call function: (identifier) @made) @whole)])
(typed_default_parameter name: (identifier) @to value: (call function: (identifier) @made) @whole)
(return_statement (call function: (identifier) @made) @whole) @return

; What becomes needless: a cast or test of @inner to @type, a test whether it is there
((call function: [(identifier) @_cast (attribute attribute: (identifier) @_cast)]
  arguments: (argument_list . (_) @type . [(identifier) @inner (attribute attribute: (identifier) @inner)] @kept .)) @cast
  (#eq? @_cast "cast"))
((assert_statement . (call function: (identifier) @_is
  arguments: (argument_list . [(identifier) @inner (attribute attribute: (identifier) @inner)] . (_) @type .)) .) @test
  (#eq? @_is "isinstance"))
((if_statement
  condition: (not_operator argument: (call function: (identifier) @_is
    arguments: (argument_list . [(identifier) @inner (attribute attribute: (identifier) @inner)] . (_) @type .)))
  consequence: (block . [(return_statement) (raise_statement)] .) !alternative) @test
  (#eq? @_is "isinstance"))
((assert_statement . (comparison_operator
  . [(identifier) @inner (attribute attribute: (identifier) @inner)] "is not" (none) .) .) @guard)
(if_statement
  condition: (comparison_operator . (identifier) @inner ["is" "=="] (none) .)
  consequence: (block . [(return_statement) (raise_statement)] .) !alternative) @guard
(if_statement
  condition: (not_operator argument: (identifier) @inner)
  consequence: (block . (raise_statement) .) !alternative) @guard
((if_statement
  condition: (comparison_operator . (identifier) @inner ["is" "=="] (none) .)
  consequence: (block . (expression_statement (assignment left: (identifier) @_same)) .) !alternative) @guard
  (#eq? @_same @inner))
