"""`foreach` and `matrix`: the names of their stages, `item` and `key`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.templating.templated_file import complaint, resolved

PARAMS = """\
l: [a, 1, 2.5, true, null]
m: {x: {v: 1}, y: 2}
mixed: [{n: 1}, 2]
ints: {1: a, b: c}
s: str
i: 1
yes: true
none: null
e: {}
el: []
"""


def foreach(data: str, body: str = "{cmd: 'x ${item}'}") -> str:
    """A dvc.yaml with one group `a`."""
    return f"stages: {{a: {{foreach: {data}, do: {body}}}}}"


def matrix(axes: str, command: str = "x ${key}") -> str:
    """A dvc.yaml with one matrix `a`."""
    return f"stages: {{a: {{matrix: {axes}, cmd: '{command}'}}}}"


def commands(text: str, params: str = PARAMS) -> dict[str, object]:
    """Stage → command."""
    return {name: body["cmd"] for name, body in resolved(text, params=params).stages.items()}


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ("[a, b_c, 3]", ["a", "b_c", "3"]),
        ("[2.5, true, null, 1e20, 0x1f]", ["2.5", "true", "None", "1e+20", "31"]),
        ("['c d', 'e/f', 'g:h']", ["c d", "e/f", "g:h"]),
        ("[{n: 1}, {n: 2}]", ["0", "1"]),
        ("[{n: 1}, b]", ["0", "1"]),
        ("[[1], []]", ["0", "1"]),
        ("{de: 1, fr: {w: 2}}", ["de", "fr"]),
        ("{3: 4, true: 5, null: 6}", ["3", "true", "None"]),
        ("'${m}'", ["x", "y"]),
        ("'${mixed}'", ["0", "1"]),
        ("['${s}', 'x${i}', b]", ["str", "x1", "b"]),
        ("{'${s}': 1, b: 2}", ["str", "b"]),
        ("'${ints}'", ["b"]),
        ("[]", []),
        ("'${e}'", []),
        ("'${el}'", []),
        ("['\\${s}']", ["${s}"]),
    ],
)
def test_names_come_from_the_data(data: str, names: list[str]) -> None:
    one = resolved(foreach(data, "{cmd: x}"), params=PARAMS)
    assert list(one.stages) == [f"a@{name}" for name in names]
    assert one.groups == {"a": tuple(one.stages)}
    assert one.parametrized == set(one.stages)


def test_values_out_of_variables_are_spelled_as_python_does_in_names() -> None:
    text = foreach("['${yes}', true, '${none}', 'x${yes}']")
    assert commands(text) == {
        "a@True": "x true",
        "a@true": "x true",
        "a@None": "x None",
        "a@xtrue": "x xtrue",
    }


def test_a_key_that_comes_again_replaces_the_first_in_its_place() -> None:
    text = foreach("[a, 1, b, '1', 1.0]", "{cmd: x, desc: '${item}'}")
    stages = resolved(text).stages
    assert {name: body["desc"] for name, body in stages.items()} == {
        "a@a": "a",
        "a@1": "1",
        "a@b": "b",
        "a@1.0": 1.0,
    }


def test_lists_have_items_and_maps_have_keys_too() -> None:
    text = foreach("{p: 1, q: {z: 2}}", "{cmd: '${key} ${item}', outs: ['${key}.txt']}")
    assert resolved(text).stages == {
        "a@p": {"cmd": "p 1", "outs": ["p.txt"]},
        "a@q": {"cmd": "q --z 2", "outs": ["q.txt"]},
    }
    assert complaint(foreach("[b]", "{cmd: '${key}'}")) == (
        "failed to parse 'stages.a@b.cmd' in 'dvc.yaml': Could not find 'key'"
    )


def test_the_data_may_hold_templates_at_any_depth() -> None:
    text = foreach(
        "[{v: ['${s}', '${m}'], '${s}': 2}]", "{cmd: '${item.v[0]} ${item.v[1]} ${item.str}'}"
    )
    assert commands(text) == {"a@0": "str --x.v 1 --y 2 2"}


def test_each_member_has_its_own_directory_and_variables() -> None:
    text = foreach("[p, q]", "{wdir: 'w${item}', vars: [v.yaml], cmd: '${item}${v}'}")
    one = resolved(text, {"wp/v.yaml": "v: 1", "wq/v.yaml": "v: 2"})
    assert one.stages == {"a@p": {"wdir": "wp", "cmd": "p1"}, "a@q": {"wdir": "wq", "cmd": "q2"}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            foreach("'${s}'"),
            "failed to resolve 'stages.a.foreach' in 'dvc.yaml': expected list/dictionary, got str",
        ),
        (
            foreach("hello"),
            "failed to resolve 'stages.a.foreach' in 'dvc.yaml': expected list/dictionary, got str",
        ),
        (
            foreach("'${none}'"),
            "failed to resolve 'stages.a.foreach' in 'dvc.yaml': "
            "expected list/dictionary, got NoneType",
        ),
        (
            foreach("[b, {z: '${nope}'}]"),
            "failed to parse 'stages.a.foreach' in 'dvc.yaml': Could not find 'nope'",
        ),
        (
            foreach("{'${l}': 1}"),
            "failed to parse 'stages.a.foreach' in 'dvc.yaml':\n"
            "Cannot interpolate data of type 'list'",
        ),
        (
            foreach("[1, 2]", "{cmd: '${item.x}'}"),
            "failed to parse 'stages.a@1.cmd' in 'dvc.yaml': Could not find 'item.x'",
        ),
        (
            foreach("[{x: 1}]", "{cmd: '${item.y[0]}'}"),
            "failed to parse 'stages.a@0.cmd' in 'dvc.yaml': Could not find 'item.y[0]'",
        ),
        (
            foreach("[1]", "{cmd: x, vars: [{item: 1}]}"),
            "failed to parse stage 'a@1' in 'dvc.yaml': attempted to modify reserved key item",
        ),
        (
            foreach("{b: 1}", "{cmd: x, vars: [{key: 1}]}"),
            "failed to parse stage 'a@b' in 'dvc.yaml': attempted to modify reserved key key",
        ),
        (
            foreach("[1]", "{cmd: x, vars: [{s: 1}]}"),
            "failed to parse stage 'a@1' in 'dvc.yaml':\n"
            "cannot redefine 's' from 'a@1.vars[0]' as it already exists in 'params.yaml'",
        ),
        (foreach("[b@c]"), "Stage 'a@b@c' not found inside 'dvc.yaml' file"),
        (
            foreach("['']"),
            "failed to resolve 'stages.a.foreach' in 'dvc.yaml': "
            "expected a name for each stage, got an empty text",
        ),
        (
            foreach("[{d: 2020-01-01}]"),
            "unexpected error - Unsupported value of type 'date' in '<local>:item.d'",
        ),
        (
            matrix("{x: ['${nope}']}"),
            "failed to parse 'stages.a.matrix' in 'dvc.yaml': Could not find 'nope'",
        ),
        (
            matrix("{x: '${i}'}"),
            "failed to resolve 'stages.a.matrix' in 'dvc.yaml': expected list/dictionary, got int",
        ),
        (
            matrix("{x: [1]}", "${item.z}"),
            "failed to parse 'stages.a@1.cmd' in 'dvc.yaml': Could not find 'item.z'",
        ),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    assert complaint(text, params=PARAMS) == message


def test_key_is_free_where_only_items_are() -> None:
    text = foreach("[1]", "{vars: [{key: k}], cmd: '${key}'}")
    assert commands(text) == {"a@1": "k"}


def test_bad_data_of_a_later_group_is_found_before_a_bad_stage() -> None:
    text = "stages: {s: {cmd: '${no}'}, t: {foreach: '${nay}', do: {cmd: x}}}"
    assert complaint(text).endswith("'stages.t.foreach' in 'dvc.yaml': Could not find 'nay'")


# matrix -------------------------------------------------------------------------------------------


def test_a_matrix_has_all_combinations_the_last_axis_running_fastest() -> None:
    assert commands(matrix("{x: [p, q], y: [1, true]}", "${item.x} ${item.y} ${key}")) == {
        "a@p-1": "p 1 p-1",
        "a@p-true": "p true p-true",
        "a@q-1": "q 1 q-1",
        "a@q-true": "q true q-true",
    }


@pytest.mark.parametrize(
    ("axes", "names"),
    [
        ("{cfg: [{c: 1}, [2], d], y: [1]}", ["cfg0-1", "cfg1-1", "d-1"]),
        ("{x: ab}", ["a", "b"]),
        ("{x: '${l}'}", ["a", "1", "2.5", "True", "None"]),
        ("{x: '${m}'}", ["x", "y"]),
        ("{'${s}': [{c: 1}]}", ["str0"]),
        ("{x: [b-c, b], y: [d, c-d]}", ["b-c-d", "b-c-c-d", "b-d"]),
        ("{x: [], y: [1]}", []),
        ("{x: ['', b], y: [1]}", ["-1", "b-1"]),
    ],
)
def test_names_of_a_matrix(axes: str, names: list[str]) -> None:
    assert list(commands(matrix(axes))) == [f"a@{name}" for name in names]


def test_item_is_the_map_of_all_axes() -> None:
    assert commands(matrix("{x: [p], y: [{z: 1}]}", "x ${item}")) == {"a@p-y0": "x --x p --y.z 1"}


def test_a_matrix_is_used_up_but_not_inside_a_foreach() -> None:
    assert "matrix" not in resolved(matrix("{x: [p]}")).stages["a@p"]
    text = foreach("[1]", "{matrix: {q: [3]}, cmd: x}")
    assert resolved(text).stages == {"a@1": {"matrix": {"q": [3]}, "cmd": "x"}}


@given(
    st.dictionaries(
        st.sampled_from(["x", "y", "z"]),
        st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True),
        min_size=1,
    )
)
def test_a_matrix_of_numbers_has_as_many_stages_as_combinations(axes: dict[str, list[int]]) -> None:
    count = 1
    for values in axes.values():
        count *= len(values)
    assert len(commands(matrix(str(axes)), "")) == count


# names that meet ----------------------------------------------------------------------------------


def test_global_names_give_way_with_a_warning() -> None:
    warnings: list[str] = []
    text = (
        "stages:\n"
        "  a: {foreach: {b: 1}, do: {cmd: '${key} ${item}'}}\n"
        "  c: {foreach: [2], do: {cmd: '${key} ${item}'}}\n"
        "  d: {cmd: '${key}'}\n"
    )
    one = resolved(text, params="key: {deep: 5}\nitem: {x: 4}", warnings=warnings)
    assert one.stages["a@b"] == {"cmd": "b 1"}
    assert one.used == {}
    assert warnings == [
        "item and key are already specified, will be overwritten for stages generated from 'a'",
        "item is already specified, will be overwritten for stages generated from 'c'",
    ]


def test_a_stage_with_an_at_in_its_name_cannot_be_found() -> None:
    assert complaint("stages: {x@y: {cmd: a}}") == "Stage 'x@y' not found inside 'dvc.yaml' file"


def test_a_stage_named_like_a_member_gives_way_to_it() -> None:
    text = "stages: {a@1: {cmd: own}, a: {foreach: [1], do: {cmd: member}}}"
    assert commands(text) == {"a@1": "member"}
