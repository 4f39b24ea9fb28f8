"""Writing YAML: the same bytes as ruamel.yaml with DVC's settings."""

from __future__ import annotations

import datetime
import io
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from assay.formats.yaml_read import parse
from assay.formats.yaml_round_trip import round_trip
from assay.formats.yaml_write import _NotCommon, _Writer, dump, undumped


def ruamel(value: object, levels: int = 0) -> str:
    for _ in range(levels):
        value = {"k": value}
    yaml = YAML()
    yaml.default_flow_style = False
    stream = io.StringIO()
    yaml.dump(value, stream)
    text = stream.getvalue()
    for _ in range(levels):
        text = text.partition("\n")[2]
    return text


SHORT_TEXTS = """\
a 1 -1 1.5 0x1F 0o17 017 1_000 _1 1e3 1e-05 12e34 .5 .inf -.inf .nan + - -- -a --- --x ... ...a . ..
true True yes on null Null NULL ~ ~a = << <a 2020-01-01 2001-12-14t21:59:43 12:30:45 1:20
a:b a: :a : ::
#a a#b ?a ? ,a a,b [a a]b ]a {a }a &a *a !a |a >a 'a a'b
"a a"b %a @a `a \\a a\\ a\\b é \u3000 \xa0 \xa0a
d41d8cd98f00b204e9800998ecf8427e 12345678901234567890123456789012 1234567890123456789012345678901e
0b101010101010101010101010101010 \U0001f600 \ufeff \x7f \x00 \x1b \ud7ff \ue000 \ufffd \ufffe
"""
TEXTS = [
    *SHORT_TEXTS.split(),
    "",
    " ",
    " a",
    "a ",
    "a b",
    "a: b",
    "a :b",
    "a #b",
    "a# b",
    "- a",
    "? a",
    ": a",
]
TEXTS += [
    "a\n",
    "a\nb",
    "\na",
    "a\n b",
    "a \nb",
    "\ta",
    "a\tb",
    "a\r",
    "a\x85b",
    "a\u2028b",
    "''",
    '""',
]
TEXTS += ["it's: b", "a\n'b'", 'a: "b"', "echo one > o1\necho two >> o1\n", "a" * 200, "'" * 200]
TEXTS += [
    " ".join(["word"] * 40),
    "'" + " ".join(["word"] * 40),
    "word  " * 40,
    ": " * 60,
    '" ' * 60,
]
TEXTS += [
    "x" * 74 + " y",
    "x" * 75 + " y",
    "x" * 76 + " y z",
    "x" * 77 + "  y",
    ("x" * 79 + " ") * 3,
]
TEXTS += [
    "python src/train.py --lr 0.1 --epochs 10 --model 'resnet' --data \"a/b\" --out m.pkl # x"
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_spelled_as_dvc_spells_it(text: str) -> None:
    for value in ({"a": text}, [text], {"a": [[text], {"b": text}]}, {text: 1}, [{text: text}]):
        assert dump(value) == ruamel(value)


VALUES = [
    {"a": None, "b": True, "c": False, "d": 0, "e": -1, "f": 10**30},
    {"a": 1e-05, "b": 1e20, "c": 1.5e300, "d": math.inf, "e": -math.inf, "f": math.nan, "g": -0.0},
    [None, True, 1, 1.5, "a", [], {}, [[]], [{}], {"a": []}],
    {"a": {"b": {"c": [1, [2, [3, {"d": [4]}]]]}}},
    [[1, 2], [[3], [4, 5]], [[[6]]]],
    {1: "int", 2.5: "float", False: "bool", "1": "text", None: "null", "": "empty"},
    {"a": datetime.date(2020, 1, 31), "b": datetime.datetime(2020, 1, 31, 12, 30)},
    {"a": (1, 2), "b": b"x"},
    {}, [], None, 1, "a", True, "a b: c",
    {"k" * 130: 1}, {"k " * 30: 1}, {"k" * 79: None}, {"k" * 77: 1}, {"k" * 80: "text"},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_written_as_dvc_writes_it(value: object) -> None:
    assert dump(value) == ruamel(value)


def test_a_value_that_is_used_twice_becomes_an_alias() -> None:
    shared = [1, 2]
    empty: list[object] = []
    for value in ({"a": shared, "b": {"c": shared}}, [shared, shared], {"a": empty, "b": empty}):
        assert "&id001" in dump(value)
        assert dump(value) == ruamel(value)


@pytest.mark.parametrize("value", [{"a": {"b": 1}, "c": ["d " * 60]}, ["e " * 60, ["f"]]])
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_a_block_has_the_indentation_and_the_folds_of_its_place(value: object, levels: int) -> None:
    nested = levels + 1 if isinstance(value, list) else levels
    assert dump(value, 2 * levels) == ruamel(value, nested)


def test_a_text_that_we_write_ourselves_is_told_from_others() -> None:
    ours = "outs:\n- md5: 0cc175b9c0f1b6a831c399e269772661\n  size: 1\n  path: a b\n"
    value = {"outs": [{"md5": "0cc175b9c0f1b6a831c399e269772661", "size": 1, "path": "a b"}]}
    assert undumped(ours) == value
    for other in (
        ours + "# mine\n",
        ours.replace("size", " size"),
        ours.replace("a b", "'a b'"),
        ours.replace("\n", "\r\n"),
        ours.replace("1\n", "0x1\n"),
        ours.rstrip("\n"),
        "outs: [\n",
        "",
    ):
        assert undumped(other) is None


def test_the_common_shapes_do_not_need_the_library() -> None:
    stage = {
        "cmd": ["./train.sh", 'echo "a  b"', "x" * 60 + " " + "y" * 60],
        "deps": [{"path": "data.txt", "hash": "md5", "md5": "1" * 32, "size": 5, "isexec": True}],
        "params": {"params.yaml": {"lr": 1e-05, "a.b": [1, "x", None], "n": None, "e": {}}},
    }
    value = {"schema": "2.0", "stages": {"train@1": stage, "it's": {"cmd": "a\nb: 'c'\n" * 20}}}
    assert _Writer().block(value, 0) == ruamel(value)
    with pytest.raises(_NotCommon):
        _Writer().block({None: 1}, 0)


_letters = st.sampled_from("ab1e0.-_:#'\" \\\n\t,é{}[]&*!|>%@`?=~/\x85\x07\U0001f600")
_text = st.one_of(
    st.text(max_size=12),
    st.text(_letters, max_size=12),
    st.text(st.sampled_from("aab '\":\n\\ "), min_size=60, max_size=240),
    st.lists(st.text(st.sampled_from("abc'\"\\:#"), max_size=90), max_size=8).map(" ".join),
    st.lists(st.text(st.sampled_from("abc"), max_size=90), max_size=8).map(" ".join),
    st.lists(st.text(st.sampled_from("abc"), max_size=40), max_size=8).map("\n ".join),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.from_regex(r"[-+]?[0-9._eExob]{1,6}", fullmatch=True),
)
_scalar = st.one_of(_text, st.none(), st.booleans(), st.integers(), st.floats())
_value = st.recursive(
    _scalar,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_text | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=30000, deadline=None)
@given(_value)
@example({"a": "x" * 80 + " 'b"})
def test_any_value_is_written_as_dvc_writes_it(value: object) -> None:
    try:
        expected = ruamel(value)
    except UnicodeEncodeError:
        return
    assert dump(value) == expected


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(_text, _value, min_size=1, max_size=3))
def test_what_is_written_is_read_again(value: dict[str, object]) -> None:
    text = dump(value)
    try:
        again = YAML(typ="safe", pure=True).load(text)
    except Exception:
        return  # the library cannot read all that it writes: lone carriage returns, for one
    if "\x85" not in text and "\u2028" not in text and "\u2029" not in text:
        assert repr(parse(text)) == repr(again)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(_text, _value, min_size=1, max_size=4))
def test_the_library_leaves_a_text_of_ours_as_it_is(value: dict[str, object]) -> None:
    """So it need not be asked: what it reads and writes again is what we would write."""
    try:
        text = dump(value)
    except UnicodeEncodeError:
        return
    if undumped(text) is not None:
        assert round_trip(text, lambda _: None) == text
