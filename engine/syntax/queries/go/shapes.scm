; Functions, their parameters, calls and types as they are written. Run at one node, or over the range of one.

(function_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(function_declaration result: (_) @function.returns) @function
(function_declaration body: (_) @function.body) @function
(method_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: [(type_identifier) @function.owner (generic_type type: (_) @function.owner) (pointer_type [(type_identifier) @function.owner (generic_type type: (_) @function.owner)])]))) @function
(method_declaration receiver: (parameter_list (parameter_declaration name: (identifier) @function.receiver))) @function
(method_declaration result: (_) @function.returns) @function
(method_declaration body: (_) @function.body) @function
(method_elem name: (_) @function.name parameters: (_) @function.parameters) @function
(method_elem result: (_) @function.returns) @function

(parameter_declaration name: (identifier) @parameter.name type: (_) @parameter.type) @parameter
(parameter_declaration !name type: (_) @parameter.type) @parameter
(variadic_parameter_declaration name: (identifier) @parameter.name type: (_) @parameter.type) @parameter @parameter.rest
(variadic_parameter_declaration !name type: (_) @parameter.type) @parameter @parameter.rest

(call_expression function: (identifier) @call.name @call.callee arguments: (_) @call.arguments) @call
(call_expression function: (selector_expression field: (_) @call.name) @call.callee arguments: (_) @call.arguments) @call
(call_expression function: (type_instantiation_expression type: (type_identifier) @call.name) @call.callee arguments: (_) @call.arguments) @call
(call_expression function: (index_expression operand: (identifier) @call.name) @call.callee arguments: (_) @call.arguments) @call
(call_expression function: (index_expression operand: (selector_expression field: (_) @call.name)) @call.callee arguments: (_) @call.arguments) @call
; a generic function with one argument looks like a conversion
(type_conversion_expression type: (generic_type type: (type_identifier) @call.name) @call.callee operand: (_) @call.operand) @call
(type_conversion_expression type: (generic_type type: (qualified_type name: (type_identifier) @call.name)) @call.callee operand: (_) @call.operand) @call
(variadic_argument) @argument @argument.spread

(type_spec name: (_) @class.name type: (struct_type (_) @class.body)) @class @class.struct
(type_spec name: (_) @class.name type: (interface_type) @class.body) @class @class.interface
(type_declaration . (type_spec) @wrapped .) @wrapper
(type_spec type: (interface_type (type_elem (_) @class.base))) @class
(type_spec type: (struct_type (field_declaration_list (field_declaration !name type: (_) @class.base)))) @class
