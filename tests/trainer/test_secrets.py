"""Keys and passwords are found in prompts, sites and texts, and what holds one is not learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.model import vocabulary as v

pytest.importorskip("detect_secrets")
from trainer.secrets import FILE, Scrubber, secret_in, shown
from trainer.tuples import Asked, Choice, Outcome, Preference

FIRST = len(v.SPECIALS)


def ids(*parts: str | int) -> tuple[int, ...]:
    """A prompt: control tokens as they are, a token for each character."""
    return tuple(one for part in parts for one in ([part] if isinstance(part, int) else encoded(part)))


def encoded(text: str) -> list[int]:
    return [FIRST + ord(character) for character in text]


def decode(tokens: Sequence[int]) -> str:
    return "".join(chr(token - FIRST) for token in tokens)


CLEAN = ids(v.RIPPLE, v.FILE, "src/a.py", v.EDIT, v.HUNKS[0], "x = ", v.OLD, "1", v.NEW, "2", v.REST, " + 3",
            v.SITE, "y = ", v.OLD, "1", v.NEW, "2", v.REST, "", v.LABELS[0], v.ASK)  # fmt: skip


def preference(**more: object) -> Preference:
    asked = Asked("total", 0.9, "rename", "src/a.py:3:count")
    made = Preference(
        (CLEAN,), ((asked,),), ((Choice(0, 0, "total"),),), (), 1.0, 1.0, "o/p", "src/a.py", "accepted", "m"
    )
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line",
    [
        "password = 'hunter2secret'",
        'key = "AKIAIOSFODNN7EXAMPLE"',
        'token = "c3VwZXIgbG9uZyBzdHJpbmcgc2hvdWxkIGNhdXNlIGVub3VnaCBlbnRyb3B5"',
        "-----BEGIN RSA PRIVATE KEY-----",
        "url = 'https://user:pass1234@host/x'",
        "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",
    ],
)
def test_secrets_are_found(line: str) -> None:
    assert secret_in(line)


@pytest.mark.parametrize(
    "line",
    [
        "def total(a, b): return a",
        "self.password = password",
        "token = get_token()",
        "return request.headers['authorization']",
        "id = '7c9e6679-7425-40de-944b-e07fc1f90ae7'",
        'from core import load_items, "an ordinary sentence of words"',
        "",
        "}",
    ],
)
def test_code_is_none(line: str) -> None:
    assert secret_in(line) is None


def test_a_prompt_shows_each_line_as_it_was_and_as_it_would_be() -> None:
    same = ids(v.SITE, "z = ", v.SAME, ";", v.LABELS[1], v.ASK)
    long = ids(v.SITE, "", v.OLD, "begin", v.CUT, "end", v.NEW, v.NONE, v.REST, "")
    assert list(shown((*CLEAN, *same, *long), decode)) == [
        "src/a.py", "x = 1 + 3", "x = 2 + 3", "y = 1", "y = 2", "z = 1;", "z = 2;", "begin\nend", "",
    ]  # fmt: skip


def test_a_secret_across_the_parts_of_a_line_is_found() -> None:
    hidden = ids(v.SITE, "password = ", v.OLD, "'hunter2secret'", v.NEW, "x", v.REST, "", v.LABELS[0], v.ASK)
    scrubber = Scrubber(decode)
    assert scrubber.clean([preference(), preference(prompts=(hidden,))]) == [preference()]
    assert scrubber.dropped == {"Secret Keyword": 1}


def test_secrets_in_sites_and_texts_are_found() -> None:
    key = "'AKIAIOSFODNN7EXAMPLE'"
    bad = [
        preference(accepted=((Choice(0, 0, key),),)),
        preference(sites=((Asked(key, 0.9, "rename", "src/a.py:3:count"),),)),
        preference(sites=((Asked("x", 0.9, "rename", f"src/a.py:3:{key}"),),)),
    ]
    scrubber = Scrubber(decode)
    assert scrubber.clean(bad) == [] and sum(scrubber.dropped.values()) == 3
    assert key not in str(scrubber.dropped)


def test_files_that_are_not_looked_at_are_not_learnt_from() -> None:
    scrubber = Scrubber(decode, ignored=["private/"])
    outcome = Outcome(
        CLEAN, 0, 0.9, "rename", True, 1.0, 1.0, 1.0, "o/p", "src/a.py", "src/a.py:3:x", "y", "s", "m"
    )
    files = [".env", "deploy/id_rsa", "private/a.py", "src/a.py"]
    kept = scrubber.clean([replace(outcome, path=path, place=f"{path}:3:x") for path in files])
    assert [one.path for one in kept] == ["src/a.py"] and scrubber.dropped == {FILE: 3}
