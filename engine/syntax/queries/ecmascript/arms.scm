; What goes through all members of an enumeration: switches and object literals.

(switch_body (switch_case value: (_) @label) @arm) @arms
(switch_body (switch_default) @default) @arms
(object (pair key: (_) @label) @arm) @arms @table
