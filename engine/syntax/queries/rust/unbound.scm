; Where a name needs no binding although it looks like a use.

((attribute (identifier) @_attribute arguments: (token_tree) @skip) (#not-eq? @_attribute "derive") (#not-eq? @_attribute "cfg_attr"))
((attribute (identifier) @_attribute arguments: (token_tree (identifier) @skip)) (#eq? @_attribute "derive") (#any-of? @skip "Clone" "Copy" "Debug" "Default" "Eq" "Hash" "Ord" "PartialEq" "PartialOrd"))
(attribute (identifier) @skip)
(attribute (scoped_identifier) @skip)
(type_binding name: (_) @skip)
(label (identifier) @skip)
(macro_definition) @skip
((macro_invocation macro: (identifier) @skip) (#any-of? @skip "env" "vec"))
(lifetime (identifier) @skip)
