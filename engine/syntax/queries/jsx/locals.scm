; Markup inside the language.

(jsx_opening_element name: (identifier) @ref.call)
(jsx_closing_element name: (identifier) @ref.call)
(jsx_self_closing_element name: (identifier) @ref.call)
