; Variables with their values. Run over the range of an edit.
(short_var_declaration left: (expression_list . (identifier) @name .) right: (expression_list . (_) @value .)) @statement
(var_declaration (var_spec . name: (identifier) @name value: (expression_list . (_) @value .))) @statement
(const_declaration . (const_spec . name: (identifier) @name value: (expression_list . (_) @value .)) .) @statement
(const_declaration "(" (const_spec . name: (identifier) @name value: (expression_list . (_) @value .)) @statement)
