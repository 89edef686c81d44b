; What one name is, and which scopes hold it. Run over the byte range of a single occurrence.
; The capture that covers the occurrence gives its role; the others of the same pattern say more about it.

; Scopes. @outer marks the parts of a scope that are evaluated outside of it.
(module) @scope.module
(class_definition) @scope.class
(function_definition) @scope.function
(lambda) @scope.function
[(list_comprehension) (set_comprehension) (dictionary_comprehension) (generator_expression)] @scope.block

; type parameters are seen by annotations and bases too: a second scope around the same node
(function_definition type_parameters: (_)) @scope.block
(class_definition type_parameters: (_)) @scope.block
(function_definition name: (identifier) @outer type_parameters: (_))
(class_definition name: (identifier) @outer type_parameters: (_))

(function_definition name: (identifier) @outer)
(function_definition return_type: (type) @outer)
(class_definition name: (identifier) @outer)
(class_definition superclasses: (argument_list) @outer)
(default_parameter value: (_) @outer)
(typed_default_parameter value: (_) @outer)
(typed_default_parameter type: (type) @outer)
(typed_parameter type: (type) @outer)
(list_comprehension body: (_) . (for_in_clause right: (_) @outer))
(set_comprehension body: (_) . (for_in_clause right: (_) @outer))
(dictionary_comprehension body: (_) . (for_in_clause right: (_) @outer))
(generator_expression body: (_) . (for_in_clause right: (_) @outer))

; Definitions
(function_definition name: (identifier) @def.function)
(class_definition name: (identifier) @def.class)
(type_alias_statement left: (type (identifier) @def.class))
(type_alias_statement left: (type (generic_type (identifier) @def.class)))
(function_definition type_parameters: (type_parameter (type (identifier) @def.typeparam)))
(function_definition type_parameters: (type_parameter (type (constrained_type . (type (identifier) @def.typeparam)))))
(class_definition type_parameters: (type_parameter (type (identifier) @def.typeparam)))
(class_definition type_parameters: (type_parameter (type (constrained_type . (type (identifier) @def.typeparam)))))

(parameters (identifier) @def.parameter)
(parameters (default_parameter name: (identifier) @def.parameter value: (_) @default))
(parameters (typed_parameter . (identifier) @def.parameter type: (type) @annotation))
(parameters (typed_default_parameter name: (identifier) @def.parameter type: (type) @annotation value: (_) @default))
(parameters (list_splat_pattern (identifier) @def.rest))
(parameters (dictionary_splat_pattern (identifier) @def.rest))
(typed_parameter (list_splat_pattern (identifier) @def.rest))
(typed_parameter (dictionary_splat_pattern (identifier) @def.rest))
(lambda_parameters (identifier) @def.parameter)
(lambda_parameters (default_parameter name: (identifier) @def.parameter))
(lambda_parameters (list_splat_pattern (identifier) @def.rest))
(lambda_parameters (dictionary_splat_pattern (identifier) @def.rest))

