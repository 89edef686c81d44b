"""What a name is where it stands, read off the kinds of the nodes around it.

The tables are the simulator's own: the truth of a rename must not come from the queries that the engine uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.syntax.blocks.around import Around, around
from engine.syntax.document import Document

Role = Literal[
    "function", "class", "method", "field", "parameter", "local", "variable", "alias",
    "member", "key", "keyword", "short", "import", "ref", "text", "other",
]  # fmt: skip
DEFINES: Final = frozenset(
    {"function", "class", "method", "field", "parameter", "local", "variable", "alias"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A mention of a name in code."""

    path: str
    start: int
    role: Role
    nodes: tuple[Around, ...]
    """From the leaf outward."""

    @property
    def defines(self) -> bool:
        """Whether the name is declared here."""
        return self.role in DEFINES

    def inside(self, kinds: frozenset[str]) -> Around | None:
        """The nearest node around the place of one of these kinds."""
        return next((node for node in self.nodes[1:] if node.type in kinds), None)


@dataclass(frozen=True, slots=True)
class Kinds:
    """How a grammar calls its nodes."""

    roles: Mapping[str, Role]
    """From "node field" or "node" (any other field) to the role of a leaf directly inside."""
    functions: frozenset[str]
    classes: frozenset[str]
    blocks: frozenset[str]
    """What bounds a local beside functions."""
    imports: frozenset[str]
    through: frozenset[str] = frozenset()
    """Patterns around a name that is bound: what is around them says how."""
    hoisted: bool = False
    """Whether a local may be assigned several times and is seen in the whole function."""


def _table(text: str) -> dict[str, Role]:
    found: dict[str, Role] = {}
    for line in text.strip().splitlines():
        role, _, keys = line.strip().partition(":")
        for key in keys.split(","):
            found[" ".join(key.split())] = role  # type: ignore[assignment]  # the words of Role
    return found


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PYTHON = Kinds(
    _table(
        """
        function: function_definition name
        class: class_definition name
        parameter: parameters, default_parameter name, typed_parameter, typed_default_parameter name
        parameter: lambda_parameters
        local: assignment left, for_statement left, as_pattern_target, named_expression name
        local: for_in_clause left, with_item alias
        member: attribute attribute
        keyword: keyword_argument name
        alias: aliased_import alias
        import: dotted_name
        other: global_statement, nonlocal_statement, match_statement, case_pattern
        other: class_pattern, type_parameter
        """
    ),
    functions=_set("function_definition lambda"),
    classes=_set("class_definition"),
    blocks=_set("list_comprehension set_comprehension dictionary_comprehension generator_expression"),
    imports=_set("import_statement import_from_statement future_import_statement"),
    through=_set("pattern_list tuple_pattern list_pattern list_splat_pattern dictionary_splat_pattern"),
    hoisted=True,
)
_ECMASCRIPT = Kinds(
    _table(
        """
        function: function_declaration name, generator_function_declaration name, function_signature name
        class: class_declaration name, abstract_class_declaration name, interface_declaration name
        class: type_alias_declaration name, enum_declaration name
        method: method_definition name, method_signature name, abstract_method_signature name
        field: public_field_definition name, field_definition property, property_signature name
        field: enum_body name, enum_assignment name
        local: variable_declarator name, for_in_statement left, catch_clause parameter
        parameter: required_parameter pattern, optional_parameter pattern, formal_parameters
        parameter: assignment_pattern left, arrow_function parameter, rest_pattern
        member: member_expression property, nested_type_identifier name, nested_identifier property
        key: pair key, pair_pattern key, jsx_attribute
        short: object
        import: import_specifier name, export_specifier name
        alias: import_specifier alias, import_clause, namespace_import
        other: export_specifier alias, function_expression name, class name, type_parameter name
        other: internal_module name, index_signature name, namespace_export, generator_function name
        other: mapped_type_clause name, jsx_namespace_name, object_assignment_pattern left, object_pattern
        """
    ),
    functions=_set(
        "function_declaration function_expression arrow_function method_definition generator_function"
        " generator_function_declaration method_signature abstract_method_signature function_signature"
        " function_type call_signature construct_signature constructor_type"
    ),
    classes=_set("class_declaration class abstract_class_declaration interface_declaration enum_declaration"),
    blocks=_set("statement_block for_statement for_in_statement catch_clause switch_body class_static_block"),
    imports=_set("import_statement export_clause"),
    through=_set("array_pattern rest_pattern"),
)
_JAVA = Kinds(
    _table(
        """
        class: class_declaration name, interface_declaration name, enum_declaration name
        class: record_declaration name, annotation_type_declaration name
        method: method_declaration name, annotation_type_element_declaration name
        field: enum_constant name
        local: variable_declarator name, enhanced_for_statement name, catch_formal_parameter name
        local: resource name, instanceof_expression name, type_pattern
        parameter: formal_parameter name, inferred_parameters, lambda_expression parameters
        member: method_invocation name, field_access field, method_reference, scoped_type_identifier
        key: element_value_pair key
        import: scoped_identifier, import_declaration, package_declaration
        ref: constructor_declaration name, compact_constructor_declaration name
        other: type_parameter, labeled_statement, break_statement, continue_statement
        """
    ),
    functions=_set(
        "method_declaration constructor_declaration lambda_expression compact_constructor_declaration"
    ),
    classes=_set(
        "class_declaration interface_declaration enum_declaration record_declaration class_body"
        " annotation_type_declaration"
    ),
    blocks=_set(
        "block for_statement enhanced_for_statement try_with_resources_statement catch_clause"
        " switch_block_statement_group switch_rule"
    ),
    imports=_set("import_declaration package_declaration"),
)
_GO = Kinds(
    _table(
        """
        function: function_declaration name
        class: type_spec name, type_alias name
        method: method_declaration name, method_elem name
        field: field_declaration name
        local: var_spec name, const_spec name, short_var_declaration left, range_clause left
        local: type_switch_statement alias, receive_statement left
        parameter: parameter_declaration name, variadic_parameter_declaration name
        member: selector_expression field, qualified_type name
        key: literal_element
        alias: import_spec name
        other: type_parameter_declaration name, package_clause, labeled_statement, label_name
        """
    ),
    functions=_set("function_declaration method_declaration func_literal method_elem function_type"),
    classes=_set("type_spec"),
    blocks=_set(
        "block if_statement for_statement expression_switch_statement type_switch_statement"
        " select_statement expression_case default_case type_case communication_case"
    ),
    imports=_set("import_declaration"),
    through=_set("expression_list"),
)
_RUST = Kinds(
    _table(
        """
        function: function_item name, function_signature_item name, macro_definition name
        class: struct_item name, enum_item name, trait_item name, union_item name, type_item name
        field: field_declaration name, enum_variant name
        variable: const_item name, static_item name
        local: let_declaration pattern, for_expression pattern, tuple_struct_pattern, match_pattern
        local: captured_pattern, field_pattern pattern, let_condition pattern
        parameter: parameter pattern, closure_parameters
        member: field_expression field, scoped_identifier name, scoped_type_identifier name
        key: field_initializer field, field_pattern name
        short: shorthand_field_initializer
        import: use_list, use_declaration
        ref: scoped_identifier path, tuple_struct_pattern type
        alias: use_as_clause alias
        other: mod_item name, type_parameter name, const_parameter name, associated_type name
        other: label, lifetime, attribute, macro_rule
        """
    ),
    functions=_set("function_item function_signature_item closure_expression"),
    classes=_set("struct_item enum_item trait_item union_item impl_item"),
    blocks=_set("block match_arm for_expression if_expression while_expression"),
    imports=_set("use_declaration"),
    through=_set("tuple_pattern slice_pattern mut_pattern ref_pattern reference_pattern or_pattern"),
)
KINDS: Final[Mapping[str, Kinds]] = {
    "python": _PYTHON,
    "javascript": _ECMASCRIPT,
    "typescript": _ECMASCRIPT,
    "java": _JAVA,
    "go": _GO,
    "rust": _RUST,
}


