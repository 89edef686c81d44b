; Groups of constants of one type, and what goes through all of them: switches and map literals.

(const_declaration (const_spec type: (_) @name)) @enum
(const_spec name: (identifier) @variant) @entry

(expression_switch_statement (expression_case value: (_) @label) @arm) @arms
(expression_switch_statement (default_case) @default) @arms
(composite_literal type: (map_type) body: (literal_value (keyed_element key: (_) @label) @arm) @arms @table)
