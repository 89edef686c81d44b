; What the value of an expression is. Run at the root of the expression only.

(identifier) @expr.name
(shorthand_property_identifier) @expr.name
(member_expression object: (_) @object property: [(property_identifier) (private_property_identifier)] @member) @expr.member
(call_expression function: (_) @callee) @expr.call
((call_expression function: (identifier) @_require arguments: (arguments (string (string_fragment) @module))) @expr.module (#eq? @_require "require"))
(new_expression constructor: (_) @callee) @expr.call
(this) @expr.self
(super) @expr.super
(await_expression (_) @inner) @expr.same
(parenthesized_expression (_) @inner) @expr.same
(assignment_expression right: (_) @inner) @expr.same
(ternary_expression consequence: (_) @inner alternative: (_) @inner) @expr.same
(binary_expression left: (_) @inner operator: ["||" "??" "&&"] right: (_) @inner) @expr.same
(subscript_expression object: (_) @object) @expr.element
(array (_) @inner) @expr.many
(object) @expr.object
[(arrow_function) (function_expression)] @expr.function
(class) @expr.class
[(string) (template_string) (number) (regex) (true) (false)] @expr.foreign

; Functions
(return_statement (_) @returned) @return
(arrow_function body: (expression) @returned) @return

; Where a name or pattern (@held) gets its value from
(variable_declarator name: (_) @held value: (_) @value) @pattern.value
(for_in_statement left: (_) @held right: (_) @value) @pattern.iterated
(assignment_expression left: (_) @held right: (_) @value) @pattern.value
(formal_parameters (_) @held) @pattern.parameter
(arrow_function parameter: (_) @held) @pattern.parameter
(assignment_pattern left: (_) @held) @pattern.same
(pair_pattern key: (property_identifier) @member value: (_) @held) @pattern.member
(object_pattern (shorthand_property_identifier_pattern) @held) @pattern.short
(object_assignment_pattern left: (_) @held) @pattern.default
(array_pattern (_) @held) @pattern.element

; What is expected of a literal or function (@held), seen from the node around it
(parenthesized_expression (_) @held) @context.same
(ternary_expression consequence: (_) @held) @context.same
(ternary_expression alternative: (_) @held) @context.same
(assignment_expression left: (_) @target right: (_) @held) @context.value
(pair key: (property_identifier) @member value: (_) @held) @context.member
(array (_) @held) @context.element
(spread_element (_) @held) @context.same
(arguments (_) @held) @context.argument
(call_expression function: (_) @callee arguments: (_) @held) @context.callee
(new_expression constructor: (_) @callee arguments: (_) @held) @context.callee
(return_statement (_) @held) @context.return
(object (method_definition name: (property_identifier) @member) @held) @context.method
(arrow_function body: (object) @held) @context.return
(arrow_function body: [(arrow_function) (call_expression) (array) (ternary_expression)] @held) @context.return
(await_expression (_) @held) @context.same
(binary_expression right: (_) @held) @context.same
(arrow_function body: (parenthesized_expression) @held) @context.return
