"""Where variables come from: params.yaml, `vars` of a file, `vars` of a stage."""

from __future__ import annotations

import pytest

from pipeline.templating.templated_file import DIRECTORY, complaint, resolved, stage

X = "stages: {s: {cmd: 'echo ${x}'}}\n"
BARE = "stages: {s: {cmd: echo}}\n"


def shown(text: str, files: dict[str, str | None] | None = None, **options: str) -> str:
    """The command of the stage `s`."""
    command: str = resolved(text, files, **options).stages["s"]["cmd"]
    return command


def test_params_yaml_is_known_without_being_asked_for() -> None:
    assert shown(X, params="x: 1") == "echo 1"


def test_files_of_each_format_and_maps_add_up() -> None:
    text = (
        "vars: [a.json, b.toml, c.py, 'd.yaml:k1,k2', {e: 5}]\n"
        "stages: {s: {cmd: '${a} ${b} ${C.c} ${k1} ${k2} ${e}'}}"
    )
    files: dict[str, str | None] = {
        "a.json": '{"a": 1}',
        "b.toml": "b = 2",
        "c.py": "class C:\n    c = 3\n",
        "d.yaml": "k1: 4\nk2: 44\nk3: 444",
    }
    assert shown(text, files) == "1 2 3 4 44 5"


def test_maps_are_merged() -> None:
    text = "vars: [{m: {b: 2}}, v.yaml]\nstages: {s: {cmd: 'x ${m}'}}"
    assert shown(text, {"v.yaml": "m: {c: {d: 3}}"}, params="m: {a: 1}") == (
        "x --a 1 --b 2 --c.d 3"
    )


@pytest.mark.parametrize(
    ("variables", "params", "what", "where", "already"),
    [
        ("{x: 2}", "x: 1", "x", "vars[0]", "params.yaml"),
        ("{x: 1}", "x: 1", "x", "vars[0]", "params.yaml"),
        ("{x: {y: {z: 1}}}", "x: {y: {z: 3}}", "x.y.z", "vars[0]", "params.yaml"),
        ("{x: 1}", "x: {y: 1}", "x", "vars[0]", "params.yaml"),
        ("{x: {y: 1}}", "x: 1", "x", "vars[0]", "params.yaml"),
        ("{x: [1]}", "x: [1]", "x", "vars[0]", "params.yaml"),
        ("{x: 1}", "x: null", "x", "vars[0]", "params.yaml"),
        ("v.yaml", "v: 1", "v", "v.yaml", "params.yaml"),
        ("{x: 1}, {y: 2, x: 3}", "", "x", "vars[1]", "vars[0]"),
        ("{x: {a: 1}}, {x: {b: 2}}, {x: {b: 3}}", "", "x.b", "vars[2]", "vars[1]"),
        ("{x: {a: 1}}, {x: {b: 2}}, {x: 3}", "", "x", "vars[2]", "vars[0]"),
    ],
)
def test_nothing_is_defined_twice(
    variables: str, params: str, what: str, where: str, already: str
) -> None:
    text = f"vars: [{variables}]\n{BARE}"
    assert complaint(text, {"v.yaml": "v: 1"}, params=params) == (
        "failed to parse 'vars' in 'dvc.yaml':\n"
        f"cannot redefine '{what}' from '{where}' as it already exists in '{already}'"
    )


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ("gone.yaml", " 'gone.yaml' does not exist"),
        ("params.yaml", " 'params.yaml' does not exist"),
        ("/gone.yaml", " '/gone.yaml' does not exist"),
        ("folder", " 'folder' is a directory"),
        ("'v.yaml:x,zz'", " could not find 'zz' in 'v.yaml'"),
        ("'v.yaml:x.y'", " could not find 'x.y' in 'v.yaml'"),
        ("'list.yaml'", " expected a dictionary, got 'list' in file 'list.yaml'"),
        ("'list.yaml:x'", " expected a dictionary, got 'list' in file 'list.yaml'"),
        ("'${x}'", " interpolating is not allowed"),
        ("{x: ['${x}']}", " interpolating is not allowed"),
        ("{'${x}': 1}", " interpolating is not allowed"),
        ("'v.yaml', 'v.yaml:x'", "\ncannot partially load 'v.yaml:x' as it's already loaded."),
        ("'v.yaml:x', 'v.yaml'", "\ncannot load 'v.yaml' as it's partially loaded already"),
        ("'v.yaml:x', 'v.yaml:x'", "\ncannot load 'v.yaml:x' as it's partially loaded already"),
        (
            "'v.yaml:x', './v.yaml:y,x'",
            "\ncannot load './v.yaml:y,x' as it's partially loaded already",
        ),
    ],
)
def test_mistakes_in_vars(variables: str, message: str) -> None:
    files: dict[str, str | None] = {
        "v.yaml": "x: 1\ny: 2",
        "list.yaml": "[1]",
        "folder": DIRECTORY,
    }
    expected = f"failed to parse 'vars' in 'dvc.yaml':{message}"
    assert complaint(f"vars: [{variables}]\n{BARE}", files) == expected


