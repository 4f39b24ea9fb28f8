"""YAML that is refused: why, where, and in whose words."""

from __future__ import annotations

import pytest

from assay.formats.yaml_read import (
    MAX_DEPTH,
    Mark,
    Undecodable,
    YamlProblem,
    decode,
    parse,
    parser_text,
    pretty,
)


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(YamlProblem, match="aliases stand for more than"):
        parse("\n".join(lines))


def test_a_value_within_itself_is_refused() -> None:
    with pytest.raises(YamlProblem, match="contains it"):
        parse("a: &x [1, *x]\n")


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, "- " * 100_000 + "a"])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(YamlProblem, match="nested deeper"):
        parse(text)


def test_unbalanced_deep_nesting_is_refused() -> None:
    with pytest.raises(YamlProblem):
        parse("[" * 100_000)


def test_deep_indentation_is_refused() -> None:
    with pytest.raises(YamlProblem, match="nested deeper"):
        parse("\n".join(" " * n + "a:" for n in range(MAX_DEPTH + 2)))


def test_bytes_that_are_not_text_are_named() -> None:
    with pytest.raises(Undecodable) as caught:
        decode(b"a: \xff\xfe\n", "dvc.yaml")
    assert caught.value.message == (
        "unable to read: 'dvc.yaml', is not valid utf-8: "
        "'utf-8' codec can't decode byte 0xff in position 3: invalid start byte"
    )


def test_the_message_is_the_parsers() -> None:
    with pytest.raises(YamlProblem) as caught:
        parse("a: 1\na: 2\n")
    problem = caught.value
    assert problem.is_duplicate_key
    assert (problem.context_mark, problem.problem_mark) == (Mark(0, 0), Mark(1, 0))
    assert parser_text(problem).startswith(
        'while constructing a mapping\n  in "<unicode string>", line 1, column 1:\n'
    )


def test_a_zero_byte_has_no_place() -> None:
    with pytest.raises(YamlProblem) as caught:
        parse("a: \0b\n")
    assert pretty(caught.value, "dvc.yaml", "a: \0b\n") == (
        "unable to read: 'dvc.yaml', YAML file structure is corrupted: unacceptable character "
        '#x0000: special characters are not allowed\n  in "<unicode string>", position 3'
    )


PARAGRAPHS = {
    "stages:\n  a:\n    cmd: [\n": """\
'./dvc.yaml' is invalid.

While parsing a flow node, in line 4, column 1
Expected the node content, but found '<stream end>', in line 4, column 1
  4""",
    "stages:\n  a:\n   b: 1\n    c: 2\n": """\
'./dvc.yaml' is invalid.

Mapping values are not allowed here, in line 4, column 6
  4 │   c: 2""",
    "stages: {}\nstages: {}\n": """\
'./dvc.yaml' is invalid.

While constructing a mapping, in line 1, column 1
  1 stages: {}

Found duplicate key "stages" with value "{}" (original value: "{}"), in line 2, column 1
  2 stages: {}""",
    "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n": """\
'./dvc.yaml' is invalid (possible merge conflicts).

While scanning a simple key, in line 2, column 1
  2 <<<<<<< HEAD

Could not find expected ':', in line 3, column 1
  3 b: 2""",
}


@pytest.mark.parametrize("text", PARAGRAPHS)
def test_a_broken_file_is_shown_with_its_lines(text: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        parse(text)
    assert pretty(caught.value, "./dvc.yaml", text) == PARAGRAPHS[text]


@pytest.mark.parametrize("text", ['["a":b]', '[x, "a":]', "- ['a':\"b\"]", '{k: ["a":b, c]}'])
def test_a_pair_in_a_list_needs_a_space(text: str) -> None:
    """As ruamel.yaml has it, and so DVC: libyaml alone would take it for a pair."""
    with pytest.raises(YamlProblem):
        parse(text)
    assert parse(text.replace('":', '": ').replace("':", "': ")) is not None
