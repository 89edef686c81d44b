; Functions, their parameters, calls and classes as they are written. Run at one node, or over the range of one.

(function_definition name: (_) @function.name parameters: (_) @function.parameters) @function
(function_definition return_type: (type) @function.returns) @function
(function_definition body: (_) @function.body) @function
(function_definition "async" @modifier) @function
(decorated_definition (decorator (_) @modifier) definition: (_) @wrapped) @wrapper
(decorated_definition definition: (_) @wrapped) @wrapper

(identifier) @parameter.name @parameter
(default_parameter name: (identifier) @parameter.name value: (_) @parameter.default) @parameter
(typed_parameter . (identifier) @parameter.name type: (type) @parameter.type) @parameter
(typed_default_parameter name: (identifier) @parameter.name type: (type) @parameter.type value: (_) @parameter.default) @parameter
(list_splat_pattern (identifier) @parameter.name) @parameter @parameter.rest
(dictionary_splat_pattern (identifier) @parameter.name) @parameter @parameter.keywords
(typed_parameter (list_splat_pattern (identifier) @parameter.name) type: (type) @parameter.type) @parameter @parameter.rest
(typed_parameter (dictionary_splat_pattern (identifier) @parameter.name) type: (type) @parameter.type) @parameter @parameter.keywords
(keyword_separator) @parameter @parameter.separator @parameter.star
(positional_separator) @parameter @parameter.separator
(tuple_pattern) @parameter @parameter.pattern

(call function: (identifier) @call.name @call.callee arguments: (argument_list) @call.arguments) @call
(call function: (attribute attribute: (identifier) @call.name) @call.callee arguments: (argument_list) @call.arguments) @call
(keyword_argument name: (identifier) @argument.keyword) @argument
(list_splat) @argument @argument.spread
(dictionary_splat) @argument @argument.spread

(class_definition name: (_) @class.name body: (_) @class.body) @class
(class_definition superclasses: (argument_list [(identifier) (attribute) (subscript) (call)] @class.base)) @class
