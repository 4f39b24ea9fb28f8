"""What `${…}` may hold, what it gives, and what is said when it cannot be read."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.pipeline.templating import ParsingOptions
from pipeline.templating.templated_file import command, complaint, filled, resolved, stage

PARAMS = """\
s: str
i: 1
f: 1.50
yes: true
no: false
nothing: null
empty: ''
big: 1e20
small: 1e-7
l: [1, [2, {x: 5}], {y: z}]
d: {x: 1, y: {z: hello w}, q.r: 1, '1': one}
a b: 4
ü: 5
k-k: 6
9a: 8
escaped: \\${i}
"""


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("${s}", "str"),
        ("${i}", 1),
        ("${f}", 1.5),
        ("${yes}", True),
        ("${nothing}", None),
        ("${empty}", ""),
        ("${ i }", 1),
    ],
)
def test_a_template_alone_keeps_the_type_of_the_value(template: str, value: object) -> None:
    assert filled(template, PARAMS) == value
    assert type(filled(template, PARAMS)) is type(value)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("x${s}y", "xstry"),
        ("${i}${f}", "11.5"),
        ("-${yes}-${no}-", "-true-false-"),
        ("-${nothing}-", "-None-"),
        ("-${big}-${small}-", "-1e+20-1e-07-"),
        ("a${empty}", "a"),
        ("$${s}$", "$str$"),
        ("${s}}", "str}"),
    ],
)
def test_a_template_in_a_text_becomes_text(template: str, text: str) -> None:
    assert filled(template, PARAMS) == text


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("${d.x}", 1),
        ("${d.y.z}", "hello w"),
        ("${d[y].z}", "hello w"),
        ("${d[1]}", "one"),
        ("${l[0]}", 1),
        ("${l.0}", 1),
        ("${l[1][1].x}", 5),
        ("${l.1.1.x}", 5),
        ("${l[-1].y}", "z"),
        ("${l.-1.y}", "z"),
        ("${ d . x }", 1),
        ("${l [ 1 ] [1] . x }", 5),
        ("${a b}", 4),
        ("${ü}", 5),
        ("${k-k}", 6),
        ("${9a}", 8),
    ],
)
def test_keys_and_indices_lead_into_a_value(template: str, value: object) -> None:
    assert filled(template, PARAMS) == value


@pytest.mark.parametrize(
    "text", ["$s", "$ {s}", "{s}", "${s", "x ${d.x y", "$(date)", "${s\n}", "$\\{s}"]
)
def test_what_is_no_template_stays(text: str) -> None:
    data = f"stages: {{s: {{cmd: {json.dumps(text)}}}}}"
    assert resolved(data, params=PARAMS).stages == {"s": {"cmd": text}}
    assert not resolved(data, params=PARAMS).parametrized


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("\\${s}", "${s}"),
        ("a\\${s} ${s}", "a${s} str"),
        ("\\\\${s}", "\\${s}"),
        ("\\${s", "${s"),
        ("x ${escaped}", "x ${i}"),
        ("${escaped}", "\\${i}"),
    ],
)
def test_a_backslash_keeps_a_template_from_being_filled_in(template: str, text: str) -> None:
    assert filled(template, PARAMS) == text


@pytest.mark.parametrize(
    ("template", "label"),
    [
        ("${nope}", "nope"),
        ("${d.nope}", "d.nope"),
        ("${s.x}", "s.x"),
        ("${s[0]}", "s.0"),
        ("${nothing.x}", "nothing.x"),
        ("${l[9]}", "l.9"),
        ("${l[-9]}", "l.-9"),
        ("${l[a]}", "l.a"),
        ("${d.q.r}", "d.q.r"),
        ("${${s}}", "${s"),
        ("${ }", " "),
        ("${l[ 9 ]}", "l. 9 "),
        ("${env:HOME}", "env:HOME"),
        ("${a\tb}", "a       b"),
    ],
)
def test_an_unknown_name_is_told_with_dots(template: str, label: str) -> None:
    data = f"stages: {{s: {{cmd: x, desc: {json.dumps(template)}}}}}"
    expected = f"failed to parse 'stages.s.desc' in 'dvc.yaml': Could not find '{label}'"
    assert complaint(data, params=PARAMS) == expected


@pytest.mark.parametrize(
    ("template", "expected", "found", "position"),
    [
        ("${}", "!W:(.[])", "}", 2),
        ("${.d}", "!W:(.[])", ".", 2),
        ("${[0]}", "!W:(.[])", "[", 2),
        ("${d.y..z}", "end of text", ".", 5),
        ("${d.}", "end of text", ".", 3),
        ("${d[q.r]}", "end of text", "[", 3),
        ("${l[]}", "end of text", "[", 3),
        ("${l0]}", "end of text", "]", 4),
        ("${l[0]xyz}", "end of text", "xyz", 6),
        ("${l[0]xxxxxxxxxxxxxxxxxxxx}", "end of text", "x" * 16, 6),
        ("${l[0]-yz}", "end of text", "-", 6),
        ("${l[0] ä}", "end of text", "ä", 7),
    ],
)
def test_an_unreadable_expression_is_pointed_at(
    template: str, expected: str, found: str, position: int
) -> None:
    assert complaint(stage(f'desc: "text {template} ${{nope}}"'), params=PARAMS) == (
        "failed to parse 'stages.s.desc' in 'dvc.yaml':\n"
        f"{template}\n"
        f"{' ' * position}^\n"
        f"ParseException: Expected {expected}, found '{found}'  "
        f"(at char {position}), (line:1, col:{position + 1})"
    )


@pytest.mark.parametrize(("template", "kind"), [("${l}", "list"), ("x ${d}", "dict")])
def test_lists_and_maps_are_no_values_of_a_field(template: str, kind: str) -> None:
    assert complaint(stage(f"deps: ['{template}']"), params=PARAMS) == (
        f"failed to parse 'stages.s.deps' in 'dvc.yaml':\nCannot interpolate data of type '{kind}'"
    )


def test_keys_and_values_at_any_depth_are_filled_in() -> None:
    text = stage("outs: ['${s}', {'o${i}': {desc: 'x${s}'}}]", "meta: {'${nothing}': ['${f}']}")
    body = resolved(text, params=PARAMS).stages["s"]
    assert body == {
        "outs": ["str", {"o1": {"desc": "xstr"}}],
        "meta": {None: [1.5]},
        "cmd": "x",
    }
    assert list(body) == ["outs", "meta", "cmd"]


def test_mistakes_are_found_in_the_order_of_the_file() -> None:
    text = stage("deps: ['${nope}']", "desc: ${a..b}")
    assert complaint(text).endswith("Could not find 'nope'")


def test_what_holds_no_template_is_passed_on_uncopied() -> None:
    text = "stages: {s: {cmd: x, outs: [a, {b: {cache: false}}]}}"
    one = resolved(text)
    assert one.stages == {"s": {"cmd": "x", "outs": ["a", {"b": {"cache": False}}]}}
    assert (one.parametrized, one.groups, one.used) == (frozenset(), {}, {})


# Maps in a command --------------------------------------------------------------------------------

MODEL = """\
d: {x: 1, y: {z: "hello w"}, on: true, off: false, none: null, lst: [a, "b c", 2]}
nested: {a: {b: [1, [2]]}}
hollow: {a: {}, l: [], b: 1}
many: [true, null, 1.0]
"""


def test_a_map_in_a_command_becomes_options() -> None:
    assert command("p ${d}", MODEL) == ("p --x 1 --y.z 'hello w' --on --none None --lst a 'b c' 2")


def test_the_configuration_says_how_switches_and_lists_look() -> None:
    parsing = ParsingOptions(booleans="boolean_optional", lists="append")
    assert command("p ${d}", MODEL, parsing=parsing) == (
        "p --x 1 --y.z 'hello w' --on --no-off --none None --lst a --lst 'b c' --lst 2"
    )


def test_empty_lists_and_maps_leave_no_trace() -> None:
    assert command("p ${hollow}", MODEL) == "p --b 1"


def test_a_map_in_each_command_of_a_list() -> None:
    text = "stages: {s: {cmd: ['p ${d.y}', 'q ${hollow} ${d.y}']}}"
    assert resolved(text, params=MODEL).stages["s"]["cmd"] == [
        "p --z 'hello w'",
        "q --b 1 --z 'hello w'",
    ]


def test_a_map_alone_stays_a_map_in_a_command() -> None:
    assert command("${d.y}", MODEL) == {"z": "hello w"}


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("p ${nested}", "Cannot interpolate nested iterable in 'a.b'"),
        ("p ${many}", "Cannot interpolate data of type 'list'"),
    ],
)
def test_lists_in_lists_and_bare_lists_are_no_options(template: str, message: str) -> None:
    assert complaint(f"stages: {{s: {{cmd: '{template}'}}}}", params=MODEL) == (
        f"failed to parse 'stages.s.cmd' in 'dvc.yaml':\n{message}"
    )


keys = st.from_regex(r"[a-z]{1,3}", fullmatch=True)
texts = st.text(st.characters(codec="latin-1"), max_size=5)


@given(st.dictionaries(keys, texts, max_size=5))
def test_a_shell_gets_the_words_that_the_map_holds(words: dict[str, str]) -> None:
    line = command("p ${words}", json.dumps({"words": words}))
    expected = [part for key, value in words.items() for part in (f"--{key}", value)]
    assert shlex.split(line) == ["p", *expected]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex(r"[a-z]{1,3}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=10,
)


def leaves(value: Any, path: str) -> list[tuple[str, Any]]:
    """All scalars in `value` with the expressions that lead to them."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [leaf for i, item in enumerate(value) for leaf in leaves(item, f"{path}[{i}]")]
    return [(path, value)]


@given(values)
def test_every_scalar_can_be_reached(value: Any) -> None:
    for path, leaf in leaves(value, "root"):
        assert filled(f"${{{path}}}", json.dumps({"root": value})) == leaf
