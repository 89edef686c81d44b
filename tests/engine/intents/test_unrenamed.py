"""Edits in which one word stands where another one stood, though nothing was renamed."""

from __future__ import annotations

from engine.intents import propose
from engine.intents.order import WEAK
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


def test_an_import_in_the_place_of_another_is_none_under_another_name() -> None:
    before = (
        'package a\n\nimport (\n\t"bytes"\n)\n\nfunc run() {\n\tuse(bytes.New())\n\tuse(errors.New())\n}\n'
    )
    memory = Memory({"a.go": before})
    assert renamed(memory, "a.go", before.replace('"bytes"', '"errors"')) == []
    used = before.replace("\tuse(errors.New())\n", "")
    memory = Memory({"a.go": used})
    assert renamed(memory, "a.go", used.replace('"bytes"', '"errors"')) == ["use(bytes.New()) <- errors"]


def test_a_function_with_another_head_and_another_body_is_another_function() -> None:
    before = "def source(lines, n):\n    n -= 1\n    return lines[n].strip()\n\n\nsource(text, 3)\n"
    memory = Memory({"a.py": before})
    after = before.replace("source(lines, n):", "read(file, n):").replace(
        "    n -= 1\n    return lines[n].strip()\n", "    for line in open(file):\n        yield line, n\n"
    )
    sites = propose(memory.save("a.py", after), (), memory.index)
    assert all(one.rule < WEAK for one in sites if one.intent is IntentKind.RENAME)
    memory = Memory({"a.py": before})
    body = before.replace("source(lines", "read(lines").replace("lines[n].strip()", "next(lines.skip(n))")
    assert "source(text, 3) <- read" in renamed(memory, "a.py", body)


def test_uses_that_were_exchanged_leave_what_they_used() -> None:
    text = '"""A `price_of` it."""\n\n\ndef price_of(one):\n    return one\n\n\n'
    calls = "price_of(1)\nprice_of(2)\nprice_of(3)\n"
    memory = Memory({"a.py": text + calls})
    for number in (1, 2):
        edit = memory.save("a.py", memory.files["a.py"].replace(f"price_of({number})", f"cost_of({number})"))
    sites = propose(edit, tuple(memory.edits[:-1]), memory.index)
    found = {memory.line(one): one.rule for one in sites if one.intent is IntentKind.RENAME}
    assert found["price_of(3)"] >= WEAK
    assert found["def price_of(one):"] < WEAK
    assert found['"""A `price_of` it."""'] < WEAK


def test_uses_of_one_import_that_give_way_to_another_leave_the_import() -> None:
    memory = Memory({"a.py": "import attr\nimport attrs\n\nattr.one()\nattr.two()\nattr.three()\n"})
    memory.change("a.py", "attr.one", "attrs.one")
    assert memory.change("a.py", "attr.two", "attrs.two") == ()


def test_uses_with_more_on_their_lines_that_give_way_to_a_known_name() -> None:
    start = "left = []\n\n\ndef run(held):\n"
    memory = Memory({"a.py": f"{start}    use(held)\n    keep(held)\n    put(held)\n"})
    memory.change("a.py", "use(held)", "one = use(left)")
    sites = memory.change("a.py", "keep(held)", "two = keep(left)")
    assert all(one.rule < 0.3 for one in sites)


def test_the_entry_of_a_parameter_does_not_follow_a_member_of_its_name() -> None:
    text = '''class Task:
    def __init__(self, task_id):
        self.task_id = task_id

    def run(self, task_id):
        """Run it; `task_id` is who asks.

        :param task_id: another one.
        """
        return self.task_id
'''
    memory = Memory({"a.py": text})
    after = text.replace("self.task_id = task_id", "self.number = task_id")
    sites = propose(memory.save("a.py", after), (), memory.index)
    rules = {memory.line(one): one.rule for one in sites if one.intent is IntentKind.RENAME}
    assert rules["return self.task_id"] >= WEAK
    assert rules.get(":param task_id: another one.", 0.0) < 0.3


def test_a_file_that_goes_to_another_package_renames_no_import() -> None:
    inside = 'package slog\n\nimport (\n\t"log/slog"\n)\n\nvar one = slog.LevelInfo\n'
    memory = Memory({"hooks/slog/slog_test.go": inside, "hooks/slog/slog.go": "package slog\n"})
    outside = inside.replace("package slog", "package slog_test")
    assert renamed(memory, "hooks/slog/slog_test.go", outside) == []
    assert renamed(memory, "hooks/slog/slog_test.go", inside) == []


def test_a_variable_that_got_another_value_with_its_name_is_half_as_sure() -> None:
    text = "def f(t):\n    check = Check(t)\n    check.equal(1)\n    check.equal(2)\n"
    rules = []
    for value in ("Check(t)", "Logger()"):
        memory = Memory({"a.py": text})
        edit = memory.save("a.py", text.replace("check = Check(t)", f"log = {value}"))
        sites = propose(edit, (), memory.index)
        rules.append([site.rule for site in sites if site.intent is IntentKind.RENAME])
    same, other = rules
    assert len(same) == len(other) == 2
    assert min(same) > 0.9 and max(other) < 0.7
