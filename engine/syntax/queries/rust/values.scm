; Variables with their values. Run over the range of an edit.
(let_declaration pattern: (identifier) @name value: (_) @value) @statement
(let_declaration (mutable_specifier) pattern: (identifier) @name value: (_) @value) @statement
(const_item name: (identifier) @name value: (_) @value) @statement
(static_item name: (identifier) @name value: (_) @value) @statement
