"""Editing parameter files: the values that were asked for, and no other byte."""

from __future__ import annotations

import copy
import io
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from assay.formats.changes import Change, Delete, Set, difference, same
from assay.formats.yaml_edit import NotEditable, edit
from assay.formats.yaml_problem import YamlProblem
from assay.formats.yaml_read import parse
from assay.formats.yaml_round_trip import round_trip
from assay.formats.yaml_surgery import changed

PARAMS = """\
# top comment
model:
  # which network
  name: resnet
  dropout: 0.50
  layers:
  - 64
  - 32
  opt: {kind: sgd, lr: 1e-2}
train:
  # how long
  epochs: 10
  shuffle: yes
  note: keep me  # as it is
empty:
"""
DEEP = """\
# top comment
model:
    name: "resnet"     # quoted
    layers: [64, 32]   # flow list

    train:
        - epochs: 10       # deep indent
          note: 'it''s'
        - 2
"""
ANY = {
    "scalar": 5, "list": [1, 2], "map": {"a": {"b": 1}}, "empty list": [], "empty map": {},
    "null": None, "nested": [[1, [2]], {"a": [3], "b": {"c": 4}}], "text": "a: b",
}  # fmt: skip

AMBIGUOUS = (
    "yes|No|off|ON|y|12:30:45|1:20|1e3|010|0x1F|1_000|true|null|~|2020-01-01"
    "|| a|it's|a: b|a #b|x\ny|ü|=|<<|*a"
)
NUMBERS = (1e-05, 1e20, -1e-300, 1.5e300, 10.0, 0.1, float("inf"), float("-inf"), -7)


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


class TestScalars:
    @pytest.mark.parametrize(
        ("path", "value", "old", "new"),
        [
            (("model", "name"), "vgg", "name: resnet", "name: vgg"),
            (("model", "dropout"), 0.25, "0.50", "0.25"),
            (("model", "layers", 0), 128, "- 64", "- 128"),
            (("model", "opt", "kind"), "adam", "kind: sgd", "kind: adam"),
            (("model", "opt", "lr"), 1e-05, "1e-2", "1.0e-05"),
            (("train", "note"), "a, b", "keep me  #", "a, b  #"),
            (("train", "note"), None, " keep me  #", "  #"),
            (("train", "shuffle"), "on", "yes", "'on'"),
            (("empty",), True, "empty:", "empty: true"),
            (("model", "opt", "kind"), None, "kind: sgd", "kind: null"),
            (("model", "opt", "kind"), "a, b", "kind: sgd", "kind: 'a, b'"),
        ],
    )
    def test_only_the_scalar_changes(
        self, path: tuple[str, ...], value: object, old: str, new: str
    ) -> None:
        assert edit(PARAMS, [Set(path, value)]) == replaced(PARAMS, (old, new))

    def test_layout_is_kept(self) -> None:
        changes = [
            Set(("model", "name"), "vgg"),
            Set(("model", "layers", 1), 16),
            Set(("model", "train", 0, "epochs"), 250),
        ]
        expected = replaced(
            DEEP, ('"resnet"', "vgg"), ("[64, 32]", "[64, 16]"), ("epochs: 10", "epochs: 250")
        )
        assert edit(DEEP, changes) == expected
        crlf = DEEP.replace("\n", "\r\n")
        assert edit(crlf, changes) == expected.replace("\n", "\r\n")

    def test_a_scalar_over_several_lines_becomes_one_word(self) -> None:
        text = "a: one\n  two # c\nb: |\n  x\n  y\n\nc: 'd\n  e'\nf: 1\n"
        changes: list[Change] = [Set(("a",), 1), Set(("b",), "x"), Set(("c",), 2)]
        assert edit(text, changes) == "a: 1 # c\nb: x\n\nc: 2\nf: 1\n"

    @pytest.mark.parametrize(
        "value",
        [*AMBIGUOUS.split("|"), *NUMBERS, True, None],
    )
    def test_new_readers_and_old_ones_read_the_same(self, value: object) -> None:
        for text, path in (("a: 1\nb: 2\n", ("a",)), ("a: {b: 1}\n", ("a", "b"))):
            edited = edit(text, [Set(path, value)])
            found: Any = parse(edited)
            old: Any = yaml.safe_load(edited)
            for key in path:
                found, old = found[key], old[key]
            assert same(found, value)
            assert same(old, value)

    def test_a_plain_scalar_needs_no_parser_library(self) -> None:
        code = (
            "import sys; from assay.formats.changes import Set;"
            "from assay.formats.yaml_edit import edit;"
            "edit(sys.argv[1], [Set(('train', 'epochs'), 11), Set(('model', 'name'), 'vgg')]);"
            "assert not {'yaml', 'ruamel.yaml', 'dataclasses'} & set(sys.modules)"
        )
        plain = PARAMS.replace("{kind: sgd, lr: 1e-2}", "{}")
        subprocess.run([sys.executable, "-c", code, plain], check=True)


