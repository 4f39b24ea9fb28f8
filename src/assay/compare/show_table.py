"""`exp show` for people: the wide table and its Markdown form."""

from __future__ import annotations

from time import strftime, struct_time

from assay.compare.cells import DIGITS, MISSING, significant
from assay.compare.directions import Direction
from assay.compare.records import Baseline
from assay.compare.show_columns import (
    BASELINE,
    COMMIT,
    LAST_COMMIT,
    Arranged,
    Column,
    View,
    Wording,
    arranged,
    columns_of,
    is_kept,
    selected,
)
from assay.compare.show_fit import ways_to_give, with_short_hashes
from assay.compare.show_marks import marks
from assay.typed import Iterable, NamedTuple, Sequence
from assay.ui.ruled import RuledColumn, as_ruled, fitted, shortened
from assay.ui.style import PLAIN, Style
from assay.ui.table import Table, as_markdown

_BRANCH = {BASELINE: "", COMMIT: "├── ", LAST_COMMIT: "└── "}
_IN_LABEL = ("rev", "typ", "parent")


class Shape(NamedTuple):
    """How a table looks on a terminal."""

    limit: int | None = None
    """Places in a line; None: as many as needed."""
    style: Style = PLAIN
    directions: Sequence[Direction] = ()
    """Of metrics: their best and worst cells are painted."""


_WIDE = Shape()


def as_text(
    baselines: Iterable[Baseline], view: View, *, today: struct_time, shape: Shape = _WIDE
) -> str:
    """The table as text without the last line break; "" when there is nothing to show.

    With a limit columns give way, least interesting first, and a last line says how many.
    Raises UnknownSortColumn, AmbiguousSortColumn, BadPattern.
    """
    arrangement = arranged(baselines, view)
    types, shown = _shown(arrangement, view, today)
    if not types or not shown:
        return ""
    bold = [place for place, typ in enumerate(types) if typ == BASELINE]
    ruled = _ruled(shown, arrangement, view, shape)
    if shape.limit is None:
        return as_ruled(ruled, bold_rows=bold, style=shape.style)
    fit = fitted(ruled, shape.limit)
    text = as_ruled(fit.columns, bold_rows=bold, style=shape.style)
    return f"{text}\n{_hidden_note(fit.hidden, shape)}" if fit.hidden else text


def as_markdown_text(baselines: Iterable[Baseline], view: View, *, today: struct_time) -> str:
    """The same table in GitHub-flavoured Markdown, with a last line break. Raises as `as_text`."""
    _, shown = _shown(arranged(baselines, view), view, today)
    rows = list(zip(*(column.cells for column in shown), strict=True))
    return as_markdown(Table(rows, [column.header for column in shown]))


def day_or_time(moment: struct_time, today: struct_time) -> str:
    """The time of day for today's commits (`04:33 AM`), the date for others (`Mar 04, 2025`)."""
    return strftime("%I:%M %p" if moment[:3] == today[:3] else "%b %d, %Y", moment)


def _ruled(
    shown: Sequence[Column], arrangement: Arranged, view: View, shape: Shape
) -> list[RuledColumn]:
    """The columns as they are drawn."""
    if shape.limit is not None:
        shown = with_short_hashes(shown)
    never = {column.header for column in shown if is_kept(column.header, view)}
    never |= {column.header for column in shown if _is_sorted_by(column, view)}
    ways = ways_to_give(shown, never=never)
    rows = arrangement.rows if shape.directions and shape.style.enabled else []
    return [
        RuledColumn(
            [column.header, *column.cells],
            "heading" if column.kind == "fixed" else column.kind,
            is_number=column.kind == "metrics",
            gives_way=way,
            marks=marks(rows, column.file, column.key, shape.directions)
            if rows and column.kind == "metrics"
            else {},
        )
        for column, way in zip(shown, ways, strict=True)
    ]


def _is_sorted_by(column: Column, view: View) -> bool:
    return view.sort_by is not None and view.sort_by in (
        column.key,
        f":{column.key}",
        f"{column.file}:{column.key}",
    )


def _hidden_note(count: int, shape: Shape) -> str:
    columns = "1 column does" if count == 1 else f"{count} columns do"
    note = f"  … {columns} not fit: --wide shows all, --keep NAME some."
    return shortened(note, shape.limit) if shape.limit is not None else note


def _shown(arrangement: Arranged, view: View, today: struct_time) -> tuple[list[str], list[Column]]:
    """The `typ` of each row, and the columns to show."""
    wording = Wording(significant(DIGITS), lambda moment: day_or_time(moment, today), MISSING)
    name, *others = columns_of(arrangement, wording)
    rev, typ, *_ = others
    labels = [_label(*cells) for cells in zip(name.cells, rev.cells, typ.cells, strict=True)]
    named = [
        name._replace(cells=labels),
        *(column for column in others if _is_for_people(column, view)),
    ]
    return list(typ.cells), selected(named, view, missing=MISSING)


def _is_for_people(column: Column, view: View) -> bool:
    """What the label says already stands in a column only with `--keep`."""
    return column.header not in _IN_LABEL or column.kind != "fixed" or is_kept(column.header, view)


def _label(name: str, rev: str, typ: str) -> str:
    return f"{_BRANCH[typ]}{rev} [{name}]" if name else f"{_BRANCH[typ]}{rev}"
