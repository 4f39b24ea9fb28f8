"""`-S` on YAML files: recorded outcomes of DVC where it is right, kept bytes where it is not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from assay.errors import AssayError
from assay.experiments.overrides import apply_overrides, parameter_file

BASE = """\
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


def _applied(text: str | None, *overrides: str) -> str:
    data = None if text is None else text.encode()
    return apply_overrides(parameter_file("params.yaml", data), overrides).decode()


def test_set_nested() -> None:
    given = ["model.dropout=0.25", "train.epochs=20", "model.opt.kind=adam", "model.layers=[1,2,3]"]
    assert _applied(BASE, *given) == (
        BASE.replace("0.50", "0.25")
        .replace("10", "20")
        .replace("sgd", "adam")
        .replace("  - 64\n  - 32\n", "  - 1\n  - 2\n  - 3\n")
    )


def test_append_and_remove() -> None:
    given = ["+train.decay=0.01", "+extra.deep.er=1", "~model.dropout", "++train.epochs=11"]
    edited = _applied(BASE, *given, "~model.opt.kind=sgd")
    assert (
        edited
        == (
            BASE.replace("  dropout: 0.50\n", "")
            .replace("kind: sgd, ", "")
            .replace("10", "11")
            .replace("as it is\n", "as it is\n  decay: 0.01\n")
        )
        + "extra:\n  deep:\n    er: 1\n"
    )
    assert _applied(edited, "~model.opt", "++brand.new=word") == (
        edited.replace("  opt: {lr: 1e-2}\n", "") + "brand:\n  new: word\n"
    )


def test_layout_is_kept() -> None:
    text = """\
model:
    name: "resnet"     # quoted
    layers: [64, 32]   # flow list

train:
    epochs: 10       # deep indent
    note: 'it''s'
"""
    edited = _applied(text, "train.epochs=250", "model.layers.1=16", "model.name=vgg")
    assert edited == text.replace("10", "250").replace("32]", "16]").replace('"resnet"', "vgg")


def test_the_value_that_is_there_changes_nothing() -> None:
    text = "a: 0x10\r\nb:   'q'\r\nl: [ 1 ,2 ]"
    assert _applied(text, "a=16", "b=q", "l=[1,2]") == text


def test_other_interpolations_stay() -> None:
    text = "a: 1\nt: ${a}\nu: ${no.such:x}\nm: ???\n"
    assert _applied(text, "a=2") == text.replace("a: 1", "a: 2")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("yes", "k: 'yes'"),
        ("1e-5", "k: 1.0e-05"),
        ('"1"', "k: '1'"),
        ("0x10", "k: '0x10'"),
        ("2020-01-01", "k: '2020-01-01'"),
        ("", "k: ''"),
        ("null", "k:"),
        ("inf", "k: .inf"),
        ("10.0", "k: 10.0"),
        ("True", "k: true"),
        ("s3://b/k:1", "k: s3://b/k:1"),
    ],
)
def test_new_values_mean_the_same_to_every_reader(given: str, line: str) -> None:
    assert _applied("a: 1\n", f"+k={given}") == f"a: 1\n{line}\n"


def test_a_file_that_does_not_exist_is_made() -> None:
    assert _applied(None, "+k.j=1", "+l=[1,{a: b}]") == "k:\n  j: 1\nl:\n- 1\n- a: b\n"
    assert _applied("", "+k=1") == "k: 1\n"


def test_a_file_without_keys_is_refused() -> None:
    with pytest.raises(AssayError, match="got 'list'"):
        _applied("- a\n", "a=1")
    with pytest.raises(AssayError, match="YAML file structure is corrupted"):
        _applied("a: [\n", "a=1")


def test_a_plain_override_of_a_plain_file_loads_no_parser() -> None:
    program = (
        "import sys; from assay.experiments.overrides import *; "
        "file = parameter_file('params.yaml', sys.argv[1].encode()); "
        "apply_overrides(file, ['train.epochs=11']); "
        "heavy = {'yaml', 'ruamel', 'hydra', 'omegaconf', 'antlr4', 'tomlkit', 'ast'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, BASE], capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"
