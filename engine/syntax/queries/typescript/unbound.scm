; Where a name needs no binding although it looks like a use.

(infer_type (type_identifier) @skip)
(mapped_type_clause name: (_) @skip)
