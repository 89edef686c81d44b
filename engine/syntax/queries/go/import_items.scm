; The import statements of a file and what each brings in; `kind` says how. Run over the statements only.
; A line of a block counts as a statement.

(import_declaration (import_spec)) @statement
(import_spec_list (import_spec) @statement)
(import_spec_list "(" @open ")" @close)
(import_spec_list) @block

((import_spec !name path: (interpreted_string_literal (interpreted_string_literal_content) @module)) @item (#set! kind module))
((import_spec name: (package_identifier) @local path: (interpreted_string_literal (interpreted_string_literal_content) @module)) @item (#set! kind module))
((import_spec name: (dot) path: (interpreted_string_literal (interpreted_string_literal_content) @module)) @item (#set! kind all))
((import_spec name: (blank_identifier) path: (interpreted_string_literal (interpreted_string_literal_content) @module)) @item (#set! kind effect))

(package_clause) @header
