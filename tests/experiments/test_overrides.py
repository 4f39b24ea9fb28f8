"""`-S` from the command line to the bytes of the files."""

from __future__ import annotations

import subprocess
import sys

import pytest
from omegaconf import OmegaConf

from assay.errors import AssayError
from assay.experiments.overrides import (
    NotAMapping,
    SweepNeedsQueue,
    apply_overrides,
    check_plain,
    expand,
    group_by_file,
    parameter_file,
)

COULD_NOT_OVERRIDE = """\
Invalid `--set-param` value: Could not override '{0}'.
To append to your config use +{0}=1: Key '{1}' is not in struct
    full_key: {2}
    object_type=dict"""


@pytest.mark.parametrize(
    ("argument", "name", "override"),
    [
        ("lr=0.1", "params.yaml", "lr=0.1"),
        ("lr=a:b", "params.yaml", "lr=a:b"),
        ("conf/x.json:+k=1", "conf/x.json", "+k=1"),
        ("x.toml:~k", "x.toml", "~k"),
        ("+x.toml:k=1", "+x.toml", "k=1"),
        (":x=1", "", "x=1"),
        ("a:b:c=1", "a", "b:c=1"),
        ("params.yaml=3", "params.yaml", "params.yaml=3"),
        ("", "params.yaml", ""),
    ],
)
def test_the_file_stands_before_the_first_colon(argument: str, name: str, override: str) -> None:
    assert group_by_file([argument]) == {name: [override]}


def test_files_and_overrides_keep_their_order() -> None:
    grouped = group_by_file(["b.yaml:x=1", "lr=1", "b.yaml:a=2", "./params.yaml:lr=2"])
    assert list(grouped.items()) == [
        ("b.yaml", ["x=1", "a=2"]),
        ("params.yaml", ["lr=1"]),
        ("./params.yaml", ["lr=2"]),
    ]


def test_the_first_file_and_the_first_override_vary_slowest() -> None:
    arguments = ["x=1,2", "other.yaml:p=8,9", "fail=0,1"]
    assert expand(group_by_file(arguments)) == [
        {"params.yaml": [f"x={x}", f"fail={fail}"], "other.yaml": [f"p={p}"]}
        for x in (1, 2)
        for fail in (0, 1)
        for p in (8, 9)
    ]


@pytest.mark.parametrize(
    ("text", "spellings"),
    [
        ("a , b", ["a", "b"]),
        ("1,1", ["1", "1"]),
        ("'a,b',c", ["'a,b'", "c"]),
        ("[1,2],[3]", ["[1,2]", "[3]"]),
        ('a,"b c",null', ["a", '"b c"', "null"]),
        ("a,[b, c],{d: 1}", ["a", "[b,c]", "{d:1}"]),
        ("choice(1)", ["1"]),
        ('choice("a b",true)', ["a\\ b", "True"]),
        ("range(3)", ["0", "1", "2"]),
        ("range(1,10,3)", ["1", "4", "7"]),
        ("range(start=1,stop=3)", ["1", "2"]),
        ("range(3,1,-1)", ["3", "2"]),
        ("range(0,1,0.3)", ["0.0", "0.3", "0.6", "0.8999999999999999"]),
        ("range(1.5)", ["0.0", "1.0"]),
        ("range(3,1)", []),
        ("sort(3,1,2)", ["1", "2", "3"]),
        ("sort(range(1,4),reverse=true)", ["3", "2", "1"]),
        ("tag(x,choice(1,2))", ["1", "2"]),
        ("int(range(1.5,3.5))", ["1", "2"]),
        # Strings stay strings, where DVC makes numbers of them.
        ('choice("1","true")', ['"1"', '"true"']),
        ("str(1,2)", ['"1"', '"2"']),
    ],
)
def test_a_sweep_becomes_its_values(text: str, spellings: list[str]) -> None:
    assert expand({"p": [f"k={text}"]}) == [{"p": [f"k={value}"]} for value in spellings]
    with pytest.raises(SweepNeedsQueue) as caught:
        check_plain({"p": [f"k={text}"]})
    assert caught.value.message == "Sweep overrides can't be used without `--queue`"


