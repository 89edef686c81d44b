"""Edits in which one word stands where another one stood, though nothing was renamed."""

from __future__ import annotations

from engine.intents import propose
from engine.types import IntentKind
from tests.engine.syntax.projects import Memory

LEVELS = """package log

type Logger interface {
	Debugf(format string, args ...any)
	Infof(format string, args ...any)
	Printf(format string, args ...any)
	Warnf(format string, args ...any)

	Debug(args ...any)
	Info(args ...any)
	Print(args ...any)
	Warn(args ...any)

	Debugln(args ...any)
	Infoln(args ...any)
	Println(args ...any)
	Warnln(args ...any)
}
"""
GROUPED = """package log

type Logger interface {
	Standard

	Debug(args ...any)
	Debugf(format string, args ...any)
	Debugln(args ...any)

	Info(args ...any)
	Infof(format string, args ...any)
	Infoln(args ...any)

	Warn(args ...any)
	Warnf(format string, args ...any)
	Warnln(args ...any)
}
"""
CALLS = "".join(
    f"\tl.{name}{end}(one)\n" for name in ("Debug", "Info", "Print", "Warn") for end in ("", "f", "ln")
)


def renamed(memory: Memory, path: str, text: str) -> list[str]:
    recent = tuple(memory.edits)
    sites = propose(memory.save(path, text), recent, memory.index)
    kinds = {IntentKind.RENAME, IntentKind.SIGNATURE}
    return [f"{memory.line(one)} <- {one.draft}" for one in sites if one.intent in kinds]


def test_methods_in_another_order_have_no_other_name_and_no_other_parameters() -> None:
    memory = Memory({"log.go": LEVELS, "use.go": f"package log\n\nfunc use(l Logger) {{\n{CALLS}}}\n"})
    assert renamed(memory, "log.go", GROUPED) == []


def test_names_of_an_import_in_another_order_are_not_renamed() -> None:
    start = "from typing import Optional, Tuple, Literal\n\n\n"
    memory = Memory({"a.py": f"{start}size: Optional[Tuple[int, int]] = None\nkind: Literal[1] = 1\n"})
    text = memory.files["a.py"].replace(start, "from typing import Literal, Optional, Tuple\n\n")
    assert renamed(memory, "a.py", text) == []


def test_a_name_that_was_given_to_something_else_is_not_followed() -> None:
    before = """func check(t T) {
	for errno, message := range messages {
		t.Run(message, func() {
			raise(errno, message)
		})
	}
}
"""
    memory = Memory({"a.go": f"package a\n\n{before}"})
    text = (
        memory.files["a.go"]
        .replace("errno, message :=", "index, errno :=")
        .replace("t.Run(message", "t.Run(errno")
    )
    assert not any("index" in one for one in renamed(memory, "a.go", text))


def test_a_value_that_is_dropped_is_not_followed() -> None:
    before = "package a\n\nfunc last(all []int) int {\n\tfor i, one := range all {\n\t\tuse(i, one)\n\t}\n}\n"
    memory = Memory({"a.go": before})
    assert renamed(memory, "a.go", before.replace("for i, one", "for _, one")) == []


def test_a_word_of_the_language_is_no_new_name() -> None:
    closed = "    file = open(path)\n    text = file.read()\n    file.close()\n    return text\n"
    within = "    with open(path) as file:\n        text = file.read()\n    return text\n"
    memory = Memory({"a.py": f"def first(path):\n{closed}"})
    assert renamed(memory, "a.py", f"def first(path):\n{within}") == []


def test_a_built_in_name_may_still_be_the_new_one() -> None:
    memory = Memory({"a.py": "def find(identifier):\n    return table[identifier]\n"})
    text = memory.files["a.py"].replace("(identifier", "(id")
    assert renamed(memory, "a.py", text) == ["return table[identifier] <- id"]
