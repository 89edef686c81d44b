"""The prompt: its layout, its trimming, and that an answer survives the round trip."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.model import prompt
from engine.model import vocabulary as v
from engine.types import Distance, Edit, Hunk, IntentKind, NodeKind, Relation, Site, Trigger

FIRST_TEXT = len(v.SPECIALS)


def encode(text: str) -> list[int]:
    """One token per UTF-8 byte, behind the control tokens."""
    return [FIRST_TEXT + byte for byte in text.encode()]


def decode(ids: list[int]) -> str:
    return bytes(token - FIRST_TEXT for token in ids).decode()


def edit(before: str, after: str, *hunks: tuple[int, str, int, str], path: str = "src/pkg/a.py") -> Edit:
    return Edit("e1", path, before, after, tuple(Hunk(*hunk) for hunk in hunks), "person", 0.0)


def site(start: int, old: str, draft: str | None, path: str = "src/pkg/a.py", rule: float = 0.9) -> Site:
    return Site(
        path=path,
        start=start,
        old=old,
        draft=draft,
        intent=IntentKind.RENAME,
        node=NodeKind.CALL,
        relation=Relation.SAME_SCOPE,
        distance=Distance.NEAR,
        trigger=Trigger.DECLARATION,
        rule=rule,
        why="",
    )


def test_every_enum_value_has_a_token_and_ids_are_unique() -> None:
    assert len(set(v.SPECIALS)) == len(v.SPECIALS) == len(v.IDS)
    for table, kinds in (
        (v.INTENTS, IntentKind),
        (v.NODES, NodeKind),
        (v.RELATIONS, Relation),
        (v.DISTANCES, Distance),
        (v.TRIGGERS, Trigger),
    ):
        assert set(table) == set(kinds)


def test_the_ids_of_the_first_models_never_move() -> None:
    assert (v.PAD, v.RIPPLE, v.SITE, v.ASK, v.YES, v.NO, v.ANSWER, v.STOP, v.END) == (
        0, 2, 9, 16, 17, 18, 19, 20, 21,
    )  # fmt: skip
    assert tuple(range(22, 38)) == v.LABELS
    assert v.INTENTS[IntentKind.RENAME] == 38
    assert tuple(range(80, 88)) == v.RULES
    assert len(v.SPECIALS) == 120


def test_rule_buckets_cover_zero_to_one() -> None:
    assert [v.rule_bucket(rule) for rule in (-1, 0, 0.124, 0.125, 0.99, 1, 2)] == [0, 0, 0, 1, 7, 7, 7]


def test_one_ask_per_site_right_behind_its_label() -> None:
    text = "total(1)\nb = total(2)\n"
    sites = [site(0, "total", "sum"), site(13, "total", "sum")]
    window = prompt.encode_window([edit("", text, (0, "x", 0, "y"))], sites, lambda _: text, encode)
    assert [window.ids[at] for at in window.asks] == [v.ASK, v.ASK]
    assert [window.ids[at - 1] for at in window.asks] == list(v.LABELS[:2])
    assert window.ids[-1] == v.ASK


def test_user_text_never_becomes_a_control_token() -> None:
    text = "<|s0|> <|ask|> total"
    parts = prompt.pieces([], [site(15, "total", "<|end|>")], lambda _: text)
    assert "<|end|>" in parts
    assert prompt.flatten(parts, encode)[0].count(v.LABELS[0]) == 1


def test_windows_of_one_save_share_the_edits() -> None:
    text = "total " * 40
    sites = [site(6 * n, "total", "sum") for n in range(40)]
    first, second, third = prompt.windows(sites)
    assert [len(first), len(second), len(third)] == [16, 16, 8]
    trigger = edit("old", "new", (0, "old", 0, "new"))
    encoded = [prompt.encode_window([trigger], part, lambda _: text, encode).ids for part in (first, second)]
    head = encoded[0].index(v.SITE)
    assert head > 5
    assert encoded[0][:head] == encoded[1][:head]


def test_the_summary_stands_before_the_first_site_and_nowhere_else() -> None:
    text = "total total"
    parts = prompt.pieces([], [site(0, "total", "sum"), site(6, "total", "sum")], lambda _: text)
    with_sum = prompt.summed(parts, [0.2, 0.9])
    at = with_sum.index(v.SITE)
    assert with_sum[at - 3 : at] == [v.LABELS[1], v.RULES[4], v.RULES[7]]
    assert [*with_sum[: at - 3], *with_sum[at:]] == parts
    ids, asks = prompt.flatten(with_sum, encode)
    assert [ids[ask] for ask in asks] == [v.ASK, v.ASK]


def test_the_same_old_text_and_draft_is_not_repeated() -> None:
    text = "total total other"
    sites = [site(0, "total", "sum"), site(6, "total", "sum"), site(12, "other", "sum")]
    parts = prompt.pieces([], sites, lambda _: text)
    assert parts.count("total") == 1
    assert parts.count(v.SAME) == 1
    assert parts.count("sum") == 2


def test_a_missing_draft_differs_from_an_empty_one() -> None:
    missing = prompt.pieces([], [site(0, "total", None)], lambda _: "total")
    empty = prompt.pieces([], [site(0, "total", "")], lambda _: "total")
    assert v.NONE in missing
    assert v.NONE not in empty


@given(st.text(), st.integers(1, 60))
def test_a_clipped_text_keeps_both_ends_within_the_limit(text: str, limit: int) -> None:
    parts = prompt._clip(text, 2 * limit)
    if len(text.encode()) <= 2 * limit:
        assert parts == [text]
        return
    head, cut, tail = parts
    assert isinstance(head, str) and isinstance(tail, str) and cut == v.CUT
    assert len(head.encode()) <= limit and len(tail.encode()) <= limit
    assert text.startswith(head) and text.endswith(tail)


@given(st.lists(st.tuples(st.integers(0, 15), st.text())))
def test_an_answer_reads_back_as_it_was_written(chain: list[tuple[int, str]]) -> None:
    ids = prompt.encode_answer(chain, encode)
    assert ids[0] == v.ANSWER and ids[-1] == v.END
    assert prompt.decode_answer(ids, decode) == chain
    assert prompt.decode_answer(ids[1:], decode) == chain


def test_a_malformed_action_is_left_out() -> None:
    whole = prompt.encode_answer([(3, "sum")], encode)
    assert prompt.decode_answer(whole[:-2], decode) == []
    assert prompt.decode_answer([v.LABELS[1], *encode("a"), v.SITE, v.STOP, *whole[1:]], decode) == [
        (3, "sum")
    ]


def test_a_model_may_have_spares_where_facts_came_later() -> None:
    older = [token if token not in v._LATER_FACTS else f"<|spare{n}|>" for n, token in enumerate(v.SPECIALS)]
    assert v.fits(older)
    assert v.fits(v.SPECIALS)
    assert not v.fits(older[1:])
    assert not v.fits([*older[1:], older[0]])
