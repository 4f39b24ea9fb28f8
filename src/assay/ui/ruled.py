"""The wide table of `exp show`: rules above and below, columns that give way on a narrow terminal.

Source of the layout: spec/experiments.md §5.1. Built column by column, because columns are what
is kept, dropped and measured, and because a thousand rows must cost milliseconds.
"""

from __future__ import annotations

from assay.typed import TYPE_CHECKING, Iterable, NamedTuple, Sequence, TypeVar
from assay.ui.style import PLAIN, Style
from assay.ui.table import display_width, one_line, one_lines, padded, widest

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK = "…"

T = TypeVar("T")


class RuledColumn(NamedTuple):
    """One column of a ruled table.

    `cells` have the header first. `kind` is the style of the header (`ui.style`). `gives_way` is
    0 for a column that is never hidden; of the others the largest goes first. `marks` are the
    styles of single cells, by row below the header.
    """

    cells: Sequence[str]
    kind: str = "heading"
    is_number: bool = False
    gives_way: int = 0
    marks: Mapping[int, str] = {}


class Fitted(NamedTuple):
    """Columns that fit, and how many are hidden."""

    columns: Sequence[RuledColumn]
    hidden: int = 0


def fitted(columns: Iterable[RuledColumn], limit: int) -> Fitted:
    """What of `columns` makes lines of at most `limit` places.

    First columns that give way are hidden, neighbours behind one `…`, then long texts are cut.
    """
    shown = [column._replace(cells=one_lines(column.cells)) for column in columns]
    widths = [widest(column.cells) for column in shown]
    if _total(widths) <= limit:
        return Fitted(shown)
    hidden = _hidden(shown, widths, limit)
    mark = RuledColumn([_MARK] * len(shown[0].cells))
    return Fitted(_cut(_with_marks(shown, hidden, mark), limit), len(hidden))


def as_ruled(
    columns: Iterable[RuledColumn], *, bold_rows: Iterable[int] = (), style: Style = PLAIN
) -> str:
    """The table as text without the last line break, as wide as it needs.

    `bold_rows` counts from 0 below the header.
    """
    shown = [column._replace(cells=one_lines(column.cells)) for column in columns]
    widths = [widest(column.cells) for column in shown]
    cells = [
        padded(column.cells, width, right=column.is_number)
        for column, width in zip(shown, widths, strict=True)
    ]
    rule = f" {'─' * (_total(widths) - 2)} "
    bold = frozenset(bold_rows)
    rows = zip(*cells, strict=True)
    lines = [_painted_header(shown, next(rows), style)]
    marked = _marked_rows(shown) if style.enabled else {}
    for place, row in enumerate(rows):
        lines.append(_painted(row, marked.get(place, {}), place in bold, style))
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


def _painted_header(columns: Sequence[RuledColumn], texts: Sequence[str], style: Style) -> str:
    if not style.enabled:
        return f"  {'   '.join(texts)}  "
    pairs = zip(columns, texts, strict=True)
    return f" {' '.join(style(f' {text} ', column.kind) for column, text in pairs)} "


def _marked_rows(columns: Sequence[RuledColumn]) -> dict[int, dict[int, str]]:
    """Row → column → style."""
    found: dict[int, dict[int, str]] = {}
    for place, column in enumerate(columns):
        for row, what in column.marks.items():
            found.setdefault(row, {})[place] = what
    return found


def _painted(texts: Sequence[str], marks: Mapping[int, str], is_bold: bool, style: Style) -> str:
    if not marks:
        line = f"  {'   '.join(texts)}  "
        return style(line, "bold") if is_bold else line
    # Cell by cell: the end of one style ends all of them.
    cells = []
    for place, text in enumerate(texts):
        if place in marks:
            cells.append(style(text, marks[place]))
        else:
            cells.append(style(text, "bold") if is_bold else text)
    return f"  {'   '.join(cells)}  "


def _total(widths: Iterable[int]) -> int:
    """Length of a line whose cells have these widths."""
    return 1 + sum(width + 3 for width in widths)


def _hidden(columns: Sequence[RuledColumn], widths: Sequence[int], limit: int) -> set[int]:
    """The columns that give way until the rest and the marks fit."""
    hidden: set[int] = set()
    order = sorted(range(len(columns)), key=lambda place: (columns[place].gives_way, place))
    while order and _total(_with_marks(widths, hidden, len(_MARK))) > limit:
        place = order.pop()
        if not columns[place].gives_way:
            break
        hidden.add(place)
    return hidden


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
