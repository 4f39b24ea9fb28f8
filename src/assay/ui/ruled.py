"""The wide table of `exp show`: rules above and below, columns that give way on a narrow terminal.

Source of the layout: spec/experiments.md §5.1. Built column by column, because columns are what
is kept, dropped and measured, and because a thousand rows must cost milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assay.typed import NamedTuple, TypeVar
from assay.ui.style import PLAIN, Style
from assay.ui.table import display_width, one_line, one_lines, padded, widest

_MARK = "…"

T = TypeVar("T")


class RuledColumn(NamedTuple):
    """One column of a ruled table.

    `cells` have the header first. `kind` is the style of the header (`ui.style`). A column that
    `gives_way` is the first to be hidden when the table is wider than the terminal.
    """

    cells: Sequence[str]
    kind: str = "heading"
    is_number: bool = False
    gives_way: bool = False


def as_ruled(
    columns: Iterable[RuledColumn],
    *,
    bold_rows: Iterable[int] = (),
    limit: int | None = None,
    style: Style = PLAIN,
) -> str:
    """The table as text without the last line break.

    `bold_rows` counts from 0 below the header. With a `limit` no line is longer than that: first
    columns that give way are hidden from the right, neighbours behind one `…`, then long texts are
    cut. Without it the table is as wide as it needs.
    """
    shown: Sequence[RuledColumn] = [
        column._replace(cells=one_lines(column.cells)) for column in columns
    ]
    widths = [widest(column.cells) for column in shown]
    if limit is not None and _total(widths) > limit:
        shown = _cut(_hide(shown, widths, limit), limit)
        widths = [widest(column.cells) for column in shown]
    cells = [
        padded(column.cells, width, right=column.is_number)
        for column, width in zip(shown, widths, strict=True)
    ]
    rule = f" {'─' * (_total(widths) - 2)} "
    lines = [f"  {'   '.join(row)}  " for row in zip(*cells, strict=True)]
    if style.enabled:
        lines[0] = _painted_header(shown, [column[0] for column in cells], style)
        for row in bold_rows:
            lines[row + 1] = style(lines[row + 1], "bold")
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


def _painted_header(columns: Sequence[RuledColumn], texts: Sequence[str], style: Style) -> str:
    pairs = zip(columns, texts, strict=True)
    return f" {' '.join(style(f' {text} ', column.kind) for column, text in pairs)} "


def _total(widths: Iterable[int]) -> int:
    """Length of a line whose cells have these widths."""
    return 1 + sum(width + 3 for width in widths)


def _hide(
    columns: Sequence[RuledColumn], widths: Sequence[int], limit: int
) -> Sequence[RuledColumn]:
    """Let columns give way, from the right, until the rest and the marks fit."""
    hidden: set[int] = set()
    for index in reversed(range(len(columns))):
        if _total(_with_marks(widths, hidden, len(_MARK))) <= limit:
            break
        if columns[index].gives_way:
            hidden.add(index)
    return _with_marks(columns, hidden, RuledColumn([_MARK] * len(columns[0].cells)))


def _with_marks(items: Sequence[T], hidden: set[int], mark: T) -> list[T]:
    """`items`, each run of hidden ones replaced by one `mark`."""
    return [
        mark if index in hidden else item
        for index, item in enumerate(items)
        if index not in hidden or index - 1 not in hidden
    ]


def _cut(columns: Sequence[RuledColumn], limit: int) -> Sequence[RuledColumn]:
    """Shorten the widest columns evenly; the first one names the row and stays whole."""
    first, *others = (widest(column.cells) for column in columns)
    cap = max(others, default=1)
    while cap > 1 and _total([first, *(min(width, cap) for width in others)]) > limit:
        cap -= 1
    return [columns[0], *(_shortened(column, cap) for column in columns[1:])]


def _shortened(column: RuledColumn, width: int) -> RuledColumn:
    return column._replace(cells=[shortened(cell, width) for cell in column.cells])


def shortened(text: str, width: int) -> str:
    """`text`, or its beginning and `…` when it is wider than `width`."""
    text = one_line(text)
    if display_width(text) <= width:
        return text
    while text and display_width(text) > width - 1:
        text = text[:-1]
    return text + _MARK
