; Variables with their values. Run over the range of an edit.
(lexical_declaration . (variable_declarator name: (identifier) @name value: (_) @value) .) @statement
(variable_declaration . (variable_declarator name: (identifier) @name value: (_) @value) .) @statement
