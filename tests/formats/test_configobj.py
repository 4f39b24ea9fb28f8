"""Configuration text: what DVC writes is read, what we write is read back."""

from __future__ import annotations

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ConfigError
from assay.formats.configobj import dump, parse

REMOTE = """\
[core]
    remote = store
    autostage = true
[cache]
    type = "hardlink,symlink"
['remote "store"']
    url = ../../storage
"""


def test_what_dvc_writes_is_read() -> None:
    assert parse(REMOTE, "config") == {
        "core": {"remote": "store", "autostage": "true"},
        "cache": {"type": "hardlink,symlink"},
        'remote "store"': {"url": "../../storage"},
    }


def test_reading_and_writing_keeps_the_bytes() -> None:
    assert dump(parse(REMOTE, "config")) == REMOTE


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "  \n\n# a\n"])
def test_a_file_without_options_has_no_sections(text: str) -> None:
    assert parse(text, "config") == {}


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("[core]", "core"),
        ("  [ core ]  # why", "core"),
        ("['remote \"a\"']", 'remote "a"'),
        ('[remote "a"]', 'remote "a"'),
        ('["two words"]', "two words"),
        ("[a#b]", "a#b"),
    ],
)
def test_section_headers(header: str, name: str) -> None:
    assert parse(f"{header}\nx = 1\n", "config") == {name: {"x": "1"}}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("a b", "a b"),
        ("", ""),
        ('""', ""),
        ("# nothing", ""),
        ("a # why", "a"),
        ("a#why", "a"),
        ("'a,b' # why", "a,b"),
        ('"it\'s"', "it's"),
        ("'a\"b'", 'a"b'),
        ('a"b', 'a"b'),
        ("a, b", ["a", "b"]),
        ("\"a\", 'b'", ["a", "b"]),
        ("a,", ["a"]),
        (",", []),
        (",  # none", []),
        ('a"b"c, d', ['a"b"c', "d"]),
        ("a = b", "a = b"),
        ("$x ${y} %(z)s", "$x ${y} %(z)s"),
        ('"""one\ntwo"""', "one\ntwo"),
        ("'''one''' # why", "one"),
    ],
)
def test_values(written: str, value: str | list[str]) -> None:
    text = f"[s]\nx = {written}\ny = 1\n"
    assert parse(text, "config") == {"s": {"x": value, "y": "1"}}


def test_names_may_be_quoted_and_lines_end_the_windows_way() -> None:
    assert parse('[s]\r\n"a b" = 1\r\n', "config") == {"s": {"a b": "1"}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[core\n", "Invalid line ('[core') (matched as neither section nor keyword) at line 1."),
        (
            "[core]\njunk\n",
            "Invalid line ('junk') (matched as neither section nor keyword) at line 2.",
        ),
        ("[a]\nx = 1\nx = 2\n", "Duplicate keyword name at line 3."),
        ("[a]\n[b]\n[a]\n", "Duplicate section name at line 3."),
        ('[a]\nx = "1\n', "Parse error in value at line 2."),
        ("[a]\nx = a,,b\n", "Parse error in value at line 2."),
        ('[a]\nx = """1\n\n', "Parse error in multiline value at line 2."),
        ('[a]\nx = """1\n""" 2\n', "Parse error in multiline value at line 2."),
        ("[[a]]\n", "Section too nested at line 1."),
        ("x = 1\n", "Option 'x' outside of a section at line 1."),
        ("['']\n", "Invalid line (\"['']\") (matched as neither section nor keyword) at line 1."),
    ],
)
def test_a_broken_line_is_named(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, ".dvc/config")
    assert caught.value.message == f"config file error: {problem}"
    assert ".dvc/config" in caught.value.hint


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain text", "plain text"),
        ("", '""'),
        ("a,b", '"a,b"'),
        ("a#b", '"a#b"'),
        (" a", '" a"'),
        ('"a"', "'\"a\"'"),
        ('it\'s "it"', '"""it\'s "it""""'.replace('"""', "'''", 1).removesuffix('"""') + "'''"),
        ("a\nb", '"""a\nb"""'),
        (["a"], "a,"),
        (["a", "b c"], "a, b c"),
        ([], ","),
    ],
)
def test_values_are_quoted_only_when_needed(value: str | list[str], written: str) -> None:
    assert dump({"s": {"x": value}}) == f"[s]\n    x = {written}\n"


def test_a_section_without_options_is_left_out() -> None:
    assert dump({"a": {}, "b": {"x": "1"}}) == "[b]\n    x = 1\n"


@pytest.mark.parametrize("text", ["two\nlines", "\r", "\u2028"])
def test_a_name_that_no_quotes_can_carry_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="cannot be safely quoted"):
        dump({text: {"url": "x"}})


TEXT = st.text(st.sampled_from("aaaabbéé;%\\=,#[]'\" \t\n"), max_size=5)
SECTIONS = st.dictionaries(
    TEXT,
    st.dictionaries(TEXT, TEXT | st.lists(TEXT, max_size=3), min_size=1, max_size=3),
    max_size=3,
)


@given(SECTIONS)
def test_what_is_written_is_read_back(sections: dict[str, dict[str, str | list[str]]]) -> None:
    try:
        text = dump(sections)
    except ConfigError:
        return
    assert parse(text, "config") == sections


@given(TEXT)
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, f"[s]\n{text}", f"[s]\nx={text}", f"[{text}]\nx=1"):
        try:
            parse(candidate, "config")
        except ConfigError as error:
            assert "line" in error.message


def test_configobj_agrees(real_python: str) -> None:
    """The same values as the library that DVC uses, for everything that we write."""
    written: dict[str, dict[str, dict[str, str | list[str]]]] = {}

    @given(SECTIONS)
    def collect(sections: dict[str, dict[str, str | list[str]]]) -> None:
        try:
            written[dump(sections)] = sections
        except ConfigError:
            pass

    collect()
    answer = subprocess.run(
        [real_python, "-c", _READ_WITH_CONFIGOBJ],
        input=json.dumps(list(written)),
        capture_output=True,
        text=True,
        check=True,
    )
    for text, sections, theirs in zip(
        written, written.values(), json.loads(answer.stdout), strict=True
    ):
        assert theirs == sections, text


_READ_WITH_CONFIGOBJ = """
import json, sys
from configobj import ConfigObj
read = [ConfigObj(t.splitlines(True), interpolation=False).dict() for t in json.load(sys.stdin)]
json.dump(read, sys.stdout)
"""
