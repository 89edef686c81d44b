; Variables with their values. Run over the range of an edit.
(local_variable_declaration declarator: (variable_declarator name: (identifier) @name value: (_) @value)) @statement
(field_declaration declarator: (variable_declarator name: (identifier) @name value: (_) @value)) @statement
