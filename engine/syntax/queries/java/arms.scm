; Enumerations, and what goes through all their constants: switches. Read around an edit and around names only.

(enum_declaration name: (_) @name body: (enum_body)) @enum
(enum_body (enum_constant name: (_) @variant) @entry)

(switch_block (switch_rule (switch_label) @label) @arm) @arms
(switch_block (switch_block_statement_group (switch_label) @label) @arm) @arms
