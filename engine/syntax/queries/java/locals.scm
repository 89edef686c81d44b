; What one name is, and which scopes hold it. Run over the byte range of a single occurrence.

; Scopes. The members of a class are seen by their bare names from everywhere inside.
(program) @scope.module
[(class_declaration) (interface_declaration) (enum_declaration) (record_declaration) (annotation_type_declaration)] @scope.open
(object_creation_expression (class_body) @scope.open)
(enum_constant body: (class_body) @scope.open)
[(class_declaration type_parameters: (_)) (interface_declaration type_parameters: (_)) (record_declaration type_parameters: (_))] @scope.types
[(method_declaration) (constructor_declaration) (compact_constructor_declaration) (lambda_expression)] @scope.function
[(block) (for_statement) (enhanced_for_statement) (try_with_resources_statement) (catch_clause) (switch_block_statement_group) (switch_rule)] @scope.block

(class_declaration name: (_) @outer)
(class_declaration name: (_) @outer type_parameters: (_))
(interface_declaration name: (_) @outer)
(interface_declaration name: (_) @outer type_parameters: (_))
(record_declaration name: (_) @outer)
(record_declaration name: (_) @outer type_parameters: (_))
(enum_declaration name: (_) @outer)
(annotation_type_declaration name: (_) @outer)
(method_declaration name: (_) @outer)

; Definitions
(class_declaration name: (identifier) @def.class)
(interface_declaration name: (identifier) @def.class)
(enum_declaration name: (identifier) @def.class)
(record_declaration name: (identifier) @def.class)
(annotation_type_declaration name: (identifier) @def.class)
(type_parameter . (type_identifier) @def.typeparam)
(formal_parameter type: (_) @annotation name: (identifier) @def.parameter)
(record_declaration parameters: (formal_parameters (formal_parameter type: (_) @annotation name: (identifier) @def.field)))
(spread_parameter (variable_declarator name: (identifier) @def.rest))
(lambda_expression parameters: (identifier) @def.parameter)
(inferred_parameters (identifier) @def.parameter)
(local_variable_declaration declarator: (variable_declarator name: (identifier) @def.variable))
(local_variable_declaration declarator: (variable_declarator name: (identifier) @def.variable value: (_) @value))
((local_variable_declaration type: (_) @annotation declarator: (variable_declarator name: (identifier) @def.variable)) (#not-eq? @annotation "var"))
((enhanced_for_statement name: (identifier) @def.variable value: (_) @iterable))
((enhanced_for_statement type: (_) @annotation name: (identifier) @def.variable) (#not-eq? @annotation "var"))
(resource name: (identifier) @def.variable value: (_) @value)
((resource type: (_) @annotation name: (identifier) @def.variable) (#not-eq? @annotation "var"))
(catch_formal_parameter (catch_type (_) @annotation) name: (identifier) @def.variable)
(instanceof_expression right: (_) @annotation name: (identifier) @def.variable)
(type_pattern (_) @annotation (identifier) @def.variable)

; Imports
(import_declaration (scoped_identifier scope: (_) @module name: (identifier) @import.name) .)
(import_declaration (scoped_identifier scope: (_) @object name: (identifier) @member) (asterisk))
(scoped_identifier scope: (identifier) @import.part)
(scoped_identifier scope: (scoped_identifier name: (identifier) @import.part))
(import_declaration (scoped_identifier scope: (scoped_identifier scope: (_) @module name: (identifier) @import.source)))
(package_declaration (identifier) @import.part)
(package_declaration (scoped_identifier name: (identifier) @import.part))

; Members
(method_declaration name: (identifier) @def.method)
(annotation_type_element_declaration name: (identifier) @def.method)
(field_declaration type: (_) @annotation declarator: (variable_declarator name: (identifier) @def.field))
(constant_declaration type: (_) @annotation declarator: (variable_declarator name: (identifier) @def.field))
(enum_constant name: (identifier) @def.field)
(method_invocation object: (_) @object name: (identifier) @member)
(field_access object: (_) @object field: (identifier) @member)
(method_reference . (_) @object (identifier) @member .)
(scoped_type_identifier . (_) @object (type_identifier) @member .)
(element_value_pair key: (identifier) @keyword.field)

; How a plain name is used
(identifier) @ref
(type_identifier) @ref.type
(constructor_declaration name: (identifier) @ref.type)
(compact_constructor_declaration name: (identifier) @ref.type)
(marker_annotation name: (identifier) @ref.type)
(annotation name: (identifier) @ref.type)
(method_invocation !object name: (identifier) @ref.call)
(method_invocation name: (identifier) @use.call)

; Text
[(line_comment) (block_comment)] @comment
[(string_literal) (character_literal)] @string
