; What the value of an expression is. Run at the root of the expression only.

(identifier) @expr.name
(type_identifier) @expr.name
(self) @expr.self
(crate) @expr.module @module
(super) @expr.module @module
((type_identifier) @expr.self (#eq? @expr.self "Self"))
((identifier) @expr.self (#eq? @expr.self "Self"))
(field_expression value: (_) @object field: (field_identifier) @member) @expr.member
(scoped_identifier path: (_) @object name: (identifier) @member) @expr.member
(scoped_type_identifier path: (_) @object name: (type_identifier) @member) @expr.member
(call_expression function: (_) @callee) @expr.call
(generic_function function: (_) @inner) @expr.same
(struct_expression name: (_) @annotation) @expr.cast
(reference_expression value: (_) @inner) @expr.same
(unary_expression (_) @inner) @expr.same
(parenthesized_expression (_) @inner) @expr.same
(try_expression (_) @inner) @expr.same
(await_expression (_) @inner) @expr.same
(type_cast_expression type: (_) @annotation) @expr.cast
(index_expression . (_) @object) @expr.element
(closure_expression) @expr.function
[(string_literal) (integer_literal) (float_literal) (boolean_literal) (char_literal)] @expr.foreign

; Inside macros there are only words and signs
(token_tree (_) @object . ["." "::"] . (identifier) @held @member) @within.member
(token_tree (identifier) @callee . (token_tree) @held) @within.call

; Annotations
((type_identifier) @type.self (#eq? @type.self "Self"))
(reference_type type: (_) @inner) @type.same
(pointer_type type: (_) @inner) @type.same
(bracketed_type (_) @inner) @type.same
(dynamic_type trait: (_) @inner) @type.same
(abstract_type trait: (_) @inner) @type.same
(array_type element: (_) @inner) @type.many
(generic_type type: (_) @name) @type.generic
((generic_type type: (type_identifier) @_name type_arguments: (type_arguments . (_) @argument)) @type.wrapper (#any-of? @_name "Box" "Rc" "Arc" "Option" "Result" "RefCell" "Cell" "Mutex" "RwLock" "Cow" "Pin" "Ref" "RefMut" "MutexGuard"))
((generic_type type: (type_identifier) @_name type_arguments: (type_arguments . (_) @argument)) @type.container (#any-of? @_name "Vec" "VecDeque" "HashSet" "BTreeSet" "Iter" "IntoIter"))
(primitive_type) @type.foreign

; Classes and functions
(impl_item type: (_) @annotation) @shape.alias
(trait_item bounds: (trait_bounds (_) @base)) @shape.class
(function_item return_type: (_) @annotation) @shape.function
(function_signature_item return_type: (_) @annotation) @shape.function
