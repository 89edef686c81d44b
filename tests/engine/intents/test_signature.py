"""A function's list changes: every language, every way to call it."""

from __future__ import annotations

import pytest

from engine.intents import signature
from engine.intents.context import Context
from engine.types import Site, Trigger
from tests.engine.syntax.projects import Memory


def change(project: Memory, path: str, old: str, new: str) -> tuple[Site, ...]:
    """Save with `old` replaced and propose what follows from the signature."""
    before = project.files[path]
    assert before.count(old) == 1
    recent = tuple(project.edits)
    edit = project.save(path, before.replace(old, new))
    return signature.propose(Context(edit, recent, project.index))


def after(files: dict[str, str], path: str, old: str, new: str) -> dict[str, str]:
    """The files after the change and all that is proposed."""
    project = Memory(files)
    sites = change(project, path, old, new)
    assert all(project.files[site.path].startswith(site.old, site.start) for site in sites)
    return project.applied(sites)


PYTHON = """def send(a, b):
    return a + b


def local(timeout):
    send(1, 2)
    send(1, b=2)
    send(
        1,
        2,
    )


class Client:
    def __init__(self, timeout):
        self.timeout = timeout

    def go(self):
        return send(b=1, a=2)


def nothing():
    text = "send(1, 2)"
    return send(*text)
"""


def python(old: str, new: str) -> str:
    return after({"a.py": PYTHON}, "a.py", old, new)["a.py"]


def test_an_added_parameter_takes_what_is_in_scope_in_the_style_of_each_call() -> None:
    text = python("send(a, b)", "send(a, b, timeout)")
    assert "    send(1, 2, timeout)\n" in text
    assert "    send(1, b=2, timeout=timeout)\n" in text
    assert "        1,\n        2,\n        timeout,\n    )" in text
    assert "return send(b=1, a=2, timeout=self.timeout)" in text
    assert 'text = "send(1, 2)"' in text
    assert "send(*text)" in text, "nothing is sure behind a spread"


def test_a_parameter_in_the_middle_goes_to_its_place() -> None:
    text = python("send(a, b)", "send(a, timeout, b)")
    assert "send(1, timeout, 2)" in text
    assert "send(1, timeout, b=2)" in text


def test_a_keyword_only_parameter_is_named() -> None:
    text = python("send(a, b)", "send(a, b, *, timeout)")
    assert "    send(1, 2, timeout=timeout)\n" in text


def test_without_anything_in_scope_there_is_a_placeholder() -> None:
    files = {"a.py": "def f(a):\n    pass\n\n\nf(1)\n"}
    assert "f(1, ...)" in after(files, "a.py", "f(a)", "f(a, other)")["a.py"]
    assert "f(1, None)" in after(files, "a.py", "f(a)", "f(a, other: int | None)")["a.py"]


def test_a_parameter_with_a_default_is_silent() -> None:
    assert change(Memory({"a.py": PYTHON}), "a.py", "send(a, b)", "send(a, b, timeout=3)") == ()


@pytest.mark.parametrize(
    "new", ["send(a,  b)", "send(a, b=1)", "send(a: int, b: str)", "send(a, b, *, c=1, **more)"]
)
def test_what_no_call_needs_is_silent(new: str) -> None:
    assert change(Memory({"a.py": PYTHON}), "a.py", "send(a, b)", new) == ()


def test_a_removed_parameter_goes_from_every_call() -> None:
    text = python("send(a, b)", "send(a)")
    assert "    send(1)\n    send(1)\n    send(\n        1,\n    )\n" in text
    assert "return send(a=2)" in text


def test_swapped_parameters_swap_the_arguments() -> None:
    text = python("send(a, b)", "send(b, a)")
    assert "    send(2, 1)\n" in text
    assert "return send(b=1, a=2)" in text


def test_a_lost_default_is_written_out_where_it_was_left_out() -> None:
    files = {"a.py": "def f(a, b='x'):\n    pass\n\n\nf(1)\nf(1, 2)\nf(1, b=3)\n"}
    text = after(files, "a.py", "b='x'", "b")["a.py"]
    assert text.endswith("f(1, 'x')\nf(1, 2)\nf(1, b=3)\n")


def test_a_parameter_that_must_be_named_now_is_named() -> None:
    files = {"a.py": "def f(a, b):\n    pass\n\n\nf(1, 2)\n"}
    assert "f(1, b=2)" in after(files, "a.py", "f(a, b)", "f(a, *, b)")["a.py"]


def test_a_method_takes_its_overrides_and_super_calls_along() -> None:
    files = {
        "base.py": "class Base:\n    def run(self, x, y=1):\n        return x\n",
        "child.py": (
            "from base import Base\n\n\nclass Child(Base):\n    def run(self, x, y=1):\n"
            "        return super().run(x, y=y)\n\n\ndef f(c: Child):\n    c.run(1, 2)\n    Base.run(c, 1)\n"
        ),
    }
    text = after(files, "base.py", "run(self, x, y=1)", "run(self, x, limit: int, y=1)")["child.py"]
    assert "def run(self, x, limit: int, y=1)" in text
    assert "super().run(x, limit, y=y)" in text
    assert "c.run(1, ..., 2)" in text
    assert "Base.run(c, 1, ...)" in text


