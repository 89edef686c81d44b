; @skip: uses that need no binding.

(switch_label (identifier) @skip)
