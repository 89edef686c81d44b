; Enumerations and unions of texts. Read around an edit and around names only.

(enum_declaration name: (_) @name body: (enum_body)) @enum
(enum_body (property_identifier) @variant @entry)
(enum_body (enum_assignment name: (_) @variant) @entry)
(type_alias_declaration name: (_) @name value: (union_type)) @enum
(union_type (literal_type (string (string_fragment) @variant)) @entry)