(assignment left: (identifier) @def.variable)
(assignment left: (identifier) @def.variable right: (_) @value)
(assignment left: (identifier) @def.variable type: (type) @annotation)
(augmented_assignment left: (identifier) @def.variable)
(pattern_list (identifier) @def.variable)
(tuple_pattern (identifier) @def.variable)
(list_pattern (identifier) @def.variable)
(pattern_list (list_splat_pattern (identifier) @def.variable))
(tuple_pattern (list_splat_pattern (identifier) @def.variable))
(list_pattern (list_splat_pattern (identifier) @def.variable))
((named_expression name: (identifier) @def.variable value: (_) @value) (#set! bind function))
(for_statement left: (identifier) @def.variable right: (_) @iterable)
((for_statement left: (pattern_list . (_) . (identifier) @def.variable) right: (call function: (identifier) @_each arguments: (argument_list . (_) @iterable))) (#eq? @_each "enumerate"))
((for_in_clause left: (pattern_list . (_) . (identifier) @def.variable) right: (call function: (identifier) @_each arguments: (argument_list . (_) @iterable))) (#eq? @_each "enumerate"))
(for_in_clause left: (identifier) @def.variable right: (_) @iterable)
(as_pattern (_) @context alias: (as_pattern_target (identifier) @def.variable))
(as_pattern_target (tuple (identifier) @def.variable))
(as_pattern_target (list (identifier) @def.variable))
(except_clause value: (as_pattern (_) @raised alias: (as_pattern_target (identifier) @def.variable)))
(case_pattern (as_pattern (case_pattern (class_pattern (dotted_name) @raised)) (identifier) @def.variable))
(case_pattern (as_pattern (case_pattern) (identifier) @def.variable))
(case_pattern (dotted_name . (identifier) @def.variable .))
(keyword_pattern (identifier) (dotted_name . (identifier) @def.variable .))
(splat_pattern (identifier) @def.variable)
(delete_statement (identifier) @def.variable)
(delete_statement (expression_list (identifier) @def.variable))
(global_statement (identifier) @global)
(nonlocal_statement (identifier) @nonlocal)


; The first parameter of a method, and decorators that change what a function is
(parameters . (identifier) @def.self)
(parameters . (typed_parameter . (identifier) @def.self type: (type) @annotation))
((decorated_definition (decorator (identifier) @_kind) definition: (function_definition parameters: (parameters . (identifier) @def.static))) (#eq? @_kind "staticmethod"))
((decorated_definition (decorator (identifier) @_kind) definition: (function_definition parameters: (parameters . (identifier) @def.classself))) (#eq? @_kind "classmethod"))
((decorated_definition (decorator [(identifier) @_kind (attribute attribute: (identifier) @_kind)]) definition: (function_definition name: (identifier) @def.property)) (#any-of? @_kind "property" "cached_property" "abstractproperty" "setter" "deleter" "getter"))

; Imports
(import_statement name: (dotted_name . (identifier) @import.root) @module)
(import_statement name: (dotted_name (identifier) @import.part) @module)
(import_statement name: (aliased_import name: (dotted_name) @module alias: (identifier) @import.module))
(import_statement name: (aliased_import name: (dotted_name (identifier) @import.part) @module))
(import_from_statement module_name: (_) @module name: (dotted_name . (identifier) @import.name))
(import_from_statement module_name: (_) @module name: (aliased_import name: (dotted_name . (identifier) @import.source) alias: (identifier) @alias))
(import_from_statement module_name: (_) @module name: (aliased_import name: (dotted_name) @source alias: (identifier) @import.alias))
(import_from_statement module_name: (dotted_name (identifier) @import.part) @module)
(import_from_statement module_name: (relative_import (dotted_name (identifier) @import.part)) @module)
(future_import_statement (dotted_name (identifier) @import.foreign))

; Members
(attribute object: (_) @object attribute: (identifier) @member)
(assignment left: (attribute object: (identifier) @object attribute: (identifier) @def.member))
(assignment left: (attribute object: (identifier) @object attribute: (identifier) @def.member) right: (_) @value)
(assignment left: (attribute object: (identifier) @object attribute: (identifier) @def.member) type: (type) @annotation)
(pattern_list (attribute object: (identifier) @object attribute: (identifier) @def.member))
(tuple_pattern (attribute object: (identifier) @object attribute: (identifier) @def.member))
(augmented_assignment left: (attribute object: (identifier) @object attribute: (identifier) @def.member))
(with_item value: (as_pattern (_) @context alias: (as_pattern_target (attribute object: (identifier) @object attribute: (identifier) @def.member))))
(class_pattern (dotted_name) @owner (case_pattern (keyword_pattern . (identifier) @keyword.field)))

; Keyword arguments
(call function: (_) @callee arguments: (argument_list (keyword_argument name: (identifier) @keyword)))
(class_definition superclasses: (argument_list (keyword_argument name: (identifier) @keyword)))

; How a plain name is used
(identifier) @ref
(call function: (identifier) @ref.call)
(call function: (attribute attribute: (identifier) @use.call))
(type (identifier) @ref.type)
(generic_type (identifier) @ref.type)
(type (attribute attribute: (identifier) @use.type))
(class_definition superclasses: (argument_list (identifier) @ref.type))
(class_definition superclasses: (argument_list (identifier) @use.value))
(dotted_name . (identifier) @ref.first)
(dotted_name (identifier) @object . (identifier) @member.dotted)

; Text
(comment) @comment
(module . (comment)* . (expression_statement (string) @docstring))
(class_definition body: (block . (comment)* . (expression_statement (string) @docstring)))
(function_definition body: (block . (comment)* . (expression_statement (string) @docstring)))
(string) @string
(type (string) @forward)
(type (binary_operator (string) @forward))
((call function: (identifier) @_cast arguments: (argument_list . (string) @forward)) (#any-of? @_cast "cast" "ForwardRef"))
((call function: (attribute attribute: (identifier) @_cast) arguments: (argument_list . (string) @forward)) (#any-of? @_cast "cast" "ForwardRef"))
((call function: (identifier) @_cast arguments: (argument_list (keyword_argument name: (identifier) @_bound value: (string) @forward))) (#any-of? @_cast "TypeVar") (#eq? @_bound "bound"))
((assignment left: (identifier) @_all right: [(list (string) @export) (tuple (string) @export) (expression_list (string) @export) (binary_operator [(list (string) @export) (tuple (string) @export)])]) (#eq? @_all "__all__"))
((augmented_assignment left: (identifier) @_all right: [(list (string) @export) (tuple (string) @export)]) (#eq? @_all "__all__"))
((call function: (attribute object: (identifier) @_all) arguments: (argument_list [(string) @export (list (string) @export) (tuple (string) @export)])) (#eq? @_all "__all__"))