class TestContainers:
    def test_a_list_replaces_a_list(self) -> None:
        assert edit(PARAMS, [Set(("model", "layers"), [1, 2, 3])]) == replaced(
            PARAMS, ("  - 64\n  - 32\n", "  - 1\n  - 2\n  - 3\n")
        )
        assert edit(DEEP, [Set(("model", "layers"), [1, [2]])]) == replaced(
            DEEP, ("[64, 32]", "[1, [2]]")
        )

    def test_a_map_replaces_a_word_below_the_comment_of_its_key(self) -> None:
        assert edit(PARAMS, [Set(("train", "note"), {"a": 1, "b": [2]})]) == replaced(
            PARAMS,
            ("note: keep me  # as it is\n", "note:  # as it is\n    a: 1\n    b:\n    - 2\n"),
        )

    def test_a_word_replaces_a_map(self) -> None:
        assert edit("a:  # c\n  b: 1\n  # d\n\n# e\nf: 2\n", [Set(("a",), 3)]) == (
            "a: 3  # c\n  # d\n\n# e\nf: 2\n"
        )

    def test_new_lines_are_indented_as_the_file_is(self) -> None:
        assert edit(DEEP, [Set(("model", "new"), {"a": {"b": 1}, "c": [2]})]).endswith(
            "        - 2\n    new:\n        a:\n            b: 1\n        c:\n            - 2\n"
        )

    @pytest.mark.parametrize("kind", ANY)
    @pytest.mark.parametrize("old", ANY)
    def test_anything_replaces_anything_without_a_round_trip(self, kind: str, old: str) -> None:
        one, two, three, four = (copy.deepcopy(ANY[old]) for _ in range(4))
        base = {"a": {"k": one, "z": [two, 1], "last": three}, "last": four}
        stream = io.StringIO()
        YAML().dump(base, stream)
        text = stream.getvalue()
        for path in (("a", "k"), ("a", "z", 0), ("a", "last"), ("last",), ("a", "new"), ("new",)):
            assert same(parse(changed(text, Set(path, ANY[kind]))), _with(base, path, ANY[kind]))

    def test_list_items(self) -> None:
        text = "- 1 # one\n- a: 1\n  b: 2\n-\n- [x]\n"
        assert edit(text, [Set((1,), 5)]) == "- 1 # one\n- 5\n-\n- [x]\n"
        assert edit(text, [Set((2,), "x")]) == "- 1 # one\n- a: 1\n  b: 2\n- x\n- [x]\n"
        assert edit(text, [Set((1, "b"), {"c": 1})]) == (
            "- 1 # one\n- a: 1\n  b:\n    c: 1\n-\n- [x]\n"
        )


