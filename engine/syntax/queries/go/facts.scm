; Read eagerly, once per file: what it defines where others can see it, and what it imports.

(type_spec name: (type_identifier) @class type: (_) @body)
(type_alias name: (type_identifier) @type)
(function_declaration name: (identifier) @function body: (_) @body)
(method_declaration name: (field_identifier) @method)
(method_elem name: (field_identifier) @method)
(field_declaration name: (field_identifier) @field)
(source_file (const_declaration (const_spec name: (identifier) @variable)))
(source_file (var_declaration (var_spec name: (identifier) @variable)))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @variable))))
(import_spec path: (interpreted_string_literal (interpreted_string_literal_content) @module))
