; Functions, their parameters, calls and classes as they are written: what JavaScript and TypeScript have in common.

(function_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(function_declaration body: (_) @function.body) @function
(function_declaration "async" @modifier) @function
(generator_function_declaration name: (_) @function.name parameters: (_) @function.parameters body: (_) @function.body) @function
(method_definition name: (_) @function.name parameters: (_) @function.parameters) @function
(method_definition body: (_) @function.body) @function
(method_definition ["async" "static" "get" "set" "*"] @modifier) @function
(variable_declarator name: (identifier) @function.name value: (arrow_function parameters: (_) @function.parameters body: (_) @function.body)) @function
(variable_declarator name: (identifier) @function.name value: (arrow_function parameter: (identifier) @function.bare body: (_) @function.body)) @function
(variable_declarator value: (arrow_function "async" @modifier)) @function
(variable_declarator name: (identifier) @function.name value: (function_expression parameters: (_) @function.parameters body: (_) @function.body)) @function
(variable_declarator value: (function_expression "async" @modifier)) @function
(pair key: (property_identifier) @function.name value: [(arrow_function parameters: (_) @function.parameters body: (_) @function.body) (function_expression parameters: (_) @function.parameters body: (_) @function.body)]) @function
(assignment_expression left: (member_expression property: (property_identifier) @function.name) right: [(arrow_function parameters: (_) @function.parameters body: (_) @function.body) (function_expression parameters: (_) @function.parameters body: (_) @function.body)]) @function
(export_statement declaration: (_) @wrapped) @wrapper
(export_statement "default" @modifier declaration: (_) @wrapped) @wrapper
(lexical_declaration . (variable_declarator) @wrapped .) @wrapper
(variable_declaration . (variable_declarator) @wrapped .) @wrapper
(decorator) @leading

(identifier) @parameter.name @parameter

(call_expression function: (identifier) @call.name @call.callee arguments: (arguments) @call.arguments) @call
(call_expression function: (member_expression property: [(property_identifier) (private_property_identifier)] @call.name) @call.callee arguments: (arguments) @call.arguments) @call
(call_expression function: (super) @call.name @call.callee arguments: (arguments) @call.arguments) @call
(new_expression constructor: (identifier) @call.name @call.callee arguments: (arguments) @call.arguments) @call
(new_expression constructor: (member_expression property: (property_identifier) @call.name) @call.callee arguments: (arguments) @call.arguments) @call
(spread_element) @argument @argument.spread

(class_declaration name: (_) @class.name body: (_) @class.body) @class
(class name: (_) @class.name body: (_) @class.body) @class
