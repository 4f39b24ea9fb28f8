"""What may stand in dvc.yaml, dvc.lock and .dvc files, and what a person reads when it may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ruamel.yaml import YAML

from assay.errors import FileProblem
from assay.pipeline.schema import (
    SchemaProblem,
    check_lock_file,
    check_pipeline_file,
    check_stage_file,
)

Check = Callable[..., None]


def complaint(text: str, check: Check = check_pipeline_file, name: str = "dvc.yaml") -> str:
    """What is said about a file with this content; empty when nothing is wrong with it."""
    data = YAML(typ="safe", pure=True).load(text)
    try:
        check(data, shown_name=name, text=text)
    except FileProblem as problem:
        return problem.message
    return ""


def mistakes(text: str, check: Check = check_pipeline_file) -> list[str]:
    """The mistakes alone, `what -> where`, without places and source lines."""
    blocks = complaint(text, check).split("\n\n")[1:]
    return [block.splitlines()[0].split(", line ")[0] for block in blocks]


def in_stage(body: str) -> str:
    """A dvc.yaml with one stage `a`; `body` is what follows its `cmd`, in flow style."""
    return f"stages: {{a: {{cmd: x, {body}}}}}"


FULL = """\
vars:
- params.json
- params.json:a,b
- lr: 0.1
  nested: {deep: [1, 2]}
stages:
  all:
    desc: everything
    cmd: [one, two]
    wdir: sub
    deps: [a, "remote://r/p"]
    params: [lr, {other.json: [a, b]}, {whole.yaml: null}]
    outs:
    - o
    - p: {cache: false, persist: true, remote: r, push: false, checkpoint: true}
    - q: {desc: d, type: t, labels: [l], meta: {any: 1}}
    metrics: [m, n: {cache: false}]
    plots:
    - p1
    - p2: {template: t, x: x, y: y, x_label: l, y_label: l, title: t, header: true, cache: false}
    vars: [file.yaml, {x: 1}]
    frozen: true
    always_changed: false
    meta: null
  each:
    foreach: {k: {v: 1}}
    do: {cmd: "echo ${item.v}", matrix: {ignored: [1]}}
  both:
    matrix: {m: [1, {a: 2}], n: "${list}"}
    cmd: echo ${key}
params: [p.yaml]
metrics: [m.json]
plots:
- a.csv
- id: null
- other: {x: {f: c}, y: {f: [c, d], g: e}, x_label: l, y_label: l, title: t, template: t}
- short: {x: a, y: [b, c]}
artifacts:
  model: {path: m, desc: d, type: t, labels: [l], meta: {a: 1}}
  ${name}: {path: "${path}"}
