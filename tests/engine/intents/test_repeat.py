"""Repeats: what one example teaches, what two teach, and where nothing may be offered."""

from __future__ import annotations

import re

import pytest

from engine.diff import hunks
from engine.intents.repeat import propose
from engine.syntax.index import Symbol
from engine.types import Edit, Site, Trigger


class Texts:
    """A project in memory."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        self.read: list[str] = []

    def files_with(self, name: str) -> list[str]:
        return [path for path, text in self.files.items() if name in text]

    def definitions(self, name: str) -> list[Symbol]:
        return [
            Symbol(path, name, "method", found.start(1), found.end(1), "")
            for path, text in self.files.items()
            for found in re.finditer(rf"^    ({name})\(.*\{{$", text, re.MULTILINE)
        ]

    def text_of(self, path: str) -> str | None:
        self.read.append(path)
        return self.files.get(path)


def edit(before: str, after: str, path: str = "a.py", name: str = "e1") -> Edit:
    return Edit(name, path, before, after, hunks(before, after), "person", 0.0)


def offers(before: str, after: str, path: str = "a.py", **others: str) -> list[Site]:
    files = {key.replace("__", "/").replace("_py", ".py"): text for key, text in others.items()}
    return list(propose(edit(before, after, path), (), Texts({path: after, **files})))


def applied(text: str, sites: list[Site], path: str = "a.py") -> str:
    for site in sorted((s for s in sites if s.path == path), key=lambda s: -s.start):
        assert text[site.start : site.end] == site.old
        assert site.draft is not None
        text = text[: site.start] + site.draft + text[site.end :]
    return text


def follow(before: str, after: str, path: str = "a.py") -> str:
    """The text once every offer was taken."""
    return applied(after, offers(before, after, path), path)


@pytest.mark.parametrize(
    ("line", "written", "rest", "expected"),
    [
        ("x = fetch_all(p)", "x = await fetch_all(p)", "y = fetch_all(q)", "y = await fetch_all(q)"),
        (
            "self.assertTrue(a == b)",
            "self.assertEqual(a, b)",
            "self.assertTrue(c.d == len(e))",
            "self.assertEqual(c.d, len(e))",
        ),
        ("open_thing(k)", "open_thing(k, timeout=3)", "open_thing(a, b)", "open_thing(a, b, timeout=3)"),
        ("open_thing(k)", "open_thing(k, timeout=3)", "open_thing()", "open_thing(timeout=3)"),
        ("r = os.path.join(a, b)", "r = Path(a, b)", "s = os.path.join(c, d)", "s = Path(c, d)"),
        (
            "r = compute_total(abc)",
            "r = float(compute_total(abc))",
            "s = compute_total(x)",
            "s = float(compute_total(x))",
        ),
        ("run_it(a, debug=True)", "run_it(a)", "run_it(b, debug=True, k=1)", "run_it(b, k=1)"),
    ],
)
def test_one_specific_example_is_enough_for_a_low_offer(line, written, rest, expected):
    before, after = f"{line}\n{rest}\n", f"{written}\n{rest}\n"
    assert follow(before, after) == f"{written}\n{expected}\n"
    assert all(site.trigger is Trigger.PATTERN and site.rule < 0.7 for site in offers(before, after))


@pytest.mark.parametrize(
    ("one", "one_new", "two", "two_new", "rest", "expected"),
    [
        ("a.setFoo(1)", "a.foo = 1", "b.setFoo(2)", "b.foo = 2", "c.setFoo(7)", "c.foo = 7"),
        ("x = d.get('a')", "x = d['a']", "y = d.get('b')", "y = d['b']", "z = d.get('c')", "z = d['c']"),
        ("foo(1)", "foo(1, x=2)", "foo(2)", "foo(2, x=2)", "foo(g(3))", "foo(g(3), x=2)"),
        (
            "if isinstance(a, str):",
            "if isinstance(a, bytes):",
            "if isinstance(b, str):",
            "if isinstance(b, bytes):",
            "if isinstance(c, str):",
            "if isinstance(c, bytes):",
        ),
    ],
)
def test_two_examples_are_generalised_and_trusted(one, one_new, two, two_new, rest, expected):
    before, after = f"{one}\n{two}\n{rest}\n", f"{one_new}\n{two_new}\n{rest}\n"
    assert follow(before, after) == f"{one_new}\n{two_new}\n{expected}\n"
    assert all(site.trigger is Trigger.PATTERN_AGAIN and site.rule >= 0.5 for site in offers(before, after))


def test_an_earlier_save_counts_as_an_example():
    first = edit("setFoo(1, u)\nsetFoo(2, v)\nsetFoo(3, w)\n", "putFoo(1, u)\nsetFoo(2, v)\nsetFoo(3, w)\n")
    second = edit(first.after, "putFoo(1, u)\nputFoo(2, v)\nsetFoo(3, w)\n", name="e2")
    alone = propose(second, (), Texts({"a.py": second.after}))
    again = propose(second, (first,), Texts({"a.py": second.after}))
    assert [s.old for s in again] == ["setFoo"]
    assert again[0].rule > alone[0].rule
    assert again[0].trigger is Trigger.PATTERN_AGAIN


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("timeout = 30\nretries = 30\n", "timeout = 60\nretries = 30\n"),
        ("f(value_one)\nf(value_one)\n", "f(value_two)\nf(value_one)\n"),
        ("total = value + value\nvalue = value\n", "total = value + other\nvalue = value\n"),
        ("a = b\nc = d\n", "a = b\nimport_this()\nc = d\n"),
        ("if a > b:\nif a > b:\n", "if a >= b:\nif a > b:\n"),
        ("x = 1\n", "x = 1\n"),
    ],
)
def test_quiet_where_nothing_follows(before, after):
    assert all(site.rule < 0.5 for site in offers(before, after))


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("run_forever(30)", "run_forever(60)"),
        ("name = 'the quick fox'", "name = 'the slow fox'"),
        ("# the quick fox", "# the slow fox"),
        ("check(x)  # type: ignore", "check(x)"),
    ],
)
def test_the_same_line_right_behind_is_offered_after_one(line, written):
    (site,) = offers(f"{line}\n{line}\n", f"{written}\n{line}\n")
    assert site.rule > 0.5 and applied(f"{written}\n{line}\n", [site]) == f"{written}\n{written}\n"


def test_changes_of_one_line_are_offered_together_where_they_can_be_made_together():
    line, written = "assert kind == row  # noqa", "assert kind is row"
    before, after = f"{line}\n{line}\nprint(1)  # noqa\n", f"{written}\n{line}\nprint(1)  # noqa\n"
    first, *rest = offers(before, after)
    assert applied(after, [first]) == f"{written}\n{written}\nprint(1)  # noqa\n"
    assert all(site.start > after.index("print") for site in rest), "a part stands alone only elsewhere"


def test_half_of_a_pair_of_brackets_is_never_offered_alone():
    before, after = "a.setFoo(1)\nb.setFoo(1)\n", "a.foo = 1\nb.setFoo(1)\n"
    assert all(site.old.count("(") == site.old.count(")") for site in offers(before, after))


def test_never_in_a_string_or_a_comment():
    rest = '# fetch_all(b)\nt = "fetch_all(c)"\n"""\nfetch_all(d)\n"""\n'
    assert offers("x = fetch_all(a)\n" + rest, "x = await fetch_all(a)\n" + rest) == []


def test_places_that_hold_the_right_side_are_not_sites():
    rest = "await fetch_all(b)\nopen_it(z, t=1)\n"
    assert offers("x = fetch_all(a)\n" + rest, "x = await fetch_all(a)\n" + rest) == []
    assert offers("open_it(a)\n" + rest, "open_it(a, t=1)\n" + rest) == []


def test_definitions_and_other_receivers_are_not_calls():
    rest = "def fetch_all(a): ...\nself.fetch_all(b)\nprefetch_all(c)\n"
    assert offers("x = fetch_all(a)\n" + rest, "x = await fetch_all(a)\n" + rest) == []


def test_other_files_of_the_language_follow_with_less_trust():
    files = Texts(
        {"a.py": "x = await fetch_all(p)\n", "b.py": "y = fetch_all(q)\n", "b.go": "fetch_all(q)\n"}
    )
    sites = propose(edit("x = fetch_all(p)\n", "x = await fetch_all(p)\n"), (), files)
    assert [site.path for site in sites] == ["b.py"]
    assert 0 < sites[0].rule < 0.34


def test_the_search_is_bounded():
    many = {f"m{n:03}.py": "y = fetch_all(q)\n" * 10 for n in range(200)}
    files = Texts({"a.py": "x = await fetch_all(p)\n", **many})
    sites = propose(edit("x = fetch_all(p)\n", "x = await fetch_all(p)\n"), (), files)
    assert len(sites) == 200
    assert len(set(files.read)) <= 40


@pytest.mark.parametrize("path", ["a.rb", "a.ts", "a.go", "a.rs", "a.unknown"])
def test_any_language(path):
    before = "old_helper(a, b);\nold_helper(c, d);\nold_helper(e, f);\n"
    after = "new.helper(b, a);\nnew.helper(d, c);\nold_helper(e, f);\n"
    assert follow(before, after, path).endswith("new.helper(f, e);\n")


def test_accents_and_crlf_keep_their_places():
    rest = "é = '日本😀'\r\ny = fetch_all(ü)\r\n"
    before, after = "x = fetch_all(p)\r\n" + rest, "x = await fetch_all(p)\r\n" + rest
    assert follow(before, after).endswith("y = await fetch_all(ü)\r\n")


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.py", "def fetch_all(): ...\nfetch_all()\n", "def fetch_each(): ...\nfetch_all()\n"),
        ("a.py", "self.fetched = 1\nself.fetched()\n", "self.gotten = 1\nself.fetched()\n"),
        (
            "a.ts",
            "class A {\n    fetchAll() {\n}}\nfetchAll()\n",
            "class A {\n    getAll() {\n}}\nfetchAll()\n",
        ),
    ],
)
def test_a_renamed_declaration_is_left_to_rename(path, before, after):
    assert offers(before, after, path) == []


def test_what_is_added_to_a_name_is_added_to_that_name_only():
    one, two, rest = (
        "a: Optional[Callable]",
        "b: Optional[Callable]",
        "c: Optional[str]\nd: Optional[Callable]",
    )
    written = f"{one}\n{two}\n".replace("Callable", "Callable[..., Any]")
    assert follow(f"{one}\n{two}\n{rest}\n", f"{written}{rest}\n") == (
        f"{written}c: Optional[str]\nd: Optional[Callable[..., Any]]\n"
    )


CALLS = """def one():
    prepare_the_table(first, quick=True)
    check_every_row()


