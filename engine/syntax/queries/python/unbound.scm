; Where a name needs no binding although it looks like a use.

((generic_type (identifier) @_literal (type_parameter) @skip) (#eq? @_literal "Literal"))
((subscript value: (identifier) @_literal subscript: (_) @skip) (#eq? @_literal "Literal"))