datasets: whatever
"""


@pytest.mark.parametrize("text", [FULL, "", "stages: {}", "[]", "false", "{}"])
def test_what_the_schema_knows_passes(text: str) -> None:
    assert complaint(text) == ""


def test_a_mistake_is_shown_with_the_lines_around_it() -> None:
    text = "stages:\n  a:\n    cmd: touch a\n    out: [a]\n"
    assert complaint(text) == (
        "'./dvc.yaml' validation failed.\n"
        "\n"
        "extra keys not allowed, in stages -> a -> out, line 4, column 10\n"
        "  3 │   cmd: touch a\n"
        "  4 │   out: [a]"
    )


def test_several_mistakes_are_counted_and_those_of_the_whole_file_have_no_place() -> None:
    text = "stages:\n  a:\n    cmd: touch a\n    foo: 1\n    bar: 2\nzap: 1\n"
    assert complaint(text) == (
        "'./dvc.yaml' validation failed: 3 errors.\n"
        "\n"
        "extra keys not allowed, in stages -> a -> foo, line 3, column 5\n"
        "  2   a:\n"
        "  3 │   cmd: touch a\n"
        "  4 │   foo: 1\n"
        "\n"
        "extra keys not allowed, in stages -> a -> bar, line 3, column 5\n"
        "  2   a:\n"
        "  3 │   cmd: touch a\n"
        "  4 │   foo: 1\n"
        "\n"
        "extra keys not allowed, in zap"
    )


def test_a_file_that_is_no_mapping_is_told_in_one_sentence() -> None:
    assert complaint("- 1\n") == "'./dvc.yaml' validation failed: expected a dictionary."


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("dvc.yaml", "./dvc.yaml"),
        ("./dvc.yaml", "./dvc.yaml"),
        ("sub/dvc.yaml", "./sub/dvc.yaml"),
        ("../dvc.yaml", "../dvc.yaml"),
        (".hidden.dvc", "./.hidden.dvc"),
    ],
)
def test_files_here_and_below_are_named_with_a_dot(name: str, shown: str) -> None:
    assert complaint("- 1\n", name=name).startswith(f"'{shown}' ")


def test_a_summary_fits_a_table_and_names_the_revision() -> None:
    text = "stages: {a: {cmd: x, foo: 1, bar: 2}}"
    data = YAML(typ="safe", pure=True).load(text)
    with pytest.raises(SchemaProblem) as caught:
        check_pipeline_file(data, shown_name="dvc.yaml", text=text)
    assert caught.value.summary() == "'./dvc.yaml' validation failed: 2 errors"
    assert caught.value.summary("69ea579") == (
        "'./dvc.yaml' validation failed in revision '69ea579': 2 errors"
    )


def test_an_empty_line_is_indented_like_the_line_after_it() -> None:
    text = "\n# c\nstages:\n\n  a:\n\n\n    cmd: x\n    foo: 1\n\n    bar: 2\n"
    assert complaint(text).split("\n\n")[1].splitlines()[1:] == [
        "   7 │",
        "   8 │   cmd: x",
        "   9 │   foo: 1",
    ]


def test_deep_indentation_has_a_guide_for_each_four_blanks() -> None:
    text = "stages:\n  a:\n    cmd: x\n    outs:\n      - a:\n          cache: 1\n      - b:\n"
    assert complaint(text).splitlines()[3:] == [
        "  5 │     - a:",
        "  6 │   │     cache: 1",
        "  7 │     - b:",
    ]


def test_a_file_that_only_we_can_parse_is_reported_without_lines() -> None:
    data = {"stages": {"a": {"cmd": "x", "foo": 1}}}
    with pytest.raises(FileProblem) as caught:
        check_pipeline_file(data, shown_name="dvc.yaml", text="stages: [unclosed")
    assert caught.value.message.endswith("\n\nextra keys not allowed, in stages -> a -> foo")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stages:", ["expected a dictionary, in stages"]),
        ("stages: [1]", ["expected a dictionary, in stages"]),
        ("stages: {a: }", ["expected a dictionary, in stages -> a"]),
        ("stages: {1: {cmd: x}}", ["expected str, in stages -> 1"]),
        ("stages: {a: {outs: [o]}}", ["required key not provided, in stages -> a -> cmd"]),
        ("stages: {a: {cmd: 1}}", ["expected str, in stages -> a -> cmd"]),
        ("stages: {a: {cmd: {b: c}}}", ["expected str, in stages -> a -> cmd"]),
        (in_stage("deps: a"), ["expected a list, in stages -> a -> deps"]),
        (in_stage("params: [null]"), ["expected str, in stages -> a -> params -> 0"]),
        (in_stage("vars: [1]"), ["expected dict, in stages -> a -> vars -> 0"]),
        (in_stage("cache: 1"), ["extra keys not allowed, in stages -> a -> cache"]),
        (in_stage("frozen: '${f}'"), ["expected bool, in stages -> a -> frozen"]),
        (in_stage("matrix: 1"), ["expected a dictionary, in stages -> a -> matrix"]),
        (in_stage("matrix: {m: 1}"), ["expected str, in stages -> a -> matrix -> m"]),
        (
            in_stage("outs: [{o: {cache: maybe}}]"),
            ["expected bool, in stages -> a -> outs -> 0 -> o -> cache"],
        ),
        (in_stage("outs: [o: ]"), ["expected a dictionary, in stages -> a -> outs -> 0 -> o"]),
        (
            in_stage("plots: [{p: [{x: a}, {y: 1}]}]"),
            ["expected str, in stages -> a -> plots -> 0 -> p -> 1 -> y"],
        ),
        ("plots: [{c: []}]", ["expected a dictionary, in plots -> 0 -> c"]),
        (
            "plots: [{c: {y: {f: 1}, x: [a]}}]",
            [
                "expected str, in plots -> 0 -> c -> y -> f",
                "expected str, in plots -> 0 -> c -> x",
            ],
        ),
        ("metrics: a", ["expected a list, in metrics"]),
        ("artifacts: {a: {type: t}}", ["required key not provided, in artifacts -> a -> path"]),
        (
            "stages: {a: {foreach: true, do: {cmd: x}}}",
            ["expected dict, in stages -> a -> foreach"],
        ),
        (
            "stages: {a: {do: {cmd: x}}}",
            ["required key not provided, in stages -> a -> foreach"],
        ),
    ],
)
def test_mistakes_in_a_pipeline_file(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


def test_foreach_stands_alone_with_do() -> None:
    text = "stages: {a: {foreach: [1], do: {cmd: x}, cmd: y, matrix: {m: [1]}}}"
    assert mistakes(text) == [
        "extra keys not allowed, in stages -> a -> cmd",
        "extra keys not allowed, in stages -> a -> matrix",
    ]


def test_foreach_does_not_nest() -> None:
    text = "stages: {a: {foreach: [1], do: {foreach: [2], do: {cmd: x}}}}"
    assert mistakes(text) == [
        "extra keys not allowed, in stages -> a -> do -> foreach",
        "extra keys not allowed, in stages -> a -> do -> do",
        "required key not provided, in stages -> a -> do -> cmd",
    ]


def test_a_mistake_inside_an_item_hides_those_of_the_other_items() -> None:
    assert mistakes(in_stage("outs: [1, {b: {x: 1, y: 2}}, 3]")) == [
        "extra keys not allowed, in stages -> a -> outs -> 1 -> b -> x",
        "extra keys not allowed, in stages -> a -> outs -> 1 -> b -> y",
    ]


def test_mistakes_beside_each_other_are_all_told() -> None:
    assert mistakes(in_stage("metrics: [2, m, 3]")) == [
        "expected str, in stages -> a -> metrics -> 0",
        "expected str, in stages -> a -> metrics -> 2",
    ]


TRACKED = """\
md5: 1981e0236962d4972806d59a7d14093a
wdir: null
frozen: true
deps:
- path: file.txt
  repo: {url: u, rev: r, rev_lock: l, config: {a: b}, remote: {c: d}}
