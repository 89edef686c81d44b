(function_declaration return_type: (type_annotation (_) @function.returns)) @function
(generator_function_declaration return_type: (type_annotation (_) @function.returns)) @function
(function_signature name: (_) @function.name parameters: (_) @function.parameters) @function
(function_signature return_type: (type_annotation (_) @function.returns)) @function
(method_definition return_type: (type_annotation (_) @function.returns)) @function
(method_definition [(accessibility_modifier) (override_modifier) "readonly"] @modifier) @function
(method_signature name: (_) @function.name parameters: (_) @function.parameters) @function
(method_signature return_type: (type_annotation (_) @function.returns)) @function
(method_signature [(accessibility_modifier) (override_modifier) "static" "async" "get" "set"] @modifier) @function
(abstract_method_signature name: (_) @function.name parameters: (_) @function.parameters) @function
(abstract_method_signature return_type: (type_annotation (_) @function.returns)) @function
(abstract_method_signature [(accessibility_modifier) (override_modifier) "abstract"] @modifier) @function
(variable_declarator value: (arrow_function return_type: (type_annotation (_) @function.returns))) @function
(public_field_definition name: (_) @function.name value: (arrow_function parameters: (_) @function.parameters body: (_) @function.body)) @function
(public_field_definition value: (arrow_function return_type: (type_annotation (_) @function.returns))) @function
(ambient_declaration (_) @wrapped) @wrapper

(required_parameter pattern: (identifier) @parameter.name) @parameter
(required_parameter pattern: (this)) @parameter @parameter.self
(required_parameter pattern: (rest_pattern (identifier) @parameter.name)) @parameter @parameter.rest
(required_parameter pattern: [(object_pattern) (array_pattern)]) @parameter @parameter.pattern
(required_parameter type: (type_annotation (_) @parameter.type)) @parameter
(required_parameter value: (_) @parameter.default) @parameter
(required_parameter [(accessibility_modifier) (override_modifier) "readonly"] @parameter.field) @parameter
(optional_parameter pattern: (identifier) @parameter.name) @parameter @parameter.optional
(optional_parameter pattern: [(object_pattern) (array_pattern)]) @parameter @parameter.pattern @parameter.optional
(optional_parameter type: (type_annotation (_) @parameter.type)) @parameter
(optional_parameter [(accessibility_modifier) (override_modifier) "readonly"] @parameter.field) @parameter

(interface_declaration name: (_) @class.name body: (_) @class.body) @class @class.interface
(interface_declaration (extends_type_clause (_) @class.base)) @class
(abstract_class_declaration name: (_) @class.name body: (_) @class.body) @class @class.abstract
(enum_declaration name: (_) @class.name body: (_) @class.body) @class @class.enum
(class_declaration (class_heritage (extends_clause value: (_) @class.base))) @class
(class_declaration (class_heritage (implements_clause (_) @class.base))) @class
(abstract_class_declaration (class_heritage (extends_clause value: (_) @class.base))) @class
(abstract_class_declaration (class_heritage (implements_clause (_) @class.base))) @class
(class (class_heritage (extends_clause value: (_) @class.base))) @class
(class (class_heritage (implements_clause (_) @class.base))) @class
