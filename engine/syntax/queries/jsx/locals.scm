; Markup inside the language.

(jsx_opening_element name: (identifier) @ref.call)
(jsx_closing_element name: (identifier) @ref.call)
(jsx_self_closing_element name: (identifier) @ref.call)
(jsx_opening_element name: (_) @component attribute: (jsx_attribute (property_identifier) @keyword.prop))
(jsx_self_closing_element name: (_) @component attribute: (jsx_attribute (property_identifier) @keyword.prop))
