; What one name is, and which scopes hold it: all that JavaScript and TypeScript have in common.

; Scopes. @outer marks the parts of a scope that are evaluated outside of it.
(program) @scope.module
(class_declaration) @scope.closed
(class) @scope.closed
(object) @scope.closed
(function_declaration) @scope.function
(generator_function_declaration) @scope.function
(function_expression) @scope.function
(generator_function) @scope.function
(arrow_function) @scope.function
(method_definition) @scope.function
(statement_block) @scope.block
(for_statement) @scope.block
(for_in_statement) @scope.block
(catch_clause) @scope.block
(switch_body) @scope.block

(function_declaration name: (identifier) @outer)
(generator_function_declaration name: (identifier) @outer)
(class_declaration name: (_) @outer)
(method_definition name: (_) @outer)

; Definitions
(function_declaration name: (identifier) @def.function)
(generator_function_declaration name: (identifier) @def.function)
(function_expression name: (identifier) @def.function)
(method_definition name: (property_identifier) @def.method)
(method_definition ["get" "set"] name: (property_identifier) @def.property)
(method_definition name: (private_property_identifier) @def.method)
(pair key: (property_identifier) @def.field value: (_) @value)
(pair key: (property_identifier) @def.method value: [(arrow_function) (function_expression)])

((variable_declaration (variable_declarator name: (identifier) @def.variable)) (#set! bind function))
((variable_declaration (variable_declarator name: (identifier) @def.variable value: (_) @value)) (#set! bind function))
(lexical_declaration (variable_declarator name: (identifier) @def.variable))
(lexical_declaration (variable_declarator name: (identifier) @def.variable value: (_) @value))
(variable_declarator name: (object_pattern (shorthand_property_identifier_pattern) @def.variable) value: (_) @whole)
(variable_declarator name: (object_pattern (object_assignment_pattern left: (shorthand_property_identifier_pattern) @def.variable)) value: (_) @whole)
(object_pattern (shorthand_property_identifier_pattern) @def.variable)
(object_assignment_pattern left: (shorthand_property_identifier_pattern) @def.variable)
(pair_pattern value: (identifier) @def.variable)
(pair_pattern value: (assignment_pattern left: (identifier) @def.variable))
(array_pattern (identifier) @def.variable)
(array_pattern (assignment_pattern left: (identifier) @def.variable))
(rest_pattern (identifier) @def.variable)
(for_in_statement kind: _ left: (identifier) @def.variable right: (_) @iterable)
(catch_clause parameter: (identifier) @def.variable)
(arrow_function parameter: (identifier) @def.parameter)

; Imports and exports
(import_statement (import_clause (identifier) @import.foreign))
(import_statement (import_clause (namespace_import (identifier) @import.module)) source: (string) @module)
(import_statement (import_clause (named_imports (import_specifier name: (identifier) @import.name !alias))) source: (string) @module)
(import_statement (import_clause (named_imports (import_specifier name: (identifier) @import.source alias: (identifier)))) source: (string) @module)
(import_statement (import_clause (named_imports (import_specifier name: (identifier) @source alias: (identifier) @import.alias))) source: (string) @module)
(export_statement (namespace_export (identifier) @import.module) source: (string) @module)
(export_statement (export_clause (export_specifier name: (identifier) @import.name !alias)) source: (string) @module)
(export_statement (export_clause (export_specifier name: (identifier) @import.source alias: (identifier))) source: (string) @module)
(export_statement (export_clause (export_specifier name: (identifier) @source alias: (identifier) @import.alias)) source: (string) @module)
(export_statement (export_clause (export_specifier name: (identifier) @export.name !alias)) !source)
(export_statement (export_clause (export_specifier name: (identifier) @value alias: (identifier) @def.variable)) !source)

; Members
(member_expression object: (_) @object property: (property_identifier) @member)
(member_expression object: (_) @object property: (private_property_identifier) @member)
(assignment_expression left: (member_expression object: (this) @object property: (property_identifier) @def.member) right: (_) @value)
(pair_pattern key: (property_identifier) @keyword.field)
(variable_declarator name: (object_pattern (pair_pattern key: (property_identifier) @member)) value: (_) @object)

; How a plain name is used
(call_expression function: (identifier) @ref.call)
(call_expression function: (member_expression property: (property_identifier) @use.call))
(new_expression constructor: (identifier) @ref.call)
(labeled_statement label: (statement_identifier) @keyword.field)
(break_statement label: (statement_identifier) @keyword.field)
(continue_statement label: (statement_identifier) @keyword.field)

; Text
(comment) @comment
(string) @string