@pytest.mark.parametrize(
    "variables", ["d.yaml, ./d.yaml", "params.yaml, d.yaml", "'d.yaml:x', 'd.yaml:y'"]
)
def test_a_whole_file_may_come_again_and_keys_one_by_one(variables: str) -> None:
    files: dict[str, str | None] = {"d.yaml": "x: 1\ny: 2"}
    assert shown(f"vars: [{variables}]\n{X}", files, params="z: 3") == "echo 1"


@pytest.mark.parametrize("content", ["[1]", "hello"])
def test_a_params_file_that_is_no_map_breaks_the_pipeline(content: str) -> None:
    assert "expected a dictionary, got" in complaint(BARE, params=content)


def test_a_broken_params_file_breaks_the_pipeline_even_if_it_has_no_stages() -> None:
    assert complaint("", params="a: [").startswith("unable to read: 'params.yaml'")


def test_an_empty_params_file_is_fine() -> None:
    assert shown(BARE, params="") == "echo"


@pytest.mark.parametrize(
    ("params", "where"),
    [("day: 2020-01-01", "day"), ("a: [1, {b: 2020-01-01}]", "a.1.b")],
)
def test_a_date_is_no_variable(params: str, where: str) -> None:
    """DVC refuses the whole file, so a project with one is not ours to accept either."""
    message = f"unexpected error - Unsupported value of type 'date' in 'params.yaml:{where}'"
    assert complaint(BARE, params=params) == message


def test_keys_that_are_no_strings_are_not_seen() -> None:
    text = "stages: {s: {cmd: 'x ${m}'}}"
    assert shown(text, params="m: {1: a, b: c, 2020-01-01: d}\n0: zero") == "x --b c"


# Elsewhere than at the root -----------------------------------------------------------------------


def test_files_are_relative_to_the_pipeline_file() -> None:
    text = "vars: [../conf.yaml]\nstages: {s: {cmd: '${a} ${b}'}}"
    files: dict[str, str | None] = {"../conf.yaml": "a: 1"}
    one = resolved(text, files, params="b: 2", directory="sub")
    assert one.stages["s"]["cmd"] == "1 2"
    assert one.files == ("sub/params.yaml", "conf.yaml")


def test_messages_name_files_as_seen_from_the_current_directory() -> None:
    text = "vars: ['v.yaml:x']\nstages: {s: {cmd: a}}"
    name = "../sub/dvc.yaml"
    files: dict[str, str | None] = {"v.yaml": "x: 1"}
    assert complaint(text, files, params="x: 2", directory="sub", name=name) == (
        "failed to parse 'vars' in '../sub/dvc.yaml':\n"
        "cannot redefine 'x' from '../sub/v.yaml' as it already exists in '../sub/params.yaml'"
    )


# Variables of one stage ---------------------------------------------------------------------------


def test_a_stage_adds_variables_for_itself_only() -> None:
    text = (
        "vars: [{m: {a: 1}}]\n"
        "stages:\n"
        "  s: {vars: [{m: {b: 2}}, v.yaml], cmd: 'x ${m} ${v}'}\n"
        "  t: {cmd: 'x ${m}'}\n"
    )
    one = resolved(text, {"v.yaml": "v: 3"})
    assert one.stages == {"s": {"cmd": "x --a 1 --b 2 3"}, "t": {"cmd": "x --a 1"}}


def test_its_files_are_relative_to_its_directory_which_knows_the_variables_of_the_file() -> None:
    text = stage("wdir: ${w}", "vars: [v.yaml]", "desc: ${v}")
    body = resolved(f"vars: [{{w: in/side}}]\n{text}", {"in/side/v.yaml": "v: 1"}).stages["s"]
    assert body == {"wdir": "in/side", "desc": 1, "cmd": "x"}


def test_the_directory_does_not_know_the_variables_of_its_stage() -> None:
    assert complaint(stage("vars: [{w: sub}]", "wdir: ${w}")) == (
        "failed to parse 'stages.s.wdir' in 'dvc.yaml': Could not find 'w'"
    )


def test_a_directory_is_a_text() -> None:
    assert complaint(stage("wdir: ${w}"), params="w: 3") == (
        "failed to resolve 'stages.s.wdir' in 'dvc.yaml': expected str, got int"
    )


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (
            "{x: 1}",
            "failed to parse stage 's' in 'dvc.yaml':\n"
            "cannot redefine 'x' from 's.vars[0]' as it already exists in 'params.yaml'",
        ),
        (
            "gone.yaml",
            "failed to parse stage 's' in 'dvc.yaml': 'sub/gone.yaml' does not exist",
        ),
        ("../up.yaml", "failed to parse stage 's' in 'dvc.yaml': 'up.yaml' does not exist"),
        (
            "'v.yaml:q'",
            "failed to parse stage 's' in 'dvc.yaml': could not find 'q' in 'sub/v.yaml'",
        ),
        (
            "'${x}'",
            "failed to parse 'stages.s.vars' in 'dvc.yaml': interpolating is not allowed",
        ),
        (
            "v.yaml, 'v.yaml:v'",
            "failed to parse 'stages.s.vars' in 'dvc.yaml':\n"
            "cannot partially load 'v.yaml:v' as it's already loaded.",
        ),
    ],
)
def test_mistakes_in_the_vars_of_a_stage(own: str, message: str) -> None:
    text = stage("wdir: sub", f"vars: [{own}]")
    assert complaint(text, {"sub/v.yaml": "v: 1"}, params="x: 1") == message


