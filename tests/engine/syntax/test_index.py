from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.syntax.index import MOST_FRESH, Index
from tests.engine.syntax.projects import Memory

FILES = {
    "pkg/__init__.py": "from .a import first\n",
    "pkg/a.py": "import os\n\nLIMIT = 1\n\n\ndef first():\n    return second()\n\n\n"
    "class Box:\n    size = 2\n    def fill(self):\n        pass\n",
    "pkg/b.py": "from pkg.a import first\n\nfirst()\n",
    "notes.md": "first of all\n",
    "image.png": "first",
}


def on_disk(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


class Reader:
    """Counts which files are read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.read: list[str] = []

    def __call__(self, path: str) -> str | None:
        self.read.append(path)
        file = self.root / path
        return file.read_text("utf-8") if file.is_file() else None


def test_words_and_definitions() -> None:
    index = Memory(FILES).index
    assert index.files_with("first") == ["notes.md", "pkg/__init__.py", "pkg/a.py", "pkg/b.py"]
    assert index.files_with("fir") == []
    found = {
        (one.name, one.kind, one.container)
        for name in ("first", "fill", "size", "Box", "LIMIT")
        for one in index.definitions(name)
    }
    assert found == {
        ("first", "function", ""),
        ("fill", "method", "Box"),
        ("size", "field", "Box"),
        ("Box", "class", ""),
        ("LIMIT", "variable", ""),
    }
    assert index.defined("Box") and not index.defined("second")


def test_importers() -> None:
    index = Memory(FILES).index
    assert index.importers("pkg/a.py") == ["pkg/__init__.py", "pkg/b.py"]
    assert index.importers("pkg/b.py") == []
    assert index.importers("pkg/a.py", {"pkg/b.py", "main.py"}) == ["pkg/b.py"]


def test_who_brings_a_module_in_from_its_package_imports_it() -> None:
    files = {**FILES, "main.py": "from pkg import a\n\na.first()\n", "other.py": "import pkg\n\na = pkg\n"}
    assert "main.py" in Memory(files).index.importers("pkg/a.py")


def test_update_changes_what_is_known() -> None:
    project = Memory(FILES)
    project.save("pkg/b.py", "from pkg.a import Box\n\n\ndef third():\n    pass\n")
    assert "pkg/b.py" not in project.index.files_with("first")
    assert project.index.files_with("third") == ["pkg/b.py"]
    assert project.index.defined("third")
    project.index.update("pkg/b.py", None)
    assert project.index.files_with("third") == [] and not project.index.defined("third")


def test_a_new_file_is_a_module() -> None:
    project = Memory(FILES)
    project.files["pkg/c.py"] = "def fourth(): ...\n"
    project.index.update("pkg/c.py", project.files["pkg/c.py"])
    project.files["use.py"] = "from pkg.c import fourth\n"
    project.index.update("use.py", project.files["use.py"])
    sites = project.change("pkg/c.py", "fourth", "fifth")
    assert [site.path for site in sites] == ["use.py"]


def test_many_changed_files_are_found_by_their_words_again() -> None:
    memory = Memory({f"m{n}.py": "old = 1\n" for n in range(3 * MOST_FRESH)})
    index = memory.index
    for path in list(memory.files):
        memory.files[path] = "fresh = 1\n"
        index.update(path, memory.files[path])
    assert index.files_with("fresh") == sorted(memory.files) and index.files_with("old") == []
    memory.files["m0.py"] = "old = 2\n"
    index.update("m0.py", memory.files["m0.py"])
    index.update("m1.py", None)
    assert index.files_with("old") == ["m0.py"]
    assert index.files_with("fresh") == sorted(memory.files.keys() - {"m0.py", "m1.py"})
    assert index.defines("m2.py", "fresh") and not index.defines("m2.py", "old")


def test_the_cache_spares_reading(tmp_path: Path) -> None:
    on_disk(tmp_path, FILES)
    cache = tmp_path / "cache" / "index"
    first = Index(tmp_path, Reader(tmp_path), cache).build(sorted(FILES))
    reader = Reader(tmp_path)
    index = Index(tmp_path, reader, cache)
    second = index.build(sorted(FILES))
    assert reader.read == []
    assert (second.files, second.symbols) == (first.files, first.symbols)
    assert second.cached == second.files
    assert index.files_with("first") == ["notes.md", "pkg/__init__.py", "pkg/a.py", "pkg/b.py"]
    assert index.defined("Box")


def test_the_cache_follows_changes_on_disk(tmp_path: Path) -> None:
    on_disk(tmp_path, FILES)
    cache = tmp_path / "cache" / "index"
    Index(tmp_path, Reader(tmp_path), cache).build(sorted(FILES))
    (tmp_path / "pkg/b.py").write_text("def brand_new(): ...\n", "utf-8")
    (tmp_path / "pkg/a.py").unlink()
    left = sorted(set(FILES) - {"pkg/a.py"})
    for _ in range(2):  # the second time from what the first has written
        reader = Reader(tmp_path)
        index = Index(tmp_path, reader, cache)
        index.build(left)
        assert index.files_with("brand_new") == ["pkg/b.py"]
        assert index.files_with("Box") == [] and not index.defined("Box")
        assert index.files_with("first") == ["notes.md", "pkg/__init__.py"]
    assert reader.read == []


def test_a_touched_file_of_the_same_content_keeps_its_facts(tmp_path: Path) -> None:
    on_disk(tmp_path, FILES)
    cache = tmp_path / "cache" / "index"
    Index(tmp_path, Reader(tmp_path), cache).build(sorted(FILES))
    os.utime(tmp_path / "pkg/a.py", ns=(1, 1))
    reader = Reader(tmp_path)
    index = Index(tmp_path, reader, cache)
    index.build(sorted(FILES))
    assert reader.read == ["pkg/a.py"]
    assert index.files_with("Box") == ["pkg/a.py"] and index.defined("fill")


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign"])
def test_a_damaged_cache_is_rebuilt(tmp_path: Path, damage: str) -> None:
    on_disk(tmp_path, FILES)
    cache = tmp_path / "cache" / "index"
    Index(tmp_path, Reader(tmp_path), cache).build(sorted(FILES))
    data = cache.read_bytes()
    cache.write_bytes(
        {
            "empty": b"",
            "cut": data[:-10],
            "flipped": data[:100] + bytes([data[100] ^ 1]) + data[101:],
            "foreign": b"\x80\x05" + data,
        }[damage]
    )
    reader = Reader(tmp_path)
    index = Index(tmp_path, reader, cache)
    assert index.build(sorted(FILES)).cached == 0
    assert index.files_with("Box") == ["pkg/a.py"]


def test_a_cache_of_another_project_is_not_taken(tmp_path: Path) -> None:
    cache = tmp_path / "index"
    for name in ("one", "two"):
        on_disk(tmp_path / name, FILES)
        index = Index(tmp_path / name, Reader(tmp_path / name), cache)
        assert index.build(sorted(FILES)).cached == 0


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    on_disk(tmp_path, FILES)
    (tmp_path / "file").write_text("")
    index = Index(tmp_path, Reader(tmp_path), tmp_path / "file" / "cache")
    assert index.build(sorted(FILES)).files == 4


def test_errors_are_counted() -> None:
    index = Memory({}).index
    assert index.errors("a.py", "x = 1\n") == 0
    assert index.errors("a.py", "def f(:\n  pass\n") not in {0, None}
    assert index.errors("a.go", "package a\nfunc f() {\n") not in {0, None}
    assert index.errors("a.unknown", "(") is None


def test_progress_ends_at_all() -> None:
    seen: list[tuple[int, int]] = []
    index = Index(Path("/no/such/folder"), FILES.get)
    index.build(sorted(FILES), lambda done, of: seen.append((done, of)))
    assert seen[-1] == (4, 4)


def test_occurrences_say_what_a_place_is() -> None:
    index = Memory({"m.py": "def f(größe):\n    # größe\n    return größe.x(größe=größe)\n"}).index
    roles = [(one.role, one.node.value, one.scope_kind) for one in index.occurrences("m.py", "größe")]
    assert roles == [
        ("def.parameter", "parameter", "function"),
        ("comment", "comment", "function"),
        ("ref", "reference", "function"),
        ("keyword", "keyword", "function"),
        ("ref", "reference", "function"),
    ]
    assert [one.start for one in index.occurrences("m.py", "größe")] == [6, 20, 37, 45, 51]