def test_plain_overrides_are_spelt_anew_in_each_combination() -> None:
    given = ["~fail", "+x=1,2", "t=true", "n=1_000", "f=1e3", "s=a b", "a@b=1", "e="]
    kept = ["t=True", "n=1000", "f=1000.0", "s=a\\ b", "a@b=1", "e="]
    assert expand({"p": given}) == [{"p": ["~fail=null", f"+x={x}", *kept]} for x in (1, 2)]


def test_of_values_for_one_key_the_last_counts_but_dicts_add_up() -> None:
    assert expand({"p": ["x=1,2", "y=1", "x=3"]}) == [{"p": ["x=3", "y=1"]}]
    assert expand({"p": ["b={c:1}", "b={d:2}"]}) == [{"p": ["b={c:1}", "b={d:2}"]}]


def test_no_overrides_are_one_combination() -> None:
    assert expand({}) == [{}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x=glob(*)", "Glob override 'x=glob(*)' is not supported."),
        (
            "x=interval(0,1)",
            "unexpected error - BasicSweeper does not support sweep type : INTERVAL_SWEEP",
        ),
        ("x=range(1,2,0)", "unexpected error - range() arg 3 must not be zero"),
        ("x=range(0,inf)", "unexpected error - the range in 'x=range(0,inf)' has no end"),
    ],
)
def test_sweeps_that_cannot_be_counted_are_refused(text: str, message: str) -> None:
    with pytest.raises(AssayError) as caught:
        expand({"p": [text]})
    assert caught.value.message == message


def _applied(name: str, text: str | None, *overrides: str) -> str:
    data = None if text is None else text.encode()
    return apply_overrides(parameter_file(name, data), overrides).decode()


def _refusal(name: str, text: str | None, *overrides: str) -> str:
    with pytest.raises(AssayError) as caught:
        _applied(name, text, *overrides)
    assert caught.value.exit_code == 255
    return caught.value.chain()


def test_unknown_keys_are_refused() -> None:
    for key, part, place in [
        ("nope", "nope", "nope"),
        ("new.deep", "new", "new"),
        ("a.x", "x", "a.x"),
        ("l.0.x", "x", "l[0].x"),
        ("", "", ""),
    ]:
        assert _refusal("p.json", '{"a": 1, "l": [2]}', f"{key}=1") == COULD_NOT_OVERRIDE.format(
            key, part, place
        )
    assert _refusal("p.json", None, "a=1") == COULD_NOT_OVERRIDE.format("a", "a", "a")


def test_other_refusals_say_what_hydra_says() -> None:
    text = '{"a": 1, "b": {"c": "hello"}, "l": [2]}'
    head = "Invalid `--set-param` value: "
    assert _refusal("p.json", text, "+a=1") == (
        f"{head}Could not append to config. An item is already at 'a'.\n"
        "Either remove + prefix: 'a=1'\n"
        "Or add a second + to add or override 'a': '++a=1'"
    )
    assert _refusal("p.json", text, "~nope") == (
        f"{head}Could not delete from config. 'nope' does not exist."
    )
    assert _refusal("p.json", text, "~b.c=other") == (
        f"{head}Could not delete from config. The value of 'b.c' is hello and not other."
    )
    assert _refusal("p.json", text, "a@b=1") == (
        f"{head}Override a@b=1 looks like a config group override, "
        "but config group 'a' does not exist."
    )
    assert _refusal("p.json", text, "l.5=9") == (
        f"{head}Error merging override l.5=9: list index out of range\n"
        "    full_key: l[5]\n    object_type=list"
    )


