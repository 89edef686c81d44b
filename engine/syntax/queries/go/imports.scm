; Imports of everything a package has.

(import_spec name: (dot) path: (interpreted_string_literal (interpreted_string_literal_content) @module)) @import.all
