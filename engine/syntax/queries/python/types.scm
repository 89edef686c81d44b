; What the value of an expression is. Run at the root of the expression only.

(identifier) @expr.name
(attribute object: (_) @object attribute: (identifier) @member) @expr.member
(call function: (_) @callee) @expr.call
(dotted_name . (identifier) @inner .) @expr.same
((call function: (identifier) @_super) @expr.super (#eq? @_super "super"))
((call function: (identifier) @_type arguments: (argument_list . (_) @object .)) @expr.classof (#eq? @_type "type"))
((call function: [(identifier) @_cast (attribute attribute: (identifier) @_cast)] arguments: (argument_list . (_) @annotation . (_) .)) @expr.cast (#eq? @_cast "cast"))
((call function: (identifier) @_vague) @expr.unknown (#any-of? @_vague "next" "getattr" "max" "min" "sum" "eval" "vars" "__import__"))
((call function: [(identifier) @_tv (attribute attribute: (identifier) @_tv)]) @expr.unknown (#eq? @_tv "TypeVar"))
((call function: [(identifier) @_tv (attribute attribute: (identifier) @_tv)] arguments: (argument_list (keyword_argument name: (identifier) @_bound value: (_) @annotation))) @expr.cast (#eq? @_tv "TypeVar") (#eq? @_bound "bound"))
(await (_) @inner) @expr.same
(parenthesized_expression (_) @inner) @expr.same
(named_expression value: (_) @inner) @expr.same
(conditional_expression . (_) @inner (_) . (_) @inner .) @expr.same
(boolean_operator left: (_) @inner right: (_) @inner) @expr.same
(as_pattern . (_) @inner) @expr.same
(subscript value: (_) @object) @expr.element
[
  (string) (concatenated_string) (integer) (float) (true) (false) (list) (tuple) (dictionary) (set)
  (list_comprehension) (set_comprehension) (dictionary_comprehension) (generator_expression)
  (comparison_operator) (not_operator)
] @expr.foreign
[(list (_) @inner) (tuple (_) @inner) (set (_) @inner)] @expr.many
(list_comprehension body: (_) @inner) @expr.many
(generator_expression body: (_) @inner) @expr.many

; Annotations
(type (_) @inner) @type.same
(generic_type . (_) @name (type_parameter (type) @argument)) @type.generic
(subscript value: (_) @name subscript: (_) @argument) @type.generic
((generic_type . (_) @name (type_parameter (type) @argument)) @type.wrapper (#match? @name "(^|[.])(Optional|Union|ClassVar|Final|Annotated|Required|NotRequired|ReadOnly|Awaitable|Coroutine)$"))
((subscript value: (_) @name subscript: (_) @argument) @type.wrapper (#match? @name "(^|[.])(Optional|Union|ClassVar|Final|Annotated|Required|NotRequired|ReadOnly|Awaitable|Coroutine)$"))
((generic_type . (_) @name (type_parameter (type) @argument)) @type.container (#match? @name "(^|[.])(List|list|Set|set|FrozenSet|frozenset|Tuple|tuple|Sequence|Iterable|Iterator|Collection|Generator|AsyncIterator|AsyncIterable|AsyncGenerator|Deque|deque|MutableSequence|AbstractSet|Dict|dict|Mapping)$"))
((subscript value: (_) @name subscript: (_) @argument) @type.container (#match? @name "(^|[.])(List|list|Set|set|FrozenSet|frozenset|Tuple|tuple|Sequence|Iterable|Iterator|Collection|Generator|AsyncIterator|AsyncIterable|AsyncGenerator|Deque|deque|MutableSequence|AbstractSet|Dict|dict|Mapping)$"))
((generic_type . (_) @name (type_parameter (type) @argument)) @type.classof (#match? @name "(^|[.])(Type|type)$"))
((subscript value: (_) @name subscript: (_) @argument) @type.classof (#match? @name "(^|[.])(Type|type)$"))
(binary_operator left: (_) @inner right: (_) @inner) @type.union
(union_type (_) @inner) @type.union
(string) @type.string
((identifier) @type.any (#any-of? @type.any "Any" "object" "Callable"))
((attribute attribute: (identifier) @_any) @type.any (#any-of? @_any "Any" "Callable"))
((identifier) @type.self (#eq? @type.self "Self"))
((attribute attribute: (identifier) @_self) @type.self (#eq? @_self "Self"))
(none) @type.none

; Classes and functions
(class_definition superclasses: (argument_list [(identifier) (attribute) (subscript) (call)] @base)) @shape.class
(function_definition return_type: (type) @annotation) @shape.function
(return_statement (_) @returned) @return
