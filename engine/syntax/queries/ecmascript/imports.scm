; Imports of everything a module has, what a module exports as its default, and what it exports under which name.
; Run over the whole file, once.

(export_statement "*" source: (string (string_fragment) @module) !declaration) @import.all
(export_statement "default" declaration: (_ name: (_) @export.default))
(export_statement "default" value: (identifier) @export.default)
((export_specifier name: (identifier) @export.default alias: (identifier) @_default) (#eq? @_default "default"))
((assignment_expression left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports) right: (identifier) @export.default) (#eq? @_module "module") (#eq? @_exports "exports"))
((assignment_expression left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports) right: (object (pair key: (property_identifier) @export.key value: (identifier) @export.value))) (#eq? @_module "module") (#eq? @_exports "exports"))
((assignment_expression left: (member_expression object: (identifier) @_exports property: (property_identifier) @export.key) right: (identifier) @export.value) (#eq? @_exports "exports"))
((assignment_expression left: (member_expression object: (member_expression object: (identifier) @_module property: (property_identifier) @_exports) property: (property_identifier) @export.key) right: (identifier) @export.value) (#eq? @_module "module") (#eq? @_exports "exports"))
((export_statement !source (export_clause (export_specifier name: (identifier) @export.value alias: (identifier) @export.key))))
((export_statement !source (export_clause (export_specifier !alias name: (identifier) @export.key @export.value))))
