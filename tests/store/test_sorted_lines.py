"""Lines in order: what is found is what is there, whatever the file looks like."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assay.store.sorted_lines import SortedLines

LINES = st.sets(st.text("09af .-", max_size=70).map(str.encode), max_size=60)


def padding() -> list[bytes]:
    """So many lines that a few are looked for one by one."""
    return [
        f"5{number:05} is one of many lines that are in the way".encode() for number in range(3000)
    ]


@given(LINES, LINES, LINES)
def test_lines_are_found_where_they_are(
    some: set[bytes], more: set[bytes], other: set[bytes]
) -> None:
    some.discard(b"")
    more.discard(b"")
    with tempfile.TemporaryDirectory() as folder:
        lines = SortedLines(f"{folder}/lines")
        assert lines.among(some) == set()
        lines.add(some)
        lines.add(more)
        assert list(lines) == sorted(some | more)
        assert lines.among(some | more | other) == some | more
        lines.add(padding())
        for line in other | some:
            assert lines.among([line]) == ({line} & (some | more))
        lines.leave_out(lambda line: line in more or line.endswith(b"in the way"))
        assert list(lines) == sorted(some - more)


@given(st.binary(max_size=2000), st.lists(st.binary(min_size=1, max_size=90), max_size=20))
def test_no_line_is_found_that_is_not_in_the_file(content: bytes, asked: list[bytes]) -> None:
    asked = [line.replace(b"\n", b"") for line in asked]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "lines")
        for data in (content, content * 40):
            file.write_bytes(data)
            lines = SortedLines(str(file))
            held = set(data.split(b"\n"))
            assert lines.among(asked) <= held
            for line in asked:
                assert lines.among([line]) <= held


def test_a_file_that_cannot_be_read_has_no_lines(tmp_path: Path) -> None:
    lines = SortedLines(str(tmp_path))
    assert lines.among([b"a"]) == set()
    assert list(lines) == []
