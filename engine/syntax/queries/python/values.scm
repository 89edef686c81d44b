; Variables with their values. Run over the range of an edit.
(expression_statement (assignment left: (identifier) @name right: (_) @value)) @statement
