"""Plain and Markdown tables: the layouts that users and their scripts know."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.ui.console import QUIET, Console
from assay.ui.table import Table, as_markdown, as_plain, display_width, one_line, write

ROWS = [("m.json", "acc", "0.12346"), ("sub/m.yaml", "label", "-")]
HEADERS = ("Path", "Metric", "workspace")


def printed(table: Table, *, markdown: bool = False) -> str:
    console = Console(QUIET, out=io.StringIO(), err=io.StringIO())
    write(table, console, markdown=markdown)
    assert isinstance(console.out, io.StringIO)
    return console.out.getvalue()


def test_plain_table_has_two_blanks_between_columns_and_headers_claim_two_more() -> None:
    assert as_plain(Table(ROWS, HEADERS)) == (
        "Path        Metric    workspace\nm.json      acc       0.12346\nsub/m.yaml  label     -"
    )


def test_list_without_headers_is_as_narrow_as_its_cells() -> None:
    rows = [("prep", "Prepare the data"), ("train@a", "Outputs m-a.txt"), ("lonely", "")]
    assert as_plain(Table(rows)) == ("prep     Prepare the data\ntrain@a  Outputs m-a.txt\nlonely")


def test_empty_first_header_leaves_its_column_blank() -> None:
    assert as_plain(Table([("a", "-"), ("abc", "2")], ("", "x"))) == "     x\na    -\nabc  2"


def test_markdown_table_ends_with_a_line_break() -> None:
    assert as_markdown(Table(ROWS, HEADERS)) == (
        "| Path       | Metric   | workspace   |\n"
        "|------------|----------|-------------|\n"
        "| m.json     | acc      | 0.12346     |\n"
        "| sub/m.yaml | label    | -           |\n"
    )


def test_markdown_escapes_the_column_separator() -> None:
    assert "| a\\|b |" in as_markdown(Table([("a|b",)], ("x",)))


def test_east_asian_characters_take_two_places() -> None:
    assert as_markdown(Table([("lead", "é日本"), ("x", "z")], ("Path", "H"))) == (
        "| Path   | H     |\n|--------|-------|\n| lead   | é日本 |\n| x      | z     |\n"
    )


def test_empty_plain_table_prints_nothing_but_markdown_prints_its_head() -> None:
    empty = Table([], ("Path", "H"))
    assert printed(empty) == ""
    assert printed(empty, markdown=True) == "| Path   | H   |\n|--------|-----|\n\n"


def test_tables_are_printed_in_quiet_mode_too() -> None:
    assert printed(Table([("a", "b")])) == "a  b\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("tab\there", "tab\\there"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("bad \udc80 name", "bad \\udc80 name"),
        ("no break", "no break"),
        ("plain é日", "plain é日"),
    ],
)
def test_a_value_cannot_leave_its_line_or_talk_to_the_terminal(value: str, shown: str) -> None:
    assert one_line(value) == shown


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_every_row_is_one_line(rows: list[tuple[str, str]]) -> None:
    lines = as_plain(Table(rows, ("a", "b"))).split("\n")
    assert len(lines) == len(rows) + 1


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_all_lines_of_a_markdown_table_have_one_width(rows: list[tuple[str, str]]) -> None:
    lines = as_markdown(Table(rows, ("a", "b"))).rstrip("\n").split("\n")
    assert len({display_width(line) for line in lines}) == 1
