"""Tuples are written and read back as they were; a damaged file says so."""

import gzip

import pytest

from engine.errors import FileProblem
from trainer.tuples import END, Asked, Choice, Preference, read, write

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
