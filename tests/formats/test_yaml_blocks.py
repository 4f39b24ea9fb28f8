"""Entries of dvc.lock: one changes, no other byte does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.formats.yaml_blocks import Section, blocks, remove_block, replace_block
from assay.formats.yaml_problem import YamlProblem
from assay.formats.yaml_read import parse
from assay.formats.yaml_write import dump

NEW = {"cmd": "new", "outs": [{"path": "o", "md5": "1" * 32}]}
NEW_LINES = "    cmd: new\n    outs:\n    - path: o\n      md5: '" + "1" * 32 + "'\n"
LOCK = """\
# head
schema: '2.0'
stages:

  # about one
  one: # beside one
    cmd: echo   # inside one
    outs:
    - path: a
  # about two

  'two: b':
    cmd: |
      echo
      # not a comment

  # last
  three:
    cmd: x
    # deep end
# end
"""


def test_the_lines_of_an_entry_end_before_what_is_said_about_the_next() -> None:
    found = {name: LOCK[start:end] for name, (start, end) in blocks(LOCK, "stages").items()}
    assert found == {
        "one": "  one: # beside one\n    cmd: echo   # inside one\n    outs:\n    - path: a\n",
        "two: b": "  'two: b':\n    cmd: |\n      echo\n      # not a comment\n",
        "three": "  three:\n    cmd: x\n    # deep end\n",
    }


def test_a_replaced_entry_leaves_every_other_byte() -> None:
    old = LOCK[slice(*blocks(LOCK, "stages")["one"])]
    text = replace_block(LOCK, "stages", "one", NEW)
    assert text == LOCK.replace(old, "  one: # beside one\n" + NEW_LINES)


def test_a_new_entry_is_the_last_of_its_section() -> None:
    text = replace_block(LOCK, "stages", "four", NEW)
    assert text == LOCK.replace("# end\n", f"  four:\n{NEW_LINES}# end\n")


def test_a_removed_entry_takes_its_lines_only() -> None:
    assert remove_block(LOCK, "stages", "three") == LOCK.replace(
        "  three:\n    cmd: x\n    # deep end\n", ""
    )
    assert remove_block(LOCK, "stages", "nope") == LOCK


@pytest.mark.parametrize("start", ["", "stages:\n", "stages: {}\n", "stages: {} # x\n", "stages:"])
def test_the_first_entry(start: str) -> None:
    text = replace_block(f"schema: '2.0'\n{start}", "stages", "a", NEW)
    header = "stages: # x\n" if "#" in start else "stages:\n"
    assert text == f"schema: '2.0'\n{header}  a:\n{NEW_LINES}"


def test_the_first_entry_of_an_empty_text() -> None:
    assert replace_block("", "stages", "a", NEW) == f"stages:\n  a:\n{NEW_LINES}"


def test_the_last_entry_takes_its_section_along() -> None:
    text = f"schema: '2.0'\nstages:\n  a:\n{NEW_LINES}"
    assert remove_block(text, "stages", "a") == "schema: '2.0'\n"


def test_a_lock_file_with_datasets_keeps_its_empty_stages() -> None:
    text = f"schema: '2.0'\ndatasets:\n- name: d\nstages:\n  a:\n{NEW_LINES}"
    left = remove_block(text, "stages", "a")
    assert left == "schema: '2.0'\ndatasets:\n- name: d\nstages: {}\n"
    assert remove_block(left, "datasets", "d") == "schema: '2.0'\nstages: {}\n"


def test_datasets_are_a_list_of_named_items() -> None:
    text = "schema: '2.0'\nstages: {}\n"
    text = replace_block(text, "datasets", "d", {"name": "d", "url": "/x", "rev_lock": "1"})
    text = replace_block(text, "datasets", "e", {"name": "e", "url": "/y"})
    text = replace_block(text, "datasets", "d", {"name": "d", "url": "/z"})
    assert text == (
        "schema: '2.0'\nstages: {}\ndatasets:\n- name: d\n  url: /z\n- name: e\n  url: /y\n"
    )
    text = replace_block(text, "stages", "a", NEW)
    assert parse(text)["stages"] == {"a": NEW}
    assert remove_block(text, "datasets", "d").count("- name") == 1


def test_carriage_returns_are_kept() -> None:
    text = replace_block(LOCK.replace("\n", "\r\n"), "stages", "one", NEW)
    assert text == replace_block(LOCK, "stages", "one", NEW).replace("\n", "\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "---\nschema: '2.0'\nstages:\n  one:\n    cmd: x\n  two:\n    cmd: y\n",
        "{schema: '2.0', stages: {one: {cmd: x}, two: {cmd: y}}}\n",
        "schema: '2.0'\nstages: {one: {cmd: x}, two: {cmd: y}}\n",
        "schema: '2.0'\nstages:\n one:\n  cmd: x\n two:\n  cmd: y\n",
        "schema: '2.0'\nstages:\n  ? one\n  : cmd: x\n  two:\n    cmd: y\n",
        "schema: '2.0'\nstages:\n  one: &a\n    cmd: x\n  two: *a\n",
        "'schema': '2.0'\n'stages':\n  one:\n    cmd: x\n  two:\n    cmd: y\n",
    ],
)
def test_other_styles_are_edited_all_the_same(text: str) -> None:
    expected: Any = parse(text)
    expected["stages"]["one"] = NEW
    replaced = replace_block(text, "stages", "one", NEW)
    assert parse(replaced) == expected
    del expected["stages"]["one"]
    assert parse(remove_block(text, "stages", "one")) == expected


def test_values_used_twice_in_two_entries_have_anchors_of_their_own() -> None:
    shared = [1]
    value = {"cmd": "x", "params": {"p": {"a": shared, "b": shared}}}
    text = replace_block("schema: '2.0'\n", "stages", "a", value)
    text = replace_block(text, "stages", "b", value)
    assert parse(text)["stages"] == {"a": value, "b": value}
    assert "&id002" in text


def test_a_broken_text_is_refused() -> None:
    with pytest.raises(YamlProblem):
        replace_block("stages: [\n", "stages", "a", NEW)


_name = st.text(st.sampled_from("ab1@-_. :'\"#é"), min_size=1, max_size=6)
_entry = st.fixed_dictionaries(
    {"cmd": st.text(st.sampled_from("ab '\"\n:#-"), max_size=120)},
    optional={
        "deps": st.builds(lambda: [{"path": "a"}]),
        "params": st.builds(lambda: {"p": {"x": None}}),
    },
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_name, _entry, max_size=4), _name, _entry)
def test_putting_an_entry_is_writing_the_whole(
    stages: dict[str, Any], name: str, entry: dict[str, Any]
) -> None:
    text = dump({"schema": "2.0", "stages": stages} if stages else {"schema": "2.0"})
    expected = dump({"schema": "2.0", "stages": {**stages, name: entry}})
    replaced = replace_block(text, "stages", name, entry)
    assert replaced == expected
    if name not in stages:
        assert remove_block(replaced, "stages", name) == text


_plain_name = st.text(st.sampled_from("ab_"), min_size=1, max_size=3)


@settings(max_examples=60)
@given(
    st.sampled_from(["schema: '2.0'\n", "schema: '2.0'\nstages: {}\n", LOCK, LOCK + "d: 1\n"]),
    st.lists(st.tuples(_plain_name, _entry, st.none() | _plain_name), max_size=6),
)
def test_many_edits_of_one_text_are_the_edits_one_by_one(
    text: str, edits: list[tuple[str, dict[str, Any], str | None]]
) -> None:
    """What is remembered of where entries are is what a fresh look would find."""
    section = Section(text, "stages")
    for name, entry, before in edits:
        text = replace_block(text, "stages", name, entry, before=before)
        section.put(name, entry, before=before)
        assert section.text == text
