"""What a person corrects becomes a draft beside the one that structure proposes."""

from dataclasses import replace

import pytest

from engine.diff import saved
from engine.intents.corrected import Corrections
from engine.intents.subwords import inserted, words
from engine.records import Correction
from engine.types import Distance, IntentKind, NodeKind, Relation, Site, Trigger

SITE = Site(
    "till.py", 10, "", ", 5", IntentKind.SIGNATURE, NodeKind.ARGUMENT, Relation.IMPORTED,
    Distance.FAR, Trigger.PARAMETER_ADDED, 0.8, "call of `fetch`",
)  # fmt: skip
EDIT = saved("a.py", "def fetch(url): ...\n", "def fetch(url, timeout=5): ...\n")


def corrected(draft, new, intent="signature", path="b.py", changes=()):
    return Correction(intent, path, draft, new, changes)


def drafts(known, site=SITE, edit=EDIT):
    return [one.draft for one in Corrections(known).beside([site], edit)]


def test_nothing_is_taught_by_what_was_taken_as_it_was():
    assert drafts([corrected(", 5", ", 5")]) == [", 5"]


def test_a_keyword_is_learnt_and_named_by_the_edit():
    known = [corrected(", True", ", strict=True", changes=(("", ", strict=False"),))]
    assert drafts(known) == [", timeout=5", ", 5"]


def test_a_form_is_learnt_from_names_of_the_draft():
    known = [corrected(", strict", ", strict=strict", changes=(("", "strict"),))]
    assert drafts(known, replace(SITE, draft=", timeout")) == [", timeout=timeout", ", timeout"]


def test_a_placeholder_gets_the_name_that_the_edit_brought_in():
    known = [corrected(", ...", ", strict=...", changes=(("", ", strict"),))]
    assert drafts(known, replace(SITE, draft=", ...")) == [", timeout=...", ", ..."]


def test_a_form_needs_one_name_to_put_in():
    known = [corrected(", True", ", strict=True", changes=(("", ", strict=False"),))]
    edit = saved("a.py", "def fetch(url): ...\n", "def fetch(url, timeout=5, tries=3): ...\n")
    assert drafts(known, edit=edit) == [", 5"]


def test_an_exchanged_name_is_exchanged_wherever_it_is_drafted():
    known = [corrected("user.getName()", "user.getDisplayName()", "fix", "A.java")]
    site = replace(SITE, intent=IntentKind.FIX, draft='"by " + owner.getName()', path="B.java")
    assert drafts(known, site) == ['"by " + owner.getDisplayName()', '"by " + owner.getName()']


def test_a_placeholder_is_exchanged():
    assert drafts([corrected(", ...", ", UNSET")], replace(SITE, draft="..., ")) == ["UNSET, ", "..., "]


def test_a_word_is_put_into_other_names_once_two_have_taught_it():
    site = replace(SITE, intent=IntentKind.OVERRIDE, draft="String getFullName()", path="B.java")
    one = corrected("getName()", "getDisplayName()", "override", "A.java")
    two = corrected("setUserName(x)", "setUserDisplayName(x)", "override", "A.java")
    assert drafts([one], site) == ["String getFullName()"]
    assert drafts([one, two], site) == ["String getFullDisplayName()", "String getFullName()"]


def test_the_rule_is_shared_as_the_lesson_held():
    known = [corrected("a.total()", "a.sum()", "fix")]
    site = replace(SITE, intent=IntentKind.FIX, draft="b.total()")
    new, old = Corrections(known).beside([site], EDIT)
    assert (new.rule, old.rule) == (0.6, 0.2)
    assert new.why == "call of `fetch`, as you corrected it before"
    kept = [corrected("c.total()", "c.total()", "fix")] * 3
    assert drafts([*known, *kept], site) == [site.draft]


@pytest.mark.parametrize("intent", [IntentKind.RENAME, IntentKind.REPEAT])
def test_the_persons_own_text_is_left_alone(intent):
    site = replace(SITE, intent=intent, draft="total")
    assert drafts([corrected("total", "sum", intent.value)], site) == ["total"]


@pytest.mark.parametrize("draft", ["", "(", "'", "x" * 9000, "größer", "\x00", "…" * 30])
def test_no_draft_is_too_odd(draft):
    known = [corrected(draft, "x"), corrected("x", draft), corrected(", 5", ", n=5", changes=(("", "n"),))]
    Corrections(known).beside([replace(SITE, draft=draft)], EDIT)


@pytest.mark.parametrize(
    ("old", "new", "name", "made"),
    [
        ("getName", "getDisplayName", "setName", "setDisplayName"),
        ("get_name", "get_display_name", "user_name", "user_display_name"),
        ("name", "display_name", "name", "display_name"),
        ("Name", "DisplayName", "Name", "DisplayName"),
        ("count", "count_total", "row_count", "row_count_total"),
        ("getName", "getDisplayName", "getDisplayName", None),
        ("getName", "getDisplayName", "getTitle", None),
        ("getName", "getDisplayName", "MAX_NAME", "MAX_DISPLAY_NAME"),
        ("getName", "getDisplayName", "nameOf", "displayNameOf"),
    ],
)
def test_words_are_put_into_a_name_in_its_own_style(old, new, name, made):
    what = inserted(old, new)
    assert what is not None
    assert what.into(name) == made


@pytest.mark.parametrize(("old", "new"), [("a", "b"), ("getName", "getTitle"), ("x", "x"), ("ab_cd", "ab")])
def test_what_is_no_insertion_of_words_is_none(old, new):
    assert inserted(old, new) is None


def test_words_of_a_name():
    assert words("getHTTPResponse2") == ("get", "http", "response", "2")
