"""A .dvc file that is changed without a parser becomes what it would have become with one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.formats.yaml_read import parse
from assay.formats.yaml_write import dump
from assay.pipeline.plain_record import with_meaning, with_record
from support.project import Project

DIGESTS = st.one_of(
    st.text("0123456789abcdef", min_size=32, max_size=32),
    st.sampled_from(["1" * 32, "1" * 15 + "e" + "1" * 16, "0b" + "1" * 30]),
).map("{}.dir".format)
PATHS = st.sampled_from(["data", "a b", "yes", "1e3", "null", "'x'", "#a", "- b", "a: b", "é", "☃"])


def item(md5: str, size: int, nfiles: int, path: str) -> dict[str, object]:
    return {"md5": md5, "size": size, "nfiles": nfiles, "hash": "md5", "path": path}


@given(DIGESTS, DIGESTS, st.integers(0, 10**15), st.integers(0, 10**6), PATHS)
def test_text_and_meaning_are_those_of_the_parser(
    old: str, new: str, size: int, nfiles: int, path: str
) -> None:
    before = {"outs": [item(old, 7, 1, path)]}
    after = item(new, size, nfiles, path)
    text = with_record(dump(before), after)
    assert text == dump({"outs": [after]})
    assert with_meaning(parse(dump(before)), after) == parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "outs:\n- md5: {}\n  size: 1\n  nfiles: 1\n  hash: md5\n  path: data\n  desc: mine\n",
        "outs:\n- md5: {} # mine\n  size: 1\n  nfiles: 1\n  hash: md5\n  path: data\n",
        "outs:\n- md5: {}\n  nfiles: 1\n  size: 1\n  hash: md5\n  path: data\n",
        "outs:\n-   md5: {}\n    size: 1\n    nfiles: 1\n    hash: md5\n    path: data\n",
        "md5: {}\nouts:\n- md5: {}\n  size: 1\n  nfiles: 1\n  path: data\n",
        "outs:\n- md5: {}\n  size: 1\n  nfiles: 1\n  hash: md5\n  path: data",
        "outs:\n- md5: {}\n  size: 1\n  nfiles: 1\n  hash: md5\r\n  path: data\n",
        "outs:\n- md5: abc\n  size: 1\n  nfiles: 1\n  hash: md5\n  path: data\n",
    ],
)
def test_anything_else_takes_a_parser(text: str) -> None:
    digest = "ab" * 16 + ".dir"
    assert with_record(text.replace("{}", digest), item(digest, 1, 1, "data")) is None


def test_files_of_dvc_2_and_of_single_files_take_a_parser() -> None:
    digest = "ab" * 16 + ".dir"
    text = dump({"outs": [item(digest, 1, 1, "data")]})
    assert with_record(text, {"md5": digest, "size": 1, "nfiles": 1, "path": "data"}) is None
    assert with_record(text, item("ab" * 16, 1, 1, "data")) is None


def test_what_a_commit_has_written_is_known_to_the_next_command(project: Project) -> None:
    project.write_all({"data/a": "1", "data/b": "2"})
    project.dvc("add", "data")
    project.dvc("status")
    project.write("data/a", "11")
    project.dvc("commit", "-f")
    assert "up to date" in project.dvc("status").out
    text = project.read("data.dvc")
    project.write("data.dvc", text.replace("size: 3", "size: 4"))
    assert "up to date" in project.dvc("status").out
    project.write("data.dvc", text.replace("path: data", "path: other"))
    assert "other" in project.dvc("status").out
