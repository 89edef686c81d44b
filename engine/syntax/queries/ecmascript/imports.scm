; Imports of everything a module has, and what a module exports as its default. Run over the whole file, once.

(export_statement "*" source: (string (string_fragment) @module) !declaration) @import.all
(export_statement "default" declaration: (_ name: (_) @export.default))
(export_statement "default" value: (identifier) @export.default)
((export_specifier name: (identifier) @export.default alias: (identifier) @_default) (#eq? @_default "default"))
((assignment_expression left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports) right: (identifier) @export.default) (#eq? @_module "module") (#eq? @_exports "exports"))
