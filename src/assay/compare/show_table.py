"""`exp show` for people: the wide table and its Markdown form."""

from __future__ import annotations

from collections.abc import Iterable

from assay.compare.cells import DIGITS, MISSING, significant
from assay.compare.records import Baseline
from assay.compare.show_columns import (
    BASELINE,
    COMMIT,
    LAST_COMMIT,
    Column,
    View,
    Wording,
    columns,
    is_kept,
    selected,
)
from assay.typed import TYPE_CHECKING
from assay.ui.ruled import RuledColumn, as_ruled
from assay.ui.style import PLAIN, Style
from assay.ui.table import Table, as_markdown

if TYPE_CHECKING:
    from datetime import date, datetime

_BRANCH = {BASELINE: "", COMMIT: "├── ", LAST_COMMIT: "└── "}
_IN_LABEL = ("rev", "typ", "parent")


def as_text(
    baselines: Iterable[Baseline],
    view: View,
    *,
    today: date,
    limit: int | None = None,
    style: Style = PLAIN,
) -> str:
    """The table as text without the last line break; "" when there is nothing to show.

    Without a `limit` it is as wide as it needs, else columns of values give way.
    Raises UnknownSortColumn, AmbiguousSortColumn, UnexpectedError (bad pattern).
    """
    types, shown = _shown(baselines, view, today)
    if not types or not shown:
        return ""
    ruled = [
        RuledColumn(
            [column.header, *column.cells],
            "heading" if column.kind == "fixed" else column.kind,
            is_number=column.kind == "metrics",
            gives_way=column.kind != "fixed" and place > 0 and shown[place - 1].kind == column.kind,
        )
        for place, column in enumerate(shown)
    ]
    bold = [place for place, typ in enumerate(types) if typ == BASELINE]
    return as_ruled(ruled, bold_rows=bold, limit=limit, style=style)


def as_markdown_text(baselines: Iterable[Baseline], view: View, *, today: date) -> str:
    """The same table in GitHub-flavoured Markdown, with a last line break. Raises as `as_text`."""
    _, shown = _shown(baselines, view, today)
    rows = list(zip(*(column.cells for column in shown), strict=True))
    return as_markdown(Table(rows, [column.header for column in shown]))


def day_or_time(moment: datetime, today: date) -> str:
    """The time of day for today's commits (`04:33 AM`), the date for others (`Mar 04, 2025`)."""
    return moment.strftime("%I:%M %p" if moment.date() == today else "%b %d, %Y")


def _shown(
    baselines: Iterable[Baseline], view: View, today: date
) -> tuple[list[str], list[Column]]:
    """The `typ` of each row, and the columns to show."""
    wording = Wording(significant(DIGITS), lambda moment: day_or_time(moment, today), MISSING)
    name, *others = columns(baselines, view, wording)
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
