(assignment_pattern left: (identifier) @parameter.name right: (_) @parameter.default) @parameter
(assignment_pattern left: [(object_pattern) (array_pattern)] right: (_) @parameter.default) @parameter @parameter.pattern
(rest_pattern (identifier) @parameter.name) @parameter @parameter.rest
[(object_pattern) (array_pattern)] @parameter @parameter.pattern

(field_definition property: (_) @function.name value: (arrow_function parameters: (_) @function.parameters body: (_) @function.body)) @function
(class_declaration (class_heritage (_) @class.base)) @class
(class (class_heritage (_) @class.base)) @class
