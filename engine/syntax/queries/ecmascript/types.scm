; What the value of an expression is. Run at the root of the expression only; of several the last one counts.

(identifier) @expr.name
(this) @expr.self
(super) @expr.super
(member_expression object: (_) @object property: (property_identifier) @member) @expr.member
(member_expression object: (_) @object property: (private_property_identifier) @member) @expr.member
(call_expression function: (_) @callee) @expr.call
(new_expression constructor: (_) @callee) @expr.new
(await_expression (_) @inner) @expr.same
(parenthesized_expression (_) @inner) @expr.same
(assignment_expression right: (_) @inner) @expr.same
(ternary_expression consequence: (_) @inner alternative: (_) @inner) @expr.same
[
  (string) (template_string) (number) (true) (false) (null) (undefined) (regex) (unary_expression)
  (binary_expression) (update_expression)
] @expr.foreign
(binary_expression left: (_) @inner operator: ["||" "??" "&&"] right: (_) @inner) @expr.same
(array) @expr.foreign
(array (_) @inner) @expr.many
(subscript_expression object: (_) @object) @expr.element
(arrow_function) @expr.function
(function_expression) @expr.function
(class) @expr.class
(object) @expr.class

(return_statement (_) @returned) @return
(arrow_function body: (expression) @returned) @return
