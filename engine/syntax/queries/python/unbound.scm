; Where a name needs no binding although it looks like a use, and where it is the name of a type.

(type) @typed

((generic_type (identifier) @_literal (type_parameter) @skip) (#eq? @_literal "Literal"))
((subscript value: (identifier) @_literal subscript: (_) @skip) (#eq? @_literal "Literal"))