def place(document: Document, path: str, start: int, language: str) -> Place:
    """What the name at an offset is."""
    nodes = around(document, start)
    return Place(path, start, _role(nodes, KINDS[language], document, start), nodes)


def _role(nodes: tuple[Around, ...], kinds: Kinds, document: Document, start: int) -> Role:
    if len(nodes) < 2:
        return "other"
    leaf, at = nodes[0], 1
    while at < len(nodes) - 1 and nodes[at].type in kinds.through:
        leaf, at = nodes[at], at + 1
    around_it = nodes[at].type
    role = kinds.roles.get(f"{around_it} {leaf.field}".strip()) or kinds.roles.get(around_it, "ref")
    if kinds is _RUST:
        role = _rust(role, nodes, at, document, start)
    if role == "local" and kinds is _GO and around_it == "short_var_declaration" and leaf.field != "left":
        return "ref"
    if role == "key" and kinds is _GO and (nodes[at].field != "key" or leaf.type != "identifier"):
        return "ref"
    if role in {"ref", "member"} and any(node.type in kinds.imports for node in nodes[at:]):
        return "import"
    if (
        role == "parameter"
        and around_it == "assignment_pattern"
        and nodes[at + 1].type != "formal_parameters"
    ):
        return "local"
    if role == "local":
        return _bound(nodes[at:], kinds)
    if role == "function" and _nearest(nodes[at + 1 :], kinds) in kinds.classes:
        return "method"
    return role


def _rust(role: Role, nodes: tuple[Around, ...], at: int, document: Document, start: int) -> Role:
    if nodes[at].type in {"token_tree", "token_tree_pattern"}:
        byte = document.border.to_bytes(start)
        before = document.data[max(0, byte - 2) : byte]
        if before.endswith(b"$") or any(node.type == "macro_definition" for node in nodes):
            return "other"
        return "member" if before.endswith((b".", b"::")) else "ref"
    if nodes[0].type == "shorthand_field_identifier":
        return "other"
    if nodes[at].type in {"tuple_struct_pattern", "match_pattern"} and nodes[0].type != "identifier":
        return "ref"
    if nodes[at].type == "match_pattern" and len(nodes) > at + 2 and nodes[at + 2].type == "macro_invocation":
        return "other"
    return role


def _nearest(nodes: tuple[Around, ...], kinds: Kinds) -> str:
    return next((node.type for node in nodes if node.type in kinds.functions | kinds.classes), "")


def _bound(nodes: tuple[Around, ...], kinds: Kinds) -> Role:
    """What an assigned or declared name is, by what is around its statement."""
    nearest = _nearest(nodes[1:], kinds)
    if nearest in kinds.functions:
        return "local"
    if any(node.type in {"field_declaration", "constant_declaration"} for node in nodes[:3]):
        return "field"
    if nearest in kinds.classes and kinds is _PYTHON:
        return "field"
    return "local" if any(node.type in kinds.blocks for node in nodes) else "variable"
