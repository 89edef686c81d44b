; Imports of types alone.

(import_statement "type" @type)
(import_specifier "type" @type)