def test_a_file_that_the_whole_pipeline_has_may_come_again_in_a_stage() -> None:
    text = f"vars: [v.yaml]\n{stage('vars: [v.yaml, params.yaml]', 'desc: ${v}')}"
    assert resolved(text, {"v.yaml": "v: 1"}, params="p: 1").stages["s"]["desc"] == 1


# What is remembered -------------------------------------------------------------------------------


def test_what_templates_used_is_told_by_stage_and_file() -> None:
    text = (
        "vars: [conf.yaml, {inline: 4}]\n"
        "stages:\n"
        "  a: {cmd: '${lr} ${m.p} ${m} ${inline} ${l[-1]}', wdir: '${w}'}\n"
        "  b: {foreach: '${m}', do: {cmd: '${item} ${key}'}}\n"
        "  c: {foreach: [{y: '${lr}'}], do: {cmd: '${item.y}'}}\n"
        "  d: {matrix: {z: '${l}'}, cmd: '${item.z}'}\n"
        "  e: {cmd: nothing}\n"
    )
    files: dict[str, str | None] = {"conf.yaml": "lr: 1\nm: {p: 2}\nl: [x, y]"}
    assert resolved(text, files, params="w: sub").used == {
        "a": {"params.yaml": {"w": "sub"}, "conf.yaml": {"lr": 1, "m.p": 2, "l.1": "y"}},
        "b@p": {"conf.yaml": {"m.p": 2}},
        "c@0": {"conf.yaml": {"lr": 1}},
        "d@x": {"conf.yaml": {"l.0": "x"}},
        "d@y": {"conf.yaml": {"l.1": "y"}},
    }


def test_all_files_that_had_a_say_are_told() -> None:
    text = f"vars: [v.yaml]\n{stage('wdir: w', 'vars: [u.yaml]')}"
    files: dict[str, str | None] = {"v.yaml": "", "w/u.yaml": ""}
    assert resolved(text, files, directory="sub").files == (
        "sub/params.yaml",
        "sub/v.yaml",
        "sub/w/u.yaml",
    )


def test_stages_with_templates_are_told_apart() -> None:
    text = (
        "stages:\n"
        "  plain: {cmd: x, vars: [{a: 1}]}\n"
        "  filled: {cmd: '${p}'}\n"
        "  escaped: {cmd: '\\${p}'}\n"
        "  unclosed: {cmd: '${p'}\n"
        "  each: {foreach: [1], do: {cmd: x}}\n"
    )
    assert resolved(text, params="p: 1").parametrized == {"filled", "escaped", "each@1"}


# The other sections -------------------------------------------------------------------------------


def test_the_other_sections_are_filled_in_and_may_hold_lists_and_maps() -> None:
    text = (
        "vars: [{s: str, i: 1, l: [1, 2], d: {a: true}}]\n"
        "plots: ['${s}', {'${s}': {y: '${l}'}}, {z: null}, 'a${l}', 'b ${d}']\n"
        "metrics: ['${i}', 'a${s}', '${l}']\n"
        "params: ['${s}.yaml']\n"
        "artifacts: {'a${i}': {path: '${s}', labels: ['${i}'], meta: '${d}'}}\n"
        "datasets: [{name: '${s}'}]\n"
    )
    one = resolved(text)
    assert one.plots == ["str", {"str": {"y": [1, 2]}}, {"z": None}, "a[1, 2]", "b --a"]
    assert one.metrics == [1, "astr", [1, 2]]
    assert one.params == ["str.yaml"]
    assert one.artifacts == {"a1": {"path": "str", "labels": [1], "meta": {"a": True}}}
    assert one.datasets == [{"name": "str"}]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("plots: [a, '${x}']", "failed to parse 'plots.1' in 'dvc.yaml': Could not find 'x'"),
        ("datasets: ['${x}']", "failed to parse 'datasets.0' in 'dvc.yaml': Could not find 'x'"),
        (
            "artifacts: {q: {path: '${x}'}}",
            "failed to parse 'artifacts.q' in 'dvc.yaml': Could not find 'x'",
        ),
        (
            "artifacts: {'${i}': {path: a}}",
            "failed to resolve 'artifacts.${i}' in 'dvc.yaml': expected str, got int",
        ),
    ],
)
def test_mistakes_in_the_other_sections(section: str, message: str) -> None:
    assert complaint(section, params="i: 1") == message


def test_an_empty_file_gives_nothing() -> None:
    one = resolved("")
    assert (one.stages, one.plots, one.artifacts, one.datasets) == ({}, [], {}, None)
