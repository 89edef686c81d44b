; Functions, their parameters, calls and types as they are written. Run at one node, or over the range of one.

(function_item name: (_) @function.name parameters: (_) @function.parameters) @function
(function_item return_type: (_) @function.returns) @function
(function_item body: (_) @function.body) @function
(function_item (visibility_modifier) @modifier) @function
(function_item (function_modifiers) @modifier) @function
(function_signature_item name: (_) @function.name parameters: (_) @function.parameters) @function
(function_signature_item return_type: (_) @function.returns) @function
(function_signature_item (function_modifiers) @modifier) @function
(attribute_item) @leading

(self_parameter) @parameter @parameter.self
(parameter pattern: (identifier) @parameter.name type: (_) @parameter.type) @parameter
(parameter pattern: (mut_pattern (identifier) @parameter.name) type: (_) @parameter.type) @parameter
(parameter pattern: (self) type: (_) @parameter.type) @parameter @parameter.self
(parameter pattern: [(tuple_pattern) (struct_pattern) (tuple_struct_pattern) (reference_pattern) (slice_pattern)] type: (_) @parameter.type) @parameter @parameter.pattern

(call_expression function: (identifier) @call.name @call.callee arguments: (_) @call.arguments) @call
(call_expression function: (field_expression field: (_) @call.name) @call.callee arguments: (_) @call.arguments) @call
(call_expression function: (scoped_identifier name: (_) @call.name) @call.callee arguments: (_) @call.arguments) @call
(call_expression function: (generic_function function: [(identifier) @call.name (field_expression field: (_) @call.name) (scoped_identifier name: (_) @call.name)]) @call.callee arguments: (_) @call.arguments) @call

; inside of a macro there are only words and brackets
(token_tree (identifier) @call.name . (token_tree) @call.arguments @call.loose) @call

(struct_item name: (_) @class.name body: (field_declaration_list) @class.body) @class @class.struct
(struct_item name: (_) @class.name body: (ordered_field_declaration_list) @class.body) @class @class.struct
(enum_item name: (_) @class.name body: (_) @class.body) @class @class.enum
(union_item name: (_) @class.name body: (_) @class.body) @class @class.struct
(trait_item name: (_) @class.name body: (_) @class.body) @class @class.interface
(trait_item bounds: (trait_bounds (_) @class.base)) @class
(trait_item (visibility_modifier) @modifier) @class
(impl_item type: [(type_identifier) @class.name (generic_type type: (_) @class.name) (scoped_type_identifier name: (_) @class.name)] body: (_) @class.body) @class @class.impl
(impl_item trait: (_) @class.base) @class
(impl_item type: [(reference_type) (tuple_type) (array_type) (primitive_type) (dynamic_type) (pointer_type) (function_type)] @class.name body: (_) @class.body) @class @class.impl