def test_a_constructor_is_called_by_its_class_and_by_those_below() -> None:
    files = {
        "a.py": (
            "class Base:\n    def __init__(self, name):\n        pass\n\n\nclass Plain(Base):\n    pass\n\n\n"
            "class Own(Base):\n    def __init__(self, name, limit):\n        super().__init__(name)\n\n\n"
            "Base('a')\nPlain('b')\nOwn('c', 1)\n"
        )
    }
    text = after(files, "a.py", "def __init__(self, name):", "def __init__(self, name, limit):")["a.py"]
    assert "super().__init__(name, limit)" in text
    assert text.endswith("Base('a', ...)\nPlain('b', ...)\nOwn('c', 1)\n")


def test_an_unknown_receiver_counts_only_where_the_name_is_unique() -> None:
    one = {"a.py": "class A:\n    def send_all(self, x):\n        pass\n\n\ndef f(q):\n    q.send_all(1)\n"}
    assert "q.send_all(1, ...)" in after(one, "a.py", "send_all(self, x)", "send_all(self, x, y)")["a.py"]
    two = {**one, "b.py": "class B:\n    def send_all(self, x):\n        pass\n"}
    assert "q.send_all(1)" in after(two, "a.py", "send_all(self, x)", "send_all(self, x, y)")["a.py"]


def test_calls_adapted_by_hand_are_left_alone_and_the_others_offered_again() -> None:
    project = Memory({"a.py": "def f(a):\n    pass\n", "b.py": "from a import f\n\nf(1)\nf(2)\nf(3)\n"})
    assert len(change(project, "a.py", "f(a)", "f(a, b)")) == 3
    sites = change(project, "b.py", "f(1)", "f(1, 'x')")
    assert [project.line(site) for site in sites] == ["f(2)", "f(3)"]
    assert change(project, "b.py", "import f\n", "import f\n\n# unrelated\n") == ()


def test_a_parameter_written_in_two_saves_is_still_new() -> None:
    project = Memory({"a.py": "def f(a):\n    pass\n\n\nf(1)\n"})
    change(project, "a.py", "f(a)", "f(a, b)")
    assert [site.draft for site in change(project, "a.py", "f(a, b)", "f(a, b: int | None)")] == [", None"]


def test_the_reason_is_said() -> None:
    project = Memory({"a.py": "def f(a):\n    pass\n\n\nf(1)\n"})
    (site,) = change(project, "a.py", "f(a)", "f(a, b)")
    assert site.why == "call of `f`, which takes `b` in a.py"
    assert site.trigger is Trigger.PARAMETER_ADDED


def test_broken_code_and_new_functions_propose_nothing() -> None:
    project = Memory({"a.py": "def f(a):\n    pass\n\n\nf(1)\n"})
    assert change(project, "a.py", "f(a)", "f(a, (b") == ()
    go = "package a\n\nfunc f(a int) error {\n}\n\nfunc g() {\n\tf(1)\n}\n"
    assert change(Memory({"a.go": go}), "a.go", "f(a int)", "f(a int, (b error)") == ()
    assert change(Memory({"a.py": "x = 1\n"}), "a.py", "x = 1\n", "def g(a):\n    pass\n") == ()
    assert change(Memory({"a.unknown": "f(a)"}), "a.unknown", "f(a)", "f(b)") == ()


def test_a_function_that_is_handed_on_with_its_first_arguments() -> None:
    text = (
        "def f(a, b, c):\n    pass\n\n\ng = partial(f, 1, 2)\nh = functools.partial(f, 1)\nk = partial(f)\n"
    )
    files = {"a.py": text}
    assert after(files, "a.py", "f(a, b, c)", "f(b, c)")["a.py"].endswith(
        "g = partial(f, 2)\nh = functools.partial(f)\nk = partial(f)\n"
    )
    assert (
        "partial(f, 1, ..., 2)\nh = functools.partial(f, 1)\n"
        in (after(files, "a.py", "f(a, b, c)", "f(a, n, b, c)")["a.py"])
    )
    script = "function f(a, b) {}\n\nfunction g(q) {\n  f.call(this, 1, 2);\n  return f.bind(null, 1);\n}\n"
    made = after({"a.js": script}, "a.js", "f(a, b)", "f(b)")["a.js"]
    assert "f.call(this, 2);\n  return f.bind(null);" in made


def test_a_method_that_bears_its_types_name_is_a_constructor_in_java_alone() -> None:
    go = "package a\n\ntype Error struct{}\n\nfunc (e *Error) Error(code int) int {\n\treturn 1\n}\n\n"
    use = "func use(e *Error) int {\n\treturn e.Error(1)\n}\n"
    found = after({"a.go": go + use}, "a.go", "(code int)", "(code int, deep bool)")["a.go"]
    assert "e.Error(1, false)" in found
    java = (
        "class Total {\n    Total(int a) {}\n\n    Total next() {\n        return new Total(1);\n    }\n}\n"
    )
    found = after({"Total.java": java}, "Total.java", "(int a)", "(int a, int b)")["Total.java"]
    assert "new Total(1, 0)" in found


@pytest.mark.parametrize("call", ["find(one)", "find(one, deep=True)", "find(one, **options)"])
def test_a_rest_of_all_arguments_takes_what_a_parameter_had(call: str) -> None:
    files = {"a.py": f"def find(inst, deep=False):\n    return inst\n\n\n{call}\n"}
    assert not change(Memory(files), "a.py", "(inst, deep", "(*args, deep")


def test_a_rest_of_the_last_arguments_takes_what_a_parameter_had() -> None:
    text = "package a\n\nfunc get(t T, url string) {\n}\n\nfunc use(t T) {\n\tget(t, one)\n}\n"
    assert "\tget(t, one)\n" in after({"a.go": text}, "a.go", "url string", "params ...string")["a.go"]
