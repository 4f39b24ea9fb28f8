"""In Python code only the literal's own characters change."""

from __future__ import annotations

import pytest

from assay.formats.changes import Change, Delete, Set
from assay.formats.python_edit import PythonNotEditable, edit

TEXT = """\
# ü
A = 0.10
A2=1e-3 # c
B = "x"
Bs = 'y'
C: int = 3
G = {"a": 1, "b": [1, (2)],}
G2 = {
    "lr": (1),
}
H = (1, 2)
L = (
    "long "
    "text"
)
O = 1
class D(object):
    e = 0.5; ü = "ä"; f = 2
    def __init__(self):
        self.z = -1
O = 7
"""


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (Set(("A",), 0.2), "A = 0.10\n", "A = 0.2\n"),
        (Set(("A",), "x"), "A = 0.10\n", "A = 'x'\n"),
        (Set(("A2",), 2), "A2=1e-3 # c", "A2=2 # c"),
        (Set(("B",), "q"), '"x"', '"q"'),
        (Set(("B",), "it's"), '"x"', '"it\'s"'),
        (Set(("B",), 'q"'), '"x"', "'q\"'"),
        (Set(("B",), "\\n\n"), '"x"', '"\\\\n\\n"'),
        (Set(("Bs",), "q"), "'y'", "'q'"),
        (Set(("C",), None), "int = 3", "int = None"),
        (Set(("G", "a"), 5), '"a": 1', '"a": 5'),
        (Set(("G", "b", 1), 5), "(2)", "(5)"),
        (Set(("G", "c"), {"x": [1]}), "(2)],}", "(2)], 'c': {'x': [1]},}"),
        (Set(("G2", "n"), 3), '{\n    "lr": (1),\n}', "{'lr': 1, 'n': 3}"),
        (Delete(("G", "a")), '{"a": 1, "b": [1, (2)],}', "{'b': [1, 2]}"),
        (Set(("H",), [3]), "(1, 2)", "(3,)"),
        (Set(("H", 0), True), "(1, 2)", "(True, 2)"),
        (Set(("L",), "s"), '"long "\n    "text"', '"s"'),
        (Set(("O",), 8), "O = 7", "O = 8"),
        (Set(("D", "e"), 1), "0.5", "1"),
        (Set(("D", "f"), False), "f = 2", "f = False"),
        (Set(("D", "ü"), "ö"), '"ä"', '"ö"'),
        (Set(("D", "z"), 3), "-1", "3"),
    ],
)
def test_only_the_literal_changes(change: Change, old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert edit(TEXT, [change]) == TEXT.replace(old, new)


def test_line_ends_of_any_kind_are_counted_as_python_does() -> None:
    assert edit("A = 1\r\nB = 'a\x0cb\\d'\r\nC = 3\r\n", [Set(("C",), 4)]).endswith("\r\nC = 4\r\n")


def test_what_cannot_be_spelt_may_stay_beside_what_changes() -> None:
    text = 'G = {"far": 1e999, "b": 1}\n'
    assert edit(text, [Set(("G", "b"), 2)]) == text.replace(": 1}", ": 2}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            Set(("N",), 1),
            "'N' cannot be added: only values that a Python file assigns already can be set",
        ),
        (Set(("D", "new"), 1), "'D.new' cannot be added"),
        (Delete(("A",)), "'A' cannot be removed: only values in a Python file can be set"),
        (Delete(("D",)), "'D' is a class: only values in it can be set"),
        (Set(("D",), 1), "'D' is a class"),
        (Set(("A",), float("inf")), "'A' cannot be inf: no Python literal spells that"),
        (Set(("G", "a"), [float("nan")]), "'G.a' cannot be nan"),
    ],
)
def test_what_only_the_author_can_do_is_refused(change: Change, message: str) -> None:
    with pytest.raises(PythonNotEditable) as caught:
        edit(TEXT, [change])
    assert caught.value.message.startswith(message)
