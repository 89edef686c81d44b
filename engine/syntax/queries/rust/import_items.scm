; The import statements of a file and what each brings in; `kind` says how. Run over the statements only.
; @prefix stands before the path of everything else inside its parent.

(use_declaration) @statement
(use_declaration (visibility_modifier) @public)
(scoped_use_list path: (_) @prefix)
(use_list "{" @open "}" @close)

((use_declaration argument: (identifier) @item @name) (#set! kind name))
((use_declaration argument: (scoped_identifier path: (_) @module name: (_) @name) @item) (#set! kind name))
((use_list (identifier) @item @name) (#set! kind name))
((use_list (self) @item @name) (#set! kind self))
((use_list (scoped_identifier path: (_) @module name: (_) @name) @item) (#set! kind name))
((use_as_clause path: (identifier) @name alias: (_) @local) @item (#set! kind name))
((use_as_clause path: (self) @name alias: (_) @local) @item (#set! kind self))
((use_as_clause path: (scoped_identifier path: (_) @module name: (_) @name) alias: (_) @local) @item (#set! kind name))
((use_wildcard (_) @module) @item (#set! kind all))

(source_file (inner_attribute_item) @header)