class TestAddedKeys:
    def test_a_key_is_added_at_the_end_of_its_map(self) -> None:
        changes = [Set(("train", "decay"), 0.01), Set(("extra",), {"deep": {"er": 1}})]
        assert edit(PARAMS, changes) == replaced(
            PARAMS,
            ("# as it is\nempty:\n",
             "# as it is\n  decay: 0.01\nempty:\nextra:\n  deep:\n    er: 1\n"),
        )  # fmt: skip

    def test_comments_that_are_indented_like_the_map_stay_in_it(self) -> None:
        text = "a:\n  b: 1\n  # c: 2\n# next\nd: 3\n\n# end\n"
        assert edit(text, [Set(("a", "x"), 1)]) == replaced(text, ("# c: 2\n", "# c: 2\n  x: 1\n"))
        assert edit(text, [Set(("x",), 1)]) == text + "x: 1\n"

    def test_a_key_is_added_in_braces(self) -> None:
        text = "a: {b: 1 }  # c\ne: {}\n"
        changes = [Set(("a", "x"), [1]), Set(("e", "x"), "y")]
        assert edit(text, changes) == "a: {b: 1, x: [1] }  # c\ne: {x: 'y'}\n"

    @pytest.mark.parametrize("text", ["", "# only a comment\n", "# no end"])
    def test_a_text_without_values_gets_its_first(self, text: str) -> None:
        expected = text + ("" if text.endswith("\n") or not text else "\n") + "a: 1\n"
        assert edit(text, [Set(("a",), 1)]) == expected

    def test_a_missing_line_end_is_added_only_where_something_follows(self) -> None:
        assert edit("a: 1", [Set(("b",), 2)]) == "a: 1\nb: 2\n"
        assert edit("a: 1", [Set(("a",), 2)]) == "a: 2"


class TestDeletedKeys:
    def test_a_key_goes_with_its_lines(self) -> None:
        assert edit(PARAMS, [Delete(("model", "dropout"))]) == replaced(
            PARAMS, ("  dropout: 0.50\n", "")
        )
        assert edit(PARAMS, [Delete(("model", "layers"))]) == replaced(
            PARAMS, ("  layers:\n  - 64\n  - 32\n", "")
        )

    def test_a_key_goes_from_its_braces(self) -> None:
        text = "a: {b: 1, c: 2, d: 3}\n"
        assert edit(text, [Delete(("a", "b"))]) == "a: {c: 2, d: 3}\n"
        assert edit(text, [Delete(("a", "c"))]) == "a: {b: 1, d: 3}\n"
        assert edit(text, [Delete(("a", "d"))]) == "a: {b: 1, c: 2}\n"
        assert edit(text, [Delete(("a", key)) for key in "bcd"]) == "a: {}\n"

    def test_the_last_key_leaves_an_empty_map(self) -> None:
        assert edit("a:\n  b: 1\nc: 2\n", [Delete(("a", "b"))]) == "a: {}\nc: 2\n"
        assert parse(edit("# c\na:\n  b: 1\n", [Delete(("a",))])) == {}

    def test_the_key_behind_a_dash_makes_room_for_the_next(self) -> None:
        assert edit("- a: 1\n  b: 2\n  c: 3\n", [Delete((0, "a"))]) == "- b: 2\n  c: 3\n"


class TestOddities:
    def test_the_other_names_of_a_value_keep_it(self) -> None:
        text = "a: &x {b: 1}\nc: *x\nd: &y 5\ne: *y\n"
        for path in (("a", "b"), ("c", "b"), ("a",), ("c",), ("d",), ("e",)):
            assert same(parse(edit(text, [Set(path, 2)])), _with(parse(text), path, 2))

    def test_a_merged_key_is_overridden_in_its_map(self) -> None:
        text = "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  e: 3\n"
        assert edit(text, [Set(("d", "b"), 5)]) == text + "  b: 5\n"

    def test_a_merged_key_cannot_be_deleted(self) -> None:
        with pytest.raises(NotEditable, match=r"cannot change 'd\.b' in place"):
            edit("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  e: 3\n", [Delete(("d", "b"))])

    def test_what_surgery_declines_is_restyled(self) -> None:
        text = "a: 'x\ty'  # tab\nb: [1,   2]\n"
        assert edit(text, [Set(("c",), "ü")]) == 'a: "x\\ty" # tab\nb: [1, 2]\nc: ü\n'

    def test_keys_of_all_kinds_are_found(self) -> None:
        text = "3: a\n'2': b\ntrue: c\nx y: d\n\"q\": e\n~: f\n"
        for key in (3, "2", True, "x y", "q", None):
            assert same(parse(edit(text, [Set((key,), 0)])), _with(parse(text), (key,), 0))

    def test_a_text_that_cannot_be_read_is_refused(self) -> None:
        with pytest.raises(YamlProblem):
            edit("a: [", [Set(("a",), 1)])

    def test_a_path_through_a_scalar_is_refused(self) -> None:
        with pytest.raises(NotEditable, match=r"there is no 'a\.b'"):
            edit("a: 1\n", [Set(("a", "b"), 1)])

    def test_no_changes_leave_all_as_it_is(self) -> None:
        assert edit("a: [", []) == "a: ["


