; What one name is, and which scopes hold it: what JavaScript and TypeScript have in common.

; Scopes
(program) @scope.module
[(function_declaration) (generator_function_declaration) (function_expression) (generator_function) (arrow_function) (method_definition)] @scope.function
[(statement_block) (for_statement) (for_in_statement) (catch_clause) (switch_body) (class_static_block)] @scope.block
(function_declaration body: (statement_block) @body)
(function_expression body: (statement_block) @body)
(generator_function_declaration body: (statement_block) @body)
(arrow_function body: (statement_block) @body)
(method_definition body: (statement_block) @body)
[(class_declaration) (class) (object)] @scope.closed
(function_declaration name: (identifier) @outer)
(generator_function_declaration name: (identifier) @outer)
(method_definition name: (_) @outer)
(class_declaration name: (_) @outer)

; Definitions
(function_declaration name: (identifier) @def.function)
(generator_function_declaration name: (identifier) @def.function)
(function_expression name: (identifier) @def.function)
(class_declaration name: (_) @def.class)
(class name: (_) @def.class)
(variable_declarator name: (identifier) @def.variable)
(variable_declarator name: (identifier) @def.variable value: (_) @value)
((variable_declaration (variable_declarator name: (identifier) @def.variable)) (#set! bind function))
(array_pattern (identifier) @def.variable)
(array_pattern (assignment_pattern left: (identifier) @def.variable))
(array_pattern (rest_pattern (identifier) @def.variable))
(object_pattern (shorthand_property_identifier_pattern) @def.short) @pattern
(object_pattern (object_assignment_pattern left: (shorthand_property_identifier_pattern) @def.short)) @pattern
(object_pattern (pair_pattern value: (identifier) @def.variable))
(object_pattern (pair_pattern value: (assignment_pattern left: (identifier) @def.variable)))
(object_pattern (rest_pattern (identifier) @def.variable))
(for_in_statement kind: _ left: (identifier) @def.variable right: (_) @iterable)
(catch_clause parameter: (identifier) @def.variable)
(arrow_function parameter: (identifier) @def.parameter)

; Imports and exports
(import_statement (import_clause (identifier) @import.default) source: (string (string_fragment) @module))
(import_statement (import_clause (named_imports (import_specifier !alias name: (identifier) @import.name))) source: (string (string_fragment) @module))
(import_statement (import_clause (named_imports (import_specifier name: (identifier) @import.source alias: (identifier)))) source: (string (string_fragment) @module))
(import_statement (import_clause (named_imports (import_specifier name: (_) @source alias: (identifier) @import.alias))) source: (string (string_fragment) @module))
(import_statement (import_clause (namespace_import (identifier) @import.module)) source: (string (string_fragment) @module))
(export_statement (export_clause (export_specifier !alias name: (identifier) @import.name)) source: (string (string_fragment) @module))
(export_statement (export_clause (export_specifier name: (identifier) @import.source alias: (_))) source: (string (string_fragment) @module))
(export_statement (export_clause (export_specifier name: (_) @source alias: (identifier) @import.alias)) source: (string (string_fragment) @module))
(export_statement (namespace_export (identifier) @import.module) source: (string (string_fragment) @module))
(export_statement !source (export_clause (export_specifier name: (identifier) @export.name)))
(export_statement !source (export_clause (export_specifier name: (identifier) @value alias: (identifier) @def.variable)))
((variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @import.name) value: (call_expression function: (identifier) @_require arguments: (arguments (string (string_fragment) @module)))) (#eq? @_require "require"))
((variable_declarator name: (identifier) @import.default value: (call_expression function: (identifier) @_require arguments: (arguments (string (string_fragment) @module)))) (#eq? @_require "require"))

; Members
(member_expression object: (_) @object property: [(property_identifier) (private_property_identifier)] @member)
(assignment_expression left: (member_expression object: (this) @object property: [(property_identifier) (private_property_identifier)] @def.member))
(assignment_expression left: (member_expression object: (this) @object property: [(property_identifier) (private_property_identifier)] @def.member) right: (_) @value)
(method_definition name: [(property_identifier) (private_property_identifier)] @def.method)
(method_definition "get" name: [(property_identifier) (private_property_identifier)] @def.property)
(method_definition "set" name: [(property_identifier) (private_property_identifier)] @def.property)
(pair key: (property_identifier) @def.key)
(pair key: (property_identifier) @def.key value: (_) @value)
(object_pattern (pair_pattern key: (property_identifier) @member.key)) @pattern

; How a plain name is used
(identifier) @ref
(call_expression function: (identifier) @ref.call)
(call_expression function: (member_expression property: [(property_identifier) (private_property_identifier)] @use.call))
(new_expression constructor: (identifier) @ref.call)
(object (shorthand_property_identifier) @ref.short)
(assignment_expression left: (object_pattern (shorthand_property_identifier_pattern) @ref.short))

; Text
(comment) @comment
(string) @string
(template_string) @string
