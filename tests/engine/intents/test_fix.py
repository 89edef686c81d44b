"""The scenario as a whole: what structure and what servers say of one edit."""

from __future__ import annotations

from engine.diagnostics import Diagnostic, Family, Fix, Replacement
from engine.intents import fix, propose
from engine.intents.context import Context
from engine.intents.errors import reported
from engine.types import IntentKind, Site, Trigger
from tests.engine.syntax.projects import Memory

TEXT = """import os


class Shop:
    def name(self):
        return os.name

    HERE


def main(quantity):
    limit = 10
    print(quantity, limit)
    return quantity
"""


def proposed(old: str, new: str, *diagnostics: Diagnostic, text: str = TEXT) -> list[Site]:
    memory = Memory({"a.py": text})
    edit = memory.save("a.py", text.replace(old, new, 1))
    sites = fix.propose(Context(edit, (), memory.index, diagnostics))
    assert all(site.intent is IntentKind.FIX for site in sites)
    return list(sites)


def complaint(text: str, word: str, family: Family, *fixes: Fix) -> Diagnostic:
    at = text.index(word)
    return Diagnostic("a.py", at, at + len(word), "error", family, "X1", "server", f"`{word}` is odd", fixes)


def test_a_method_without_its_first_parameter() -> None:
    (site,) = proposed("HERE", "def other(count):\n        return self.name() * count")
    assert (site.draft, site.old, site.trigger) == ("self, ", "", Trigger.NAME_MISSING)
    assert proposed("HERE", "@staticmethod\n    def other(self_made):\n        return self_made") == []


def test_the_same_in_rust() -> None:
    text = "struct A;\n\nimpl A {\n    fn f(&self) {}\n    // HERE\n}\n"
    memory = Memory({"a.rs": text})
    edit = memory.save("a.rs", text.replace("// HERE", "fn g() { self.f() }"))
    (site,) = fix.propose(Context(edit, (), memory.index))
    assert site.draft == "&self"


def test_a_variable_that_the_edit_left_unused() -> None:
    (site,) = proposed("print(quantity, limit)", "print(quantity)")
    assert (site.old, site.draft, site.rule) == ("    limit = 10\n", "", 0.55)
    calls = TEXT.replace("limit = 10", "limit = count()")
    assert proposed("print(quantity, limit)", "print(quantity)", text=calls) == []
    assert proposed("print(quantity, limit)", "print(quantity, 2, limit)") == []


def test_names_are_left_alone_while_the_file_is_broken() -> None:
    (site,) = proposed("print(quantity, limit)", "print(quanttiy, limit")
    assert site.draft == ")"


def test_the_other_scenarios_wait_until_the_syntax_is_mended() -> None:
    memory = Memory({"a.py": "def f(\n    one,\n):\n    return one\n\n\nf(1)\n"})
    before = memory.files["a.py"]
    edit = memory.save("a.py", before.replace("    one,\n", "    one\n    three,\n"))
    (site,) = (site for site in propose(edit, (), memory.index) if site.rule >= 0.5)
    assert (site.intent, site.draft) == (IntentKind.FIX, ",")
    edit = memory.save("a.py", before.replace("    one,\n", "    one,\n    three,\n"))
    sure = (site for site in propose(edit, (), memory.index) if site.rule >= 0.5)
    assert {site.intent for site in sure} == {IntentKind.SIGNATURE}


def test_a_servers_fix() -> None:
    after = TEXT.replace("print(quantity, limit)", "print(quantity, limit, odd_name)")
    at = after.index("odd_name")
    right = Fix("Change it", (Replacement("a.py", at, "odd_name", "quantity"),), True)
    said = complaint(after, "odd_name", Family.NAME, right)
    (site,) = proposed("print(quantity, limit)", "print(quantity, limit, odd_name)", said)
    assert (site.start, site.old, site.draft, site.trigger) == (
        at,
        "odd_name",
        "quantity",
        Trigger.DIAGNOSTIC,
    )
    assert site.rule == reported.SURE[Family.NAME]
    assert site.why == "server: `odd_name` is odd. Change it"