def test_a_round_trip_restyles_as_dvc_does() -> None:
    def change(data: Any) -> None:
        data["stages"]["a"]["frozen"] = True

    text = "# top\nstages:\n    a:\n        cmd: 'x'   # c\n        deps: [a,   b]\n"
    assert round_trip(text, change) == (
        "# top\nstages:\n  a:\n    cmd: x         # c\n    deps: [a, b]\n    frozen: true\n"
    )
    with pytest.raises(YamlProblem):
        round_trip("a: [", change)


def test_a_round_trip_leaves_floats_as_they_are_written() -> None:
    written = [
        "0.1234567890123456789",
        "1.50",
        "5e-324",
        "1_000.5",
        "-1.E3",
        "+.5",
        "6.02214076e+23",
    ]
    text = "# by hand\n" + "".join(f"k{at}: {number}\n" for at, number in enumerate(written))
    text += "list: [1.10, 2.0] # c\nanchor: &a 00.10\nalias: *a\nold: 1.5\n"
    changed = round_trip(text, lambda data: data.update(old=0.25))
    assert changed == text.replace("old: 1.5", "old: 0.25")


def _with(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = _with(copy[path[0]], path[1:], new) if path[1:] else new
    return copy


_word = st.one_of(
    st.sampled_from(["a", "b c", "yes", "1", "x: y", "#", "", "é", "it's", "a, b"]),
    st.integers(-5, 5), st.floats(allow_nan=False), st.booleans(), st.none(),
)  # fmt: skip
_key = st.sampled_from(["a", "b", "c", "d e", "on", "x.y", 1])
_values = st.recursive(
    _word,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_key, inner, max_size=3),
    max_leaves=8,
)
_top = st.dictionaries(_key, _values, max_size=4)


def laid_out(value: object, style: str, comments: bool) -> str:
    writer = YAML()
    writer.default_flow_style = {"block": False, "flow": True, "leaf flow": None}.get(style, False)
    writer.width = 10_000
    if style == "wide":
        writer.indent(mapping=4, sequence=4, offset=2)
    stream = io.StringIO()
    writer.dump(value, stream)
    text = stream.getvalue()
    if comments and style != "flow":
        text = re.sub(r"^( *)(\w+:.*)$", r"\1# about\n\1\2  # beside", text, flags=re.MULTILINE)
    return text


@settings(max_examples=250, deadline=None)
@given(_top, _top, st.sampled_from(["block", "flow", "leaf flow", "wide"]), st.booleans())
def test_any_difference_can_be_made(
    before: dict[Any, Any], after: dict[Any, Any], style: str, comments: bool
) -> None:
    text = laid_out(before, style, comments)
    if not same(parse(text), before):
        return  # a comment fell into a text
    changes = difference(before, after)
    edited = edit(text, changes)
    assert same(parse(edited), after)
    if comments and not changes:
        assert edited == text


@settings(max_examples=250, deadline=None)
@given(_top, st.sampled_from(["block", "flow", "leaf flow", "wide"]), _word, st.data())
def test_a_changed_scalar_changes_one_line(
    values: dict[Any, Any], style: str, word: object, data: st.DataObject
) -> None:
    paths = list(_scalar_paths(values, ()))
    if not paths:
        return
    text = laid_out(values, style, comments=False)
    edited = changed(text, Set(data.draw(st.sampled_from(paths)), word))
    old, new = text.splitlines(), edited.splitlines()
    assert len(old) == len(new)
    assert sum(one != other for one, other in zip(old, new, strict=True)) <= 1


def _scalar_paths(value: Any, path: tuple[Any, ...]) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in pairs:
        if isinstance(item, dict | list):
            yield from _scalar_paths(item, (*path, key))
        else:
            yield (*path, key)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("lines", [["x: 1"], ["x: 1", "y: 2"], ["y: 2", "x: 1"]])
def test_a_line_keeps_its_end(end: str, lines: list[str]) -> None:
    text = "".join(line + end for line in lines)
    assert edit(text, [Set(("x",), 5)]) == text.replace("x: 1", "x: 5")
