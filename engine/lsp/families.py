"""What the servers' complaints are about: their codes by family. All others are none of our business."""

from __future__ import annotations

import re
from typing import Final

from engine.diagnostics import Family

_CODES: Final[dict[Family, str]] = {
    # pyright; ruff; TypeScript; gopls; rustc and rust-analyzer; jdtls
    Family.NAME: """
        reportUndefinedVariable F821 2304 2552 2503 2663 2662 18004 UndeclaredName UndeclaredImportedName
        E0425 E0412 E0433 E0405 E0423 unresolved-ident unresolved-macro-call 16777218 570425394 33554515
    """,
    Family.IMPORT: """
        reportAttributeAccessIssue/import 2305 2724 2614 2307 E0432 unresolved-import 268435846
    """,
    Family.MEMBER: """
        reportAttributeAccessIssue 2339 2551 2353 2561 MissingFieldOrMethod E0599 E0609 E0560 E0026
        unresolved-method unresolved-field no-such-field 67108964 33554502
    """,
    Family.ARGUMENTS: """
        reportCallIssue 2554 2555 2556 WrongArgCount E0061 E0107 mismatched-arg-count 67108979 134217858
    """,
    Family.RETURN: """
        reportReturnType 2355 2366 7030 MissingReturn E0308/found~`()` E0308/found~() E0308/return
        type-mismatch/found~() 603979884
    """,
    Family.MATCH: "reportMatchNotExhaustive E0004 missing-match-arm non-exhaustive-match 1073743533 33554625",
    Family.MISSING: """
        reportAbstractUsage 2741 2739 2420 2515 2654 18052 InvalidIfaceAssign missing-fields E0046 E0063
        trait-impl-missing-assoc_item 67109264 missing-structure-fields
    """,
    Family.UNUSED_IMPORT: """
        reportUnusedImport F401 6192 6133/import UnusedImport unused_imports 268435844
    """,
    Family.UNUSED_VARIABLE: """
        reportUnusedVariable F841 6133 6196 6198 UnusedVar unused_variables unused-variables 536870973
    """,
    Family.SYNTAX: "invalid-syntax 1005 1109 1128 1002 1003 1160 syntax-error syntax 1610612967",
}
_BY_CODE: Final = {
    code.partition("/")[0]: family
    for family, codes in reversed(_CODES.items())
    for code in codes.split()
    if "/" not in code
}
_BY_CODE_AND_TEXT: Final = {
    tuple(code.replace("~", " ").split("/")): family
    for family, codes in _CODES.items()
    for code in codes.split()
    if "/" in code
}
"""Codes that stand for several things, with what their message then holds; `~` is a blank."""
_SYNTAX: Final = re.compile(
    r"^(expected|unexpected|syntax ?error|unterminated)|(was never|was not|is not) closed", re.IGNORECASE
)
SUPPRESSES: Final = re.compile(
    r"noqa|type: ?ignore|pyright: ?(ignore|basic)|@ts-(ignore|expect-error|nocheck)|eslint-disable|nolint"
    r"|#!?\[allow|@SuppressWarnings|lint:ignore"
)
"""What a fix writes that only hides its complaint."""


def family_of(code: str, message: str) -> Family | None:
    """The family of a complaint; None for those that nothing follows from."""
    for (known, word), family in _BY_CODE_AND_TEXT.items():
        if known == code and word in message:
            return family
    if code in _BY_CODE:
        return _BY_CODE[code]
    return Family.SYNTAX if not code and _SYNTAX.search(message) else None
