(field_definition property: (property_identifier) @field)