def two():
    prepare_the_table(first, quick=True)
    check_every_row()
"""


def test_lines_that_were_deleted_go_where_they_stand_again() -> None:
    line = "    prepare_the_table(first, quick=True)\n"
    after = CALLS.replace(line, "", 1)
    (site,) = offers(CALLS, after)
    assert (site.old, site.draft, site.trigger) == (line, "", Trigger.PATTERN)
    assert 0.4 < site.rule < 0.8 and "deleted once" in site.why
    assert applied(after, [site]) == CALLS.replace(line, "")


def test_blocks_are_compared_without_their_indentation() -> None:
    block = "    prepare_the_table(first, quick=True)\n    check_every_row()\n"
    deeper = "class A:\n    def one(self):\n    " + block.replace("\n    ", "\n        ")
    after = CALLS.replace(block, "    pass\n", 1).replace("    pass\n", "")
    sites = offers(CALLS, after, b_py=deeper)
    assert [(site.path, site.old.count("\n")) for site in sites] == [("a.py", 2), ("b.py", 2)]
    assert sites[0].rule > sites[1].rule


def test_an_import_that_went_stays_in_other_places() -> None:
    line = "from shop.prices import price_of, price_list, prices\n"
    text = f"{line}x = 1\n{line}"
    (site,) = offers(text, text.replace(line, "", 1))
    assert site.rule < 0.4


def test_few_words_go_only_once_they_were_deleted_twice() -> None:
    text = "".join(f"def f{n}():\n    check(row)\n    x = {n}\n\n\n" for n in range(3))
    once = text.replace("    check(row)\n", "", 1)
    twice = once.replace("    check(row)\n", "", 1)
    first = edit(text, once, name="e1")
    (a, b) = propose(first, (), Texts({"a.py": once}))
    assert max(a.rule, b.rule) < 0.5
    (c,) = propose(edit(once, twice, name="e2"), (first,), Texts({"a.py": twice}))
    assert c.rule >= 0.5 and c.trigger is Trigger.PATTERN_AGAIN


def test_lines_in_another_language_in_comments_or_changed_ones_stay() -> None:
    line = "    prepare_the_table(first, quick=True)\n"
    after = CALLS.replace(line, "")
    assert not offers(CALLS, after)
    quoted = f'"""\n{line}"""\n'
    other = Texts({"a.py": after, "b.js": CALLS, "c.py": quoted})
    assert all(site.path == "c.py" and site.rule < 0.3 for site in propose(edit(CALLS, after), (), other))
    rewritten = CALLS.replace(line, "    prepare(second)\n", 1)
    assert not [site for site in offers(CALLS, rewritten) if site.draft == ""]


def test_a_deletion_at_the_end_of_a_file_without_a_line_end() -> None:
    text = "first_thing(one, two, three)\nx = 1\nfirst_thing(one, two, three)"
    after = text[: text.rindex("\n")]
    (site,) = offers(text, after)
    assert site.old == "first_thing(one, two, three)\n" and site.start == 0


def test_one_common_word_is_never_deleted_everywhere() -> None:
    text = "".join(f"for x in rows{n}:\n    if x:\n        break\n" for n in range(60))
    after = text.replace("        break\n", "", 2)
    sites = offers(text, after)
    assert len(sites) <= 24 and all(site.rule < 0.5 for site in sites)
