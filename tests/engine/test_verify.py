"""What is never shown, and the reason that is given."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from engine import verify
from engine.diff import hunks
from engine.history import History
from engine.types import Candidate, Distance, Edit, IntentKind, NodeKind, Relation, Site, Trigger

TEXT = "total = 1\nprint(total)\nprint(total + 2)\n"


def candidate(start, old, new, p=0.9, path="a.py"):
    facts = (IntentKind.RENAME, NodeKind.REFERENCE, Relation.SAME_SCOPE, Distance.NEAR, Trigger.DECLARATION)
    site = Site(path, start, old, new, *facts, 0.9, "")
    return Candidate(site, new, p)


def at(text, old, nth=0):
    start = -1
    for _ in range(nth + 1):
        start = text.index(old, start + 1)
    return start


def edit(before, after, by="person", path="a.py"):
    return Edit("e1", path, before, after, hunks(before, after), by, 0.0)


def parse_errors(path, text):
    if not path.endswith(".py"):
        return None
    try:
        ast.parse(text)
    except SyntaxError:
        return 1
    return 0


@pytest.fixture
def check(tmp_path):
    def run(candidates, texts=None, recent=(), rejected=(), errors=parse_errors):
        return verify.check(
            candidates,
            text_of=(texts or {"a.py": TEXT}).get,
            root=tmp_path,
            recent=recent,
            rejected=lambda *change: change in rejected,
            errors=errors,
        )

    return run


def test_sound_candidates_are_kept_in_order(check):
    found = [candidate(at(TEXT, "total", n), "total", "amount", p) for n, p in ((2, 0.6), (0, 0.9), (1, 0.7))]
    assert check(found) == (found, [])


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (candidate(1, "total", "amount"), verify.CHANGED),
        (candidate(len(TEXT) - 2, "total", "amount"), verify.CHANGED),
        (candidate(-5, "total", "amount"), verify.CHANGED),
        (candidate(0, "total", "total"), verify.SAME),
        (candidate(0, "total", "a", path="gone.py"), verify.GONE),
        (candidate(0, "total", "a", path="../a.py"), verify.OUTSIDE),
        (candidate(0, "total", "a", path="/a.py"), verify.OUTSIDE),
        (candidate(0, "total", "a", path=""), verify.OUTSIDE),
    ],
)
def test_what_cannot_be_applied_is_left_out(check, wrong, reason):
    right = candidate(at(TEXT, "total", 1), "total", "amount")
    assert check([wrong, right]) == ([right], [(wrong, reason)])


def test_a_link_out_of_the_project_is_outside(check, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path.parent)
    wrong = candidate(0, "total", "a", path="link/a.py")
    assert check([wrong], texts={"link/a.py": TEXT}) == ([], [(wrong, verify.OUTSIDE)])


def test_of_two_that_overlap_the_surer_stays(check):
    start = at(TEXT, "total + 2")
    wide = candidate(start, "total + 2", "amount", 0.7)
    narrow = candidate(start, "total", "amount", 0.8)
    beside = candidate(start + len("total"), " + 2", "", 0.5)
    assert check([wide, narrow, beside]) == ([narrow, beside], [(wide, verify.OVERLAPS)])


def test_of_two_equal_ones_the_first_stays(check):
    found = [candidate(0, "total", new) for new in ("amount", "sum_")]
    assert check(found) == ([found[0]], [(found[1], verify.OVERLAPS)])


def test_insertions_overlap_at_one_place_only(check):
    start = at(TEXT, "total)") + len("total")
    found = [
        candidate(start, "", ", 1"),
        candidate(start, "", ", 2"),
        candidate(start - 5, "total", "amount"),
    ]
    assert check(found) == ([found[0], found[2]], [(found[1], verify.OVERLAPS)])


def test_what_was_turned_down_on_that_line_is_not_shown_again(check):
    found = [candidate(at(TEXT, "total", n), "total", "amount") for n in range(3)]
    rejected = {("a.py", "total", "amount", "print(total)", 0)}
    assert check(found, rejected=rejected) == ([found[0], found[2]], [(found[1], verify.REJECTED)])


BEFORE = "total = 1\nprint(total)\nx = f(a, b)\n"
AFTER = "amount = 1\nprint(total)\nx = f(a)\n"


@pytest.mark.parametrize(
    ("start", "old", "new"),
    [
        (0, "amount", "total"),
        (0, "amount = 1\n", "total = 1\n"),
        (AFTER.index("f(a)") + 3, "", ", b"),
        (AFTER.index("f(a)"), "f(a)", "f(a, b)"),
    ],
)
def test_what_takes_back_the_last_edit_is_not_shown(check, start, old, new):
    found = candidate(start, old, new)
    assert check([found], {"a.py": AFTER}, [edit(BEFORE, AFTER)]) == ([], [(found, verify.TAKES_BACK)])


def test_lines_that_moved_here_do_not_go_because_they_went_elsewhere(check):
    """They were deleted in another file, and have just been written here, a bit changed around them."""
    lines = "def helper(a):\n    return a + 1\n"
    after = BEFORE + "\n\n" + lines + "\n\nlast = 1\n"
    gone = candidate(after.index(lines), lines, "")
    repeat = replace(gone, site=replace(gone.site, intent=IntentKind.REPEAT))
    known = candidate(0, "total = 1\n", "")
    known = replace(known, site=replace(known.site, intent=IntentKind.REPEAT))
    kept, dropped = check([known, repeat], {"a.py": after}, [edit(BEFORE, after)])
    assert (kept, dropped) == ([known], [(repeat, verify.TAKES_BACK)])
    assert check([gone], {"a.py": after}, [edit(BEFORE, after)])[0] == [gone], "an inlined definition goes"


def test_the_same_change_elsewhere_is_shown(check):
    found = [
        candidate(AFTER.index("total"), "total", "amount"),
        candidate(AFTER.index("f(a)"), "f(a)", "f(a, c)"),
    ]
    assert check(found, {"a.py": AFTER}, [edit(BEFORE, AFTER)])[0] == found


def test_what_ripple_wrote_may_be_changed_back(check):
    found = candidate(0, "amount", "total")
    assert check([found], {"a.py": AFTER}, [edit(BEFORE, AFTER, by="ripple")])[0] == [found]


def test_an_older_edit_is_guarded_where_it_stands_now(check):
    history = History()
    history.load("a.py", BEFORE)
    history.observe("a.py", AFTER, "person", 0.0)
    later = "# a new first line, é😀\n" + AFTER
    history.observe("a.py", later, "ripple", 60.0)
    found = [
        candidate(later.index("amount"), "amount", "total"),
        candidate(later.index("total"), "total", "amount"),
    ]
    kept, dropped = check(found, {"a.py": later}, history.recent())
    assert (kept, dropped) == ([found[1]], [(found[0], verify.TAKES_BACK)])


def test_one_that_breaks_the_syntax_goes_and_the_rest_stays(check):
    found = [candidate(at(TEXT, "total", n), "total", new, p)
             for n, new, p in ((0, "amount", 0.6), (1, "amount(", 0.9), (2, "amount", 0.7))]  # fmt: skip
    assert check(found) == ([found[0], found[2]], [(found[1], verify.BREAKS)])


def test_two_that_are_sound_only_together_stay(check):
    text = "x = 1 + 2\n"
    found = [candidate(4, "1", "(1"), candidate(8, "2", "2)")]
    assert check(found, {"a.py": text})[0] == found


def test_text_that_did_not_parse_before_may_stay_so(check):
    text = "def f(:\n    total\n"
    found = candidate(at(text, "total"), "total", "amount")
    assert check([found], {"a.py": text})[0] == [found]


def test_a_language_without_grammar_is_not_parsed(check):
    found = candidate(0, "total", "(((", path="a.txt")
    assert check([found], {"a.txt": TEXT})[0] == [found]


def test_parsing_ends_even_if_everything_breaks(check):
    text = "".join(f"x{n} = total\n" for n in range(200))
    found = [candidate(at(text, "total", n), "total", "(") for n in range(0, 200)]
    parsed = []

    def errors(path, text):
        parsed.append(path)
        return parse_errors(path, text)

    kept, dropped = check(found, {"a.py": text}, errors=errors)
    assert (kept, len(dropped)) == ([], 200)
    assert len(parsed) < 60


def test_a_name_for_a_name_is_not_parsed(check):
    def errors(path, text):
        raise AssertionError("parsed")

    found = [candidate(at(TEXT, "total", n), "total", "amount") for n in range(3)]
    assert check(found, errors=errors)[0] == found


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("total = 1\n", "total", "class"),
        ("x = r'a'\n", "r", "q"),
        ("x = total\n", "total", "a b"),
        ("x = <Item></Item>\n", "Item", "Row"),
        ("x = '\\n'\n", "n", "q"),
        ("iff = 1\n", "f", "n"),
        ("if_ = 1\n", "_", "n"),
        ("x(if1)\n", "i", "n"),
    ],
)
def test_a_name_that_may_not_be_one_is_parsed(check, text, old, new):
    parsed = []

    def errors(path, text):
        parsed.append(text)
        return 0

    check([candidate(at(text, old), old, new)], {"a.py": text}, errors=errors)
    assert len(parsed) == 2
