"""Tuples are written and read back as they were; a damaged file says so."""

import gzip

import pytest

from engine.errors import FileProblem
from trainer.tuples import END, Asked, Choice, Outcome, Preference, read, read_outcomes, write, write_outcomes

ONE = Preference(
    prompts=((2, 9, 16), (2, 16)),
    sites=((Asked("total", 0.9, "rename", "a.py:3"),), (Asked(None, 0.1, "repeat", "b.py:9"),)),
    accepted=((Choice(0, 0, "total"), END),),
    rejected=((Choice(0, 0, "total"), Choice(1, 0, "größer\n")),),
    weight=0.7,
    at=1.5,
    project="/p",
    path="a.py",
    signal="rejected",
    model="0" * 64,
)


def test_tuples_come_back_as_they_were(tmp_path):
    file = tmp_path / "tuples.jsonl.gz"
    assert write(file, [ONE, ONE]) == 2
    assert list(read(file)) == [ONE, ONE]
    assert next(read(file)).accepted[0][-1] == END


@pytest.mark.parametrize("damage", [b"", b"{}\n", b'{"prompts": 3}\n', b"not json\n"])
def test_a_damaged_file_is_named(tmp_path, damage):
    file = tmp_path / "tuples.jsonl.gz"
    write(file, [ONE])
    file.write_bytes(gzip.compress(damage) if damage else file.read_bytes()[:-9])
    with pytest.raises(FileProblem, match=r"tuples\.jsonl\.gz"):
        list(read(file))


def test_outcomes_come_back_and_share_their_prompts(tmp_path):
    file = tmp_path / "tuples.outcomes.gz"
    one = Outcome(
        (2, 16), 0, 0.9, "import", False, 0.5, 0.25, 1.5, "/p", "a.py", "a.py:3:4", "x", "rejected", "0" * 64
    )
    ruled = Outcome((), None, 0.9, "override", True, 1.0, 1.0, 1.5, "/p", "a.py", "", "x", "accepted", "0")
    assert write_outcomes(file, [one, one, ruled]) == 3
    first, second, third = read_outcomes(file)
    assert (first, third) == (one, ruled) and first.prompt is second.prompt
    write(file, [ONE])
    with pytest.raises(FileProblem, match="preference tuples"):
        list(read_outcomes(file))
