; Functions, their parameters, calls and classes as they are written. Run at one node, or over the range of one.

(method_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(method_declaration type: (_) @function.returns) @function
(method_declaration body: (_) @function.body) @function
(method_declaration (modifiers) @modifier) @function
(constructor_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(constructor_declaration body: (_) @function.body) @function
(constructor_declaration (modifiers) @modifier) @function

(formal_parameter type: (_) @parameter.type name: (_) @parameter.name) @parameter
(spread_parameter . (modifiers)? . (_) @parameter.type (variable_declarator name: (_) @parameter.name)) @parameter @parameter.rest
(receiver_parameter) @parameter @parameter.self

(method_invocation name: (_) @call.name arguments: (_) @call.arguments) @call
(object_creation_expression type: (type_identifier) @call.name @call.callee arguments: (_) @call.arguments) @call
(object_creation_expression type: (generic_type . (type_identifier) @call.name) @call.callee arguments: (_) @call.arguments) @call
(object_creation_expression type: (scoped_type_identifier (type_identifier) @call.name .) @call.callee arguments: (_) @call.arguments) @call
(explicit_constructor_invocation constructor: (_) @call.name @call.callee arguments: (_) @call.arguments) @call
(enum_constant name: (_) @call.name @call.callee arguments: (_) @call.arguments) @call

(class_declaration name: (_) @class.name body: (_) @class.body) @class
(class_declaration superclass: (superclass (_) @class.base)) @class
(class_declaration interfaces: (super_interfaces (type_list (_) @class.base))) @class
(class_declaration (modifiers) @modifier) @class
(interface_declaration name: (_) @class.name body: (_) @class.body) @class @class.interface
(interface_declaration (extends_interfaces (type_list (_) @class.base))) @class
(enum_declaration name: (_) @class.name body: (_) @class.body) @class @class.enum
(enum_declaration interfaces: (super_interfaces (type_list (_) @class.base))) @class
(record_declaration name: (_) @class.name body: (_) @class.body) @class @class.record
(record_declaration interfaces: (super_interfaces (type_list (_) @class.base))) @class
