"""Parameter files of four formats: what is read, what is refused, how a value is found."""

from __future__ import annotations

import datetime

import pytest

from assay.formats.parameters import (
    ParametersUnreadable,
    lookup,
    missing_keys,
    read_parameters,
)


@pytest.mark.parametrize(
    ("name", "data", "values"),
    [
        ("p.yaml", b"a: 1\nb: yes\n", {"a": 1, "b": "yes"}),
        ("p", b"a: 1\n", {"a": 1}),
        ("p.ini", b"a: 1\n", {"a": 1}),
        ("p.yaml", b"", {}),
        ("p.yaml", b"# only a comment\n", {}),
        ("P.JSON", b'{"a": NaN, "b": 1, "b": 2}', {"a": float("nan"), "b": 2}),
        ("p.toml", b"a.b = 1\nd = 2020-01-01\n", {"a": {"b": 1}, "d": datetime.date(2020, 1, 1)}),
        ("p.py", b"A = 1\n", {"A": 1}),
        ("p.json", b"[1]", [1]),
    ],
)
def test_the_suffix_decides_the_format(name: str, data: bytes, values: object) -> None:
    assert repr(read_parameters(name, data)) == repr(values)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "p.yaml",
            b"a: \xff\n",
            "is not valid utf-8: 'utf-8' codec can't decode byte 0xff in position 3: "
            "invalid start byte",
        ),
        (
            "p.yaml",
            b"a: [\n",
            "YAML file structure is corrupted: while parsing a flow node\n"
            "expected the node content, but found '<stream end>'\n"
            '  in "<unicode string>", line 2, column 1:\n    \n    ^ (line: 2)',
        ),
        (
            "p.json",
            b"",
            "JSON file structure is corrupted: Expecting value: line 1 column 1 (char 0)",
        ),
        (
            "p.toml",
            b"a = ",
            "TOML file structure is corrupted: Unexpected character: '\\x00' at line 1 col 0",
        ),
        (
            "conf/p.py",
            b"A = (\n",
            "Python file structure is corrupted: '(' was never closed (p.py, line 1)",
        ),
        (
            "p.py",
            b"A = '\0'",
            "Python file structure is corrupted: source code string cannot contain null bytes",
        ),
    ],
)
def test_a_broken_file_says_what_the_parser_says(name: str, data: bytes, message: str) -> None:
    with pytest.raises(ParametersUnreadable) as caught:
        read_parameters(name, data)
    assert caught.value.chain() == f"unable to read: '{name}', {message}"


def test_deep_nesting_is_an_error_and_not_a_crash() -> None:
    for name, data in [("p.json", b"[" * 100_000), ("p.toml", b"a = " + b"[" * 100_000)]:
        with pytest.raises(ParametersUnreadable):
            read_parameters(name, data)


VALUES = {"a": {"b": [1, {"c": 3}], "1": "s", "n": None}, "m": {1: "one"}, "t": (7, 8)}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("a.b", [1, {"c": 3}]),
        ("a.b.0", 1),
        ("a.b.1.c", 3),
        ("a.b.-1.c", 3),
        ("a.1", "s"),
        ("a.n", None),
        ("m.1", "one"),
        ("t.1", 8),
    ],
)
def test_a_dotted_path_finds_keys_and_indices(key: str, value: object) -> None:
    assert lookup(VALUES, key) == value


def test_what_is_missing_is_told_in_order() -> None:
    absent = ["zz", "a.b.2", "a.b.c", "a.n.x", "", "a.", "m.2", "a.1.0"]
    assert missing_keys(VALUES, ["a", *absent, "a.b.0"]) == absent
    with pytest.raises(KeyError, match=r"a\.b\.2"):
        lookup(VALUES, "a.b.2")


SOURCE = '''
A = 1
A2 = B2 = 3
X, Y = 1, 2
(P) = 4
C: int = 3
D: int
E = -5
G = {"a": 1, "b": [1, {"c": 2}], 3: 4}
H = (1, 2)
L = "a" "b"
N = 1 + 2
Q = foo
R = f"x"
T = {"a": foo, "b": 1}
T2 = {**{"b": 2}}
A += 1
z["a"] = 1
if True:
    BRANCH = 1
def f():
    local = 1
class Cls(Base):
    """doc"""
    x = 1
    y: float = 2.0
    class Inner:
        z = 3
        def __init__(self):
            self.deep = 1
    def __init__(self, a=1):
        self.s = 5
        self.t: int = 6
        self.u = a
        local = 7
        self.v, self.w = 1, 2
        if a:
            self.branch = 1
        self.x = 9
        self.nest.q = 1
        other.y = 4
    def other(self):
        self.no = 1
class Cls2:
    async def __init__(self):
        self.s = 5
A = 77
print("never")
raise SystemExit(3)
'''


def test_python_files_are_read_for_literals_and_never_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert read_parameters("p.py", SOURCE.encode()) == {
        "A": 77,
        "P": 4,
        "C": 3,
        "E": -5,
        "G": {"a": 1, "b": [1, {"c": 2}], 3: 4},
        "H": (1, 2),
        "L": "ab",
        "Cls": {"x": 9, "y": 2.0, "Inner": {"z": 3, "deep": 1}, "s": 5, "t": 6},
        "Cls2": {},
    }
    assert capsys.readouterr().out == ""
