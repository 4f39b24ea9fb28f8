"""Capsules and results: what was packed comes out, and nothing else ever does."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import AssayError
from assay.experiments.copies import MOST_FILES, Copy
from assay.queue.capsule import (
    MADE,
    BadCapsule,
    Capsule,
    Result,
    packed_capsule,
    packed_result,
    parsed_capsule,
    parsed_result,
)
from assay.queue.hosts.run import run_capsule

CAPSULE = Capsule(
    version="1.0",
    repository="ab" * 16,
    token="cd" * 12,
    prefix="sub/project",
    name="odd-name",
    baseline="1" * 40,
    snapshot="2" * 40,
    request="{}",
    settings={"core": {"remote": "store"}},
    environ={"WORD": "a=b c"},
    cache="/srv/cache",
    witness="ef" * 16,
    has_base=True,
    copies=(Copy("some", None), Copy("some/run.sh", b"echo\n", is_program=True), Copy("n", b"")),
    objects=b"PACK\n\0\xff",
)
RESULT = Result("1.0", "cd" * 12, "host", MADE, commit="3" * 40, log=b"said\n", objects=b"PACK")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def altered(data: bytes, **changes: Any) -> bytes:
    """The same with other fields, and a checksum that is right."""
    magic, _, rest = data.split(b"\n", 2)
    line, _, objects = rest.partition(b"\n")
    header = {**json.loads(line), **changes}
    header = {name: value for name, value in header.items() if value is not ...}
    body = json.dumps(header).encode() + b"\n" + objects
    return magic + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


@given(st.binary(), texts, st.booleans(), st.binary())
def test_a_capsule_comes_out_as_it_went_in(
    objects: bytes, request: str, has_base: bool, content: bytes
) -> None:
    copies = (*CAPSULE.copies, Copy("content", content))
    capsule = CAPSULE._replace(objects=objects, request=request, has_base=has_base, copies=copies)
    assert parsed_capsule(packed_capsule(capsule)) == capsule


@given(st.binary(), st.binary(), texts)
def test_a_result_comes_out_as_it_went_in(log: bytes, objects: bytes, cause: str) -> None:
    result = RESULT._replace(log=log, objects=objects, cause=cause)
    assert parsed_result(packed_result(result)) == result


@given(st.data())
def test_whatever_is_cut_off_or_altered_is_refused(data: st.DataObject) -> None:
    for packed, parsed in (
        (packed_capsule(CAPSULE), parsed_capsule),
        (packed_result(RESULT), parsed_result),
    ):
        place = data.draw(st.integers(0, len(packed) - 1))
        other = packed[place] ^ data.draw(st.integers(1, 255))
        for damaged in (
            packed[:place],
            packed[:place] + bytes([other]) + packed[place + 1 :],
            packed[place + 1 :],
            packed + b"\0",
        ):
            with pytest.raises(BadCapsule):
                parsed(damaged)  # type: ignore[operator]


@given(st.binary())
def test_noise_is_refused_by_name(noise: bytes) -> None:
    with pytest.raises(BadCapsule, match="refusing a capsule: "):
        parsed_capsule(noise)
    with pytest.raises(BadCapsule, match="refusing a result: "):
        parsed_result(noise)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("repository", "../../somewhere"),
        ("repository", "ab" * 16 + "/x"),
        ("token", ".."),
        ("token", "cd" * 12 + "\n"),
        ("prefix", "../outside"),
        ("prefix", "/etc"),
        ("prefix", "a/.git/hooks"),
        ("name", "a/b"),
        ("name", "a..b"),
        ("name", "-\n"),
        ("baseline", "HEAD"),
        ("baseline", "--upload-pack=x" + "0" * 25),
        ("snapshot", "2" * 39),
        ("snapshot", None),
        ("cache", "relative"),
        ("cache", "/with\0zero"),
        ("witness", "../witness"),
        ("has_base", 1),
        ("settings", []),
        ("settings", {"core": {"remote": {"a": 1}}}),
        ("copies", None),
        ("copies", ["a"]),
        ("copies", [["a", "file"]]),
        ("copies", [["a", "file", -1]]),
        ("copies", [["a", "file", True]]),
        ("copies", [["a", "link", 0]]),
        ("copies", [["a", "folder", 3]]),
        ("copies", [["../a", "file", 0]]),
        ("copies", [["/etc/a", "file", 0]]),
        ("copies", [["a/.git/hooks/b", "file", 0]]),
        ("copies", [[".DVC/config", "file", 0]]),
        ("copies", [["\ud800", "file", 0]]),
        ("copies", [["a", "file", 10**9]]),
        ("copies", [["a", "file", 0]] * (MOST_FILES + 1)),
        ("environ", None),
        ("environ", {"A": 1}),
        ("environ", {"A=B": "x"}),
        ("environ", {"": "x"}),
        ("environ", {"A": "x\0y"}),
        ("environ", {"A": "\ud800"}),
        ("version", 1),
        ("request", ...),
        ("surprise", "x"),
    ],
)
def test_a_hostile_field_is_named(field: str, value: Any) -> None:
    with pytest.raises(BadCapsule, match=field):
        parsed_capsule(altered(packed_capsule(CAPSULE), **{field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [("log", -1), ("log", 10**9), ("log", True), ("status", "fine"), ("commit", "main")],
)
def test_a_hostile_field_of_a_result_is_named(field: str, value: Any) -> None:
    with pytest.raises(BadCapsule, match=field):
        parsed_result(altered(packed_result(RESULT), **{field: value}))


@given(st.recursive(st.none() | st.booleans() | st.integers() | texts, st.lists, max_leaves=5))
def test_no_value_of_a_field_is_more_than_refused(value: Any) -> None:
    for field in Capsule._fields[:-1]:
        try:
            parsed_capsule(altered(packed_capsule(CAPSULE), **{field: value}))
        except BadCapsule:
            pass


def test_names_that_are_too_long_to_travel_are_refused_at_once() -> None:
    copies = tuple(Copy("x" * 200, b"") for _ in range(30_000))
    with pytest.raises(BadCapsule, match="its header is longer"):
        packed_capsule(CAPSULE._replace(copies=copies))


def test_a_host_answers_a_bad_capsule_with_the_reason(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_HOST_DIR", str(tmp_path / "host"))
    answer = parsed_result(run_capsule(packed_capsule(CAPSULE)[:-1]))
    assert answer.status == "refused" and "cut off or altered" in answer.cause
    answer = parsed_result(run_capsule(packed_capsule(CAPSULE)))
    assert answer.status == "refused" and "install the same version" in answer.cause
    assert not (tmp_path / "host").exists()


def test_what_is_refused_is_an_error_for_users() -> None:
    assert issubclass(BadCapsule, AssayError)
