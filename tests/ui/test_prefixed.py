"""Lines of several programs on one screen."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from assay.ui.prefixed import LONGEST, PrefixedLines, byte_writer


def shown(*chunks: bytes, prefix: str = "a | ") -> bytes:
    written: list[bytes] = []
    lines = PrefixedLines(prefix, written.append)
    for chunk in chunks:
        lines.feed(chunk)
    lines.close()
    return b"".join(written)


def test_each_line_gets_the_prefix() -> None:
    assert shown(b"one\ntwo\n") == b"a | one\na | two\n"


def test_a_line_waits_for_its_end() -> None:
    written: list[bytes] = []
    lines = PrefixedLines("a | ", written.append)
    lines.feed(b"on")
    assert written == []
    lines.feed(b"e\ntw")
    assert written == [b"a | one\n"]


def test_a_last_line_without_an_end_is_shown() -> None:
    assert shown(b"one") == b"a | one\n"


def test_of_a_progress_bar_the_last_state_is_shown() -> None:
    assert shown(b"\r 10%", b"\r 20%", b"\n") == b"a |  20%\n"
    assert shown(b"10%\r", b"20%\r", b"done\n") == b"a | done\n"


def test_line_ends_of_windows_are_line_ends() -> None:
    assert shown(b"one\r\n", b"two\r", b"\n") == b"a | one\na | two\n"


def test_bytes_that_are_no_text_pass() -> None:
    assert shown(b"\xff\x00\n") == b"a | \xff\x00\n"


def test_output_without_line_ends_does_not_pile_up() -> None:
    lines = PrefixedLines("", lambda data: None)
    for _ in range(100):
        lines.feed(b"x" * 10_000)
        assert len(lines._rest) <= LONGEST
    lines.feed(b"\r0%" * LONGEST)
    assert lines._rest == b"\r0%".lstrip(b"\r")


@given(st.lists(st.binary(max_size=9)))
def test_where_the_stream_is_cut_does_not_matter(chunks: list[bytes]) -> None:
    assert shown(*chunks) == shown(b"".join(chunks))


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"))))
def test_nothing_is_lost(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines).encode()
    assert shown(text, prefix="") == text


def test_text_and_bytes_come_out_in_order() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    stream.write("text ")
    byte_writer(stream)(b"bytes\xff")
    assert raw.getvalue() == b"text bytes\xff"


def test_a_stream_of_text_alone_is_served() -> None:
    stream = io.StringIO()
    byte_writer(stream)(b"bytes\xff")
    assert stream.getvalue() == "bytes\ufffd"