@pytest.mark.parametrize("name", ["p.json", "p.toml"])
def test_a_file_that_does_not_exist_is_empty(name: str) -> None:
    made = _applied(name, None, "+k.j=1", "+z=2")
    assert made == {"p.json": '{"k": {"j": 1}, "z": 2}', "p.toml": "z = 2\n\n[k]\nj = 1\n"}[name]


def test_without_a_change_the_bytes_stay() -> None:
    odd = '{ "a" :1.0,\n\n"b":[ ]}'
    assert _applied("p.json", odd, "a=1.0", "b=[]", "~a", "+b=[]", "+a=1.0") != odd
    assert _applied("p.json", odd, "a=1.0", "b=[]") == odd
    assert _applied("p.json", odd, "a=1") == odd.replace("1.0", "1")


def test_a_key_that_is_removed_and_added_moves_to_the_end() -> None:
    assert _applied("p.json", '{"a": 1, "b": 2}', "~a", "+a=3") == '{"b": 2, "a": 3}'


def test_null_can_be_removed() -> None:
    assert _applied("p.json", '{"a": null, "b": 2}', "~a") == '{"b": 2}'


def test_items_of_lists_can_be_set_and_removed() -> None:
    text = '{"l": [1, {"x": 2}, 3]}'
    assert _applied("p.json", text, "l.1.x=5") == '{"l": [1, {"x": 5}, 3]}'
    assert _applied("p.json", text, "~l.0") == '{"l": [{"x": 2}, 3]}'


def test_interpolations_in_the_given_value_alone_are_resolved() -> None:
    text = '{"a": 1, "b": {"c": "hello", "d": [1, 2]}, "other": "${a}", "u": "${nope}"}'
    for given, value in [
        ("${b.c}", '"hello"'),
        ('"${b.c}"', '"hello"'),
        ("pre${b.c}post", '"prehellopost"'),
        ("${b.d}", "[1, 2]"),
        ("[${b.c},{x:${other}}]", '["hello", {"x": 1}]'),
        ("\\${b.c}", '"${b.c}"'),
        ("${other}", "1"),
    ]:
        assert _applied("p.json", text, f"a={given}", "++other=1").count("${nope}") == 1
        if "other" not in given:
            changed = text.replace('"a": 1', f'"a": {value}')
            assert _applied("p.json", text, f"a={given}") == changed


def test_interpolations_see_all_overrides() -> None:
    assert _applied("p.json", '{"a": 1, "b": 2}', "a=${b}", "b=3") == '{"a": 3, "b": 3}'
    assert _applied("p.json", '{"a": 1, "b": 2}', "a=${nope}", "a=5") == '{"a": 5, "b": 2}'


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("${nope}", "Interpolation key 'nope' not found\n    full_key: a\n    object_type=dict"),
        ("${a}", "Recursive interpolation detected\n    full_key: a\n    object_type=dict"),
        ("${now:%Y}", "Unsupported interpolation type now\n    full_key: a\n    object_type=dict"),
        ("???", "Missing mandatory value: a\n    full_key: a\n    object_type=dict"),
    ],
)
def test_values_that_cannot_be_resolved_are_refused(given: str, message: str) -> None:
    OmegaConf.clear_resolver("now")  # Hydra registers it when another test composes
    assert _refusal("p.json", '{"a": 1}', f"a={given}") == f"unexpected error - {message}"


def test_a_file_without_keys_at_its_top_is_refused() -> None:
    with pytest.raises(NotAMapping, match=r"'p\.json' has no parameters to set.*got 'list'"):
        parameter_file("p.json", b"[1]")


def test_a_plain_override_loads_no_parser() -> None:
    program = (
        "import sys; from assay.experiments.overrides import *; "
        "apply_overrides(parameter_file('p.json', b'{\"lr\": 1}'), ['lr=0.1']); "
        "expand({'p': ['x=1,2', 'y=range(3)', 'z=choice(a,\"b\")', 'w=[1,{a:b}]']}); "
        "heavy = {'yaml', 'ruamel', 'hydra', 'omegaconf', 'antlr4', 'tomlkit', 'ast'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"
