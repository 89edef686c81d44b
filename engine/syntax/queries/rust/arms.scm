; Enumerations, and what goes through all their variants: matches. Read around an edit and around names only.

(enum_item name: (_) @name body: (enum_variant_list)) @enum
(enum_variant_list (enum_variant name: (_) @variant) @entry)
(enum_variant body: (_) @payload) @entry

(match_block (match_arm pattern: (match_pattern) @label) @arm) @arms
