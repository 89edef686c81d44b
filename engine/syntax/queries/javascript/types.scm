; Classes
(class_declaration (class_heritage (_) @base)) @shape.class
(class (class_heritage (_) @base)) @shape.class