- path: remote://x
  etag: abc
  fs_config: {}
- db: {query: q, connection: c, file_format: f, table: t}
outs:
- md5: a7c3018b3266e1b2c391de72dbf904b6.dir
  size: 6
  nfiles: 4
  isexec: true
  hash: md5
  path: d
  desc: d
  type: t
  labels: [l]
  meta: 1
  cache: true
  persist: false
  remote: r
  push: true
- path: v
  files:
  - {relpath: a, md5: abc, size: 1, cloud: {r: {etag: abc, version_id: v}}}
always_changed: false
desc: d
meta: {}
"""


@pytest.mark.parametrize(
    "text", [TRACKED, "", "outs: null\ndeps: null\nmd5: null\n", "outs: [{path: a, md5: 123}]"]
)
def test_what_a_dvc_file_may_hold_passes(text: str) -> None:
    assert complaint(text, check_stage_file) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cmd: x", ["extra keys not allowed, in cmd"]),
        ("frozen: null", ["expected bool, in frozen"]),
        ("outs: 1", ["expected a list, in outs"]),
        ("outs: [a]", ["expected a dictionary, in outs -> 0"]),
        ("outs: [{path: a, md5: ab}]", ["not a valid value, in outs -> 0 -> md5"]),
        ("outs: [{path: a, md5: 1.5}]", ["not a valid value, in outs -> 0 -> md5"]),
        ("outs: [{path: a, md5: []}]", ["not a valid value, in outs -> 0 -> md5"]),
        ("outs: [{path: a, size: x}]", ["expected int, in outs -> 0 -> size"]),
        ("outs: [{path: a, plot: 1}]", ["extra keys not allowed, in outs -> 0 -> plot"]),
        ("deps: [{path: a, cache: true}]", ["extra keys not allowed, in deps -> 0 -> cache"]),
        (
            "deps: [{path: a, repo: {rev: r}}]",
            ["required key not provided, in deps -> 0 -> repo -> url"],
        ),
        (
            "outs: [{path: a, files: [{md5: abc}]}]",
            ["required key not provided, in outs -> 0 -> files -> 0 -> relpath"],
        ),
    ],
)
def test_mistakes_in_a_dvc_file(text: str, expected: list[str]) -> None:
    assert mistakes(text, check_stage_file) == expected


LOCK = """\
schema: '2.0'
datasets: [{name: d}]
stages:
  a:
    cmd: [x, y]
    deps:
    - {path: p, hash: md5, md5: abc, size: 1, nfiles: 2, isexec: true, version_id: v}
    - {path: "ds://d", dataset: {name: d}}
    params: {params.yaml: {lr: 0.1, deep: {er: null}}}
    outs:
    - {path: o, cloud: {r: {etag: abc, version_id: v}}, files: []}
"""


@pytest.mark.parametrize("text", [LOCK, "schema: '2.0'", "schema: '2.0'\nstages: {}"])
def test_what_a_lock_file_may_hold_passes(text: str) -> None:
    assert complaint(text, check_lock_file) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["required key not provided, in schema"]),
        ("schema: 2.0", ["invalid schema version, in schema"]),
        ("schema: '3.0'", ["invalid schema version, in schema"]),
        ("schema: '2.0'\nstages:", ["expected a dictionary, in stages"]),
        (
            "schema: '2.0'\nstages: {a: {deps: []}}",
            ["required key not provided, in stages -> a -> cmd"],
        ),
        (
            "schema: '2.0'\nstages: {a: {cmd: x, outs: [{md5: abc}]}}",
            ["required key not provided, in stages -> a -> outs -> 0 -> path"],
        ),
        (
            "schema: '2.0'\nstages: {a: {cmd: x, params: {f: 1, g: {2: 3}}}}",
            [
                "expected a dictionary, in stages -> a -> params -> f",
                "expected str, in stages -> a -> params -> g -> 2",
            ],
        ),
        (
            "a: {cmd: x}",
            ["extra keys not allowed, in a", "required key not provided, in schema"],
        ),
    ],
)
def test_mistakes_in_a_lock_file(text: str, expected: list[str]) -> None:
    assert mistakes(text, check_lock_file) == expected
