; Enumerations, and what goes through all their members: match, if and elif, dictionaries.

((class_definition name: (_) @name superclasses: (argument_list [(identifier) @_base (attribute attribute: (identifier) @_base)])) @enum
  (#match? @_base "(Enum|Flag)$"))
(class_definition body: (block (expression_statement (assignment left: (identifier) @variant)) @entry))

(block (case_clause (case_pattern) @label) @arm) @arms
(if_statement condition: (_) @label consequence: (_) @last) @arms @head
(if_statement (elif_clause condition: (_) @label) @arm) @arms
(if_statement (else_clause) @default) @arms
(dictionary (pair key: (_) @label) @arm) @arms @table
