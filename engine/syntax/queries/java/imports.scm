; Imports of everything a package has.

(import_declaration (_) @module (asterisk)) @import.all
