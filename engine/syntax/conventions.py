"""How a language writes a member of a base again below it: override.txt of its queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from engine.syntax.grammars import SPECS, language_of, table_of

NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class Conventions:
    """What differs between languages where a class keeps the promises of its bases."""

    before: re.Pattern[str]
    """Decorators, annotations and attributes in front of a member."""
    kept: re.Pattern[str]
    """Those of them that an override bears too."""
    carried: re.Pattern[str]
    """Those that an override bears if the class's other members do."""
    dropped: frozenset[str]
    """Words of the base's member that an override does not repeat."""
    added: str
    """The word of access that an override of an interface's member must have, where the language has one."""
    access: tuple[str, ...]
    """Words of access, the widest first."""
    bare: str
    """The one that is meant where none is written."""
    marker: str
    """What says that a member is an override."""
    marked: re.Pattern[str]
    """Recognises the marker among a member's words."""
    marker_is_word: bool
    """Whether the marker stands among the words before the name, not on a line of its own."""
    marker_always: bool
    """Whether it is written unless the class's other overrides go without."""
    abstract: re.Pattern[str]
    """Words of a member that leave it to the subclasses."""
    contract: re.Pattern[str]
    """Bases that make a class abstract."""
    contract_base: re.Pattern[str]
    """Bases that make all members of a class the subclasses' business."""
    says: str
    """The word with which such a body begins."""
    demanding: re.Pattern[str]
    """Bodies that leave the member to the subclasses."""
    concrete: frozenset[str]
    """Words of an interface's member that needs no override."""
    hints: tuple[str, ...]
    """Words that stand in every not-implemented statement."""
    unwritten: re.Pattern[str]
    """A not-implemented statement."""
    stub: str
    """The usual not-implemented statement."""
    placeholder: re.Pattern[str]
    """A body that only keeps an empty class alive."""
    keeper: str
    """What keeps an empty body alive, where one may not be empty."""
    upward: str
    """A call of the base's own member, with {name} and {arguments}."""
    opens: str
    closes: str
    lowered: re.Pattern[str]
    """Heads after which the body opens on a line of its own."""
    ends: str
    spread: str
    """What follows an argument that hands a rest parameter on, where that is not its own sign."""
    own: re.Pattern[str]
    """Names of members that are no part of the contract: constructors, private ones."""
    own_words: frozenset[str]
    """Words of such members."""
    overloads: bool
    """Whether members of one name are told apart by their parameters."""
    structural: bool
    """Whether a type fulfils an interface by its methods alone."""
    direct: bool
    """Whether each base's members are written apart from those of its own bases."""
    compiled: bool
    """Whether what a base does not have cannot stay below it."""
    outside: str
    """What stands before a member that is written beside its type, with {receiver}."""
    void: frozenset[str]
    """Return types of members that give nothing."""


def conventions(path: str) -> Conventions | None:
    """Those of a file's language; None where it has no classes that we know of."""
    language = language_of(path)
    return None if language is None else _read(language)


@cache
def _read(language: str) -> Conventions | None:
    values = table_of(language, "override.txt")
    if not values:
        return None

    def pattern(key: str) -> re.Pattern[str]:
        return re.compile(values.get(key, NEVER))

    def words(key: str) -> frozenset[str]:
        return frozenset(values.get(key, "").split())

    return Conventions(
        before=pattern("before"),
        kept=pattern("kept"),
        carried=pattern("carried"),
        dropped=words("dropped"),
        added=values.get("added", ""),
        access=tuple(values.get("access", "").split()),
        bare=values.get("bare", ""),
        marker=values.get("marker", ""),
        marked=pattern("marked"),
        marker_is_word="marker_is_word" in values,
        marker_always="marker_always" in values,
        abstract=pattern("abstract"),
        contract=pattern("contract"),
        contract_base=pattern("contract_base"),
        says=values.get("says", ""),
        demanding=pattern("demanding"),
        concrete=words("concrete"),
        hints=tuple(values.get("hints", "").split()),
        unwritten=re.compile(values.get("unwritten", NEVER), re.MULTILINE),
        stub=values["stub"],
        placeholder=pattern("placeholder"),
        keeper=values.get("keeper", ""),
        upward=values.get("super", ""),
        opens=values["opens"],
        closes=values.get("closes", ""),
        lowered=pattern("lowered"),
        ends=values.get("ends", ""),
        spread=values.get("spread", ""),
        own=pattern("own"),
        own_words=words("own_words"),
        overloads=SPECS[language].overloads,
        structural=SPECS[language].structural,
        direct="direct" in values,
        compiled="compiled" in values,
        outside=values.get("outside", ""),
        void=words("void"),
    )