def test_a_complaint_makes_structure_surer() -> None:
    written = ("print(quantity, limit)", "print(quanttiy, limit)")
    (alone,) = proposed(*written)
    said = complaint(TEXT.replace(*written), "quanttiy", Family.NAME)
    (both,) = proposed(*written, said)
    assert (both.draft, round(both.rule - alone.rule, 2)) == ("quantity", fix.CONFIRMED)


def test_what_was_just_written_may_be_used_later() -> None:
    after = TEXT.replace("HERE", "import json")
    at = after.index("    import json\n")
    gone = Fix("Remove it", (Replacement("a.py", at, "    import json\n", ""),), True)
    said = complaint(after, "json", Family.UNUSED_IMPORT, gone)
    assert proposed("HERE", "import json", said) == []


def test_an_import_that_the_edit_left_unused() -> None:
    after = TEXT.replace("os.name", "''")
    gone = Fix("Remove it", (Replacement("a.py", 0, "import os\n", ""),), True)
    said = complaint(after, "os", Family.UNUSED_IMPORT, gone)
    (site,) = proposed("os.name", "''", said)
    assert (site.start, site.old, site.draft) == (0, "import os\n", "")


def test_one_of_several_fixes_is_not_shown_alone() -> None:
    after = TEXT.replace("HERE", "json.dumps(1)")
    ways = ("import json\n", "from flask import json\n")
    two = [Fix(way, (Replacement("a.py", 0, "", way),), False) for way in ways]
    (site,) = proposed("HERE", "json.dumps(1)", complaint(after, "json", Family.NAME, *two))
    assert site.draft == "import json\n"
    assert site.rule < 0.5


def test_of_several_fixes_the_one_that_does_just_what_is_asked() -> None:
    after = TEXT.replace("HERE", "json.dumps(1)")
    at = after.index("json")
    brings = Fix("Import it", (Replacement("a.py", 0, "", "import json\n"),), False)
    other = Fix("Define it", (Replacement("a.py", at, "", "json = None\n    "),), False)
    (site,) = proposed("HERE", "json.dumps(1)", complaint(after, "json", Family.NAME, other, brings))
    assert (site.draft, site.rule) == ("import json\n", reported.SURE[Family.NAME])
    after = TEXT.replace("os.name", "os.nmae()")
    at = after.index("nmae")
    right = Fix("Change it", (Replacement("a.py", at, "nmae", "name"),), False)
    wrong = Fix("Create it", (Replacement("a.py", 0, "", "def nmae(): ...\n"),), False)
    (site,) = proposed("os.name", "os.nmae()", complaint(after, "nmae", Family.MEMBER, wrong, right))
    assert (site.draft, site.rule) == ("name", reported.SURE[Family.MEMBER])


def test_of_two_ways_to_remove_a_variable_the_one_that_removes_its_line() -> None:
    gone = Fix("Remove it", (Replacement("a.py", TEXT.index("    limit"), "    limit = 10\n", ""),), False)
    kept = Fix("Keep its value", (Replacement("a.py", TEXT.index("limit"), "limit = ", ""),), False)
    after = TEXT.replace("print(quantity, limit)", "print(quantity)")
    said = complaint(after, "limit", Family.UNUSED_VARIABLE, kept, gone)
    (site,) = proposed("print(quantity, limit)", "print(quantity)", said)
    assert site.old == "    limit = 10\n"


def test_what_is_no_code_is_not_read_as_code() -> None:
    noise = "".join(f"\x1b[{n % 50};{n % 9}m{word}\x1b[0m" for n, word in enumerate(["word", "def"] * 2_000))
    memory = Memory({"a.rs": noise + "fn used() {}"})
    before = memory.files["a.rs"]
    edit = memory.save("a.rs", before.replace("fn used", "fn other"))
    context = Context(edit, (), memory.index)
    assert fix.is_broken(context) and fix.propose(context) == ()
