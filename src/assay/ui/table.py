"""Columns of text for people: plain, and as Markdown.

A row is one line: control characters in a value are shown as escapes, so that no value can break
the layout or talk to the terminal. The layouts are those users know, down to the blanks
(spec/experiments.md §7).
"""

from __future__ import annotations

from assay.regex import Match, regex
from assay.typed import Iterable, NamedTuple, Sequence
from assay.ui.console import Console

_UNSAFE = regex("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HEADER_MARGIN = 2
"""A header claims two columns more than it needs."""


class Table(NamedTuple):
    """Rows of cells, all of one length; no `headers` means a list without a head."""

    rows: Sequence[Sequence[str]]
    headers: Sequence[str] = ()


def write(table: Table, console: Console, *, markdown: bool) -> None:
    """Print a table, also with `-q`. A plain table without rows prints nothing at all."""
    if markdown:
        console.result(as_markdown(table))
    elif table.rows:
        console.result(as_plain(table))


def as_plain(table: Table) -> str:
    """Columns two blanks apart, left-aligned; no line ends in blanks."""
    cells = [_padded(column) for column in _columns(table)]
    return "\n".join("  ".join(row).rstrip() for row in zip(*cells, strict=True))


def as_markdown(table: Table) -> str:
    """A table of GitHub-flavoured Markdown, with its closing line break; "" without columns."""
    if not table.headers:
        return ""
    cells = [_padded([_escaped(cell) for cell in column]) for column in _columns(table)]
    lines = [f"| {' | '.join(row)} |" for row in zip(*cells, strict=True)]
    rule = "|".join("-" * (display_width(column[0]) + 2) for column in cells)
    return "\n".join([lines[0], f"|{rule}|", *lines[1:], ""])


def one_line(text: str) -> str:
    """`text` with escapes such as `\\n` where it has control characters or lone surrogates."""
    return text if text.isprintable() else _UNSAFE.sub(_escape, text)


def one_lines(cells: Sequence[str]) -> Sequence[str]:
    """`one_line` of each; a column without anything to escape costs one look."""
    return cells if "".join(cells).isprintable() else [one_line(cell) for cell in cells]


def display_width(text: str) -> int:
    """How many places of a terminal `text` takes; East Asian characters take two."""
    if text.isascii():
        return len(text)
    from assay.ui.char_width import char_width  # what plain ASCII tables do not need

    return sum(map(char_width, text))


def widest(cells: Iterable[str]) -> int:
    """Width of the widest cell; 0 when there is none."""
    return max(map(display_width, cells), default=0)


def padded(cells: Sequence[str], width: int, *, right: bool = False) -> list[str]:
    """Each cell filled with blanks to `width`, on its left side when `right`-aligned."""
    if "".join(cells).isascii():
        return [cell.rjust(width) if right else cell.ljust(width) for cell in cells]
    blanks = [" " * (width - display_width(cell)) for cell in cells]
    pairs = zip(cells, blanks, strict=True)
    return [blank + cell if right else cell + blank for cell, blank in pairs]


def _columns(table: Table) -> list[Sequence[str]]:
    rows = [table.headers, *table.rows] if table.headers else table.rows
    columns = [one_lines(column) for column in zip(*rows, strict=True)]
    if not table.headers:
        return columns
    return [[column[0] + " " * _HEADER_MARGIN, *column[1:]] for column in columns]


def _padded(column: Sequence[str]) -> list[str]:
    return padded(column, widest(column))


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def _escape(match: Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
