"""The table of experiments as one HTML file: sortable rows, parallel coordinates, a scatter plot.

It opens without a server and without a network, and prints. The table is plain HTML, so that it
can be read and copied without scripts; `show_page.js` sorts, filters and draws.
"""

from __future__ import annotations

import os
from html import escape
from time import struct_time

from assay.compare.cells import DIGITS, MISSING, significant
from assay.compare.contents import iso_time
from assay.compare.directions import Direction, is_larger_better
from assay.compare.plots.embedding import json_in_html, libraries
from assay.compare.records import Baseline
from assay.compare.show_columns import (
    Arranged,
    Column,
    View,
    Wording,
    arranged,
    columns_of,
    selected,
    short,
)
from assay.compare.show_marks import marks
from assay.compare.show_rows import Row
from assay.typed import TYPE_CHECKING, Iterator, Mapping, NamedTuple, Sequence

if TYPE_CHECKING:
    pass

_LABEL_PARTS = ("Experiment", "rev", "typ", "parent")
_SECTIONS = {
    "coordinates": (
        "Parallel coordinates",
        "Each line is an experiment. Click lines or rows to pick some out.",
    ),
    "scatter": ("Scatter", "Any two columns against each other."),
}


class _Sheet(NamedTuple):
    """What the page shows: rows, and for each column the cells and raw values of all rows."""

    rows: Sequence[Row]
    columns: Sequence[Column]
    directions: Sequence[Direction]


def as_page(
    baselines: Sequence[Baseline],
    view: View,
    *,
    directions: Sequence[Direction] = (),
    title: str,
    coordinates_first: bool = False,
) -> str:
    """The page. Raises as `show_columns.columns` and `selected`."""
    arrangement = arranged(baselines, view)
    sheet = _Sheet(arrangement.rows, _columns(arrangement, view), directions)
    charts = "".join(_chart(name, *texts) for name, texts in _SECTIONS.items())
    table = _table(sheet)
    parts = [charts, table] if coordinates_first else [table, charts]
    # One pass: what a name brings in is never looked through again.
    filled = {
        "title": escape(title),
        "summary": escape(_summary(arrangement)),
        "body": "\n".join(parts),
        "data": json_in_html(_data(sheet)),
        "scripts": libraries(_own("show_page.js")),
    }
    pieces = _own("show_page.html").split("{{")
    return pieces[0] + "".join(
        filled[name] + rest for name, _, rest in (piece.partition("}}") for piece in pieces[1:])
    )


def _columns(arrangement: Arranged, view: View) -> list[Column]:
    wording = Wording(significant(DIGITS), _moment, MISSING)
    found = columns_of(arrangement, wording)
    shown = selected(found, view, missing=MISSING)
    return [c for c in shown if not (c.kind == "fixed" and c.header in _LABEL_PARTS)]


def _moment(moment: struct_time) -> str:
    return iso_time(moment)[: -len(":00")].replace("T", " ")


def _summary(arrangement: Arranged) -> str:
    count = sum(len(group.experiments) for group in arrangement.groups)
    return "1 experiment" if count == 1 else f"{count} experiments"


def _chart(name: str, heading: str, hint: str) -> str:
    return (
        f'<section class="chart" id="{name}_section"><h2>{heading}</h2>'
        f'<p class="hint">{hint}</p><div class="choice" id="{name}_choice"></div>'
        f'<div class="drawing" id="{name}"></div></section>'
    )


def _table(sheet: _Sheet) -> str:
    heads = "".join(_head(column, sheet) for column in sheet.columns)
    painted = [_marks(column, sheet) for column in sheet.columns]
    rows = "\n".join(_row(place, sheet, painted) for place in range(len(sheet.rows)))
    return (
        '<section class="table"><input id="filter" type="search" placeholder="Filter rows" '
        f'aria-label="Filter rows"><div class="scroll"><table id="table"><thead><tr>'
        f'<th data-kind="label">Experiment</th>{heads}</tr></thead>\n<tbody>{rows}</tbody>'
        "</table></div></section>"
    )


def _head(column: Column, sheet: _Sheet) -> str:
    larger = _larger(column, sheet)
    arrow = "" if larger is None else f' <span class="aim">{"↑" if larger else "↓"}</span>'
    title = escape(f"{column.file}:{column.key}" if column.file else column.header)
    return f'<th data-kind="{column.kind}" title="{title}">{escape(column.header)}{arrow}</th>'


def _row(place: int, sheet: _Sheet, painted: Sequence[Mapping[int, str]]) -> str:
    row = sheet.rows[place]
    kind = "experiment" if row.is_experiment else "baseline"
    cells = "".join(
        f'<td class="{" ".join((column.kind, found.get(place, ""))).strip()}">'
        f"{escape(column.cells[place])}</td>"
        for column, found in zip(sheet.columns, painted, strict=True)
    )
    return f'<tr class="{kind}" data-row="{place}"><th>{escape(_label(row))}</th>{cells}</tr>'


def _label(row: Row) -> str:
    rev, name, *_ = row.revision
    if not row.is_experiment:
        return name or short(rev)
    return f"{short(rev)} [{name}]" if name else short(rev)


def _marks(column: Column, sheet: _Sheet) -> Mapping[int, str]:
    if column.kind != "metrics":
        return {}
    return marks(sheet.rows, column.file, column.key, sheet.directions)


def _larger(column: Column, sheet: _Sheet) -> bool | None:
    if column.kind != "metrics":
        return None
    return is_larger_better(sheet.directions, column.file, column.key)


def _data(sheet: _Sheet) -> dict[str, object]:
    """What the script knows; see `show_page.js`."""
    return {
        "rows": [{"label": _label(row), "isExperiment": row.is_experiment} for row in sheet.rows],
        "columns": [
            {
                "name": column.header,
                "kind": column.kind,
                "isLargerBetter": _larger(column, sheet),
                "values": list(_values(column, sheet)),
            }
            for column in sheet.columns
        ],
    }


def _values(column: Column, sheet: _Sheet) -> Iterator[object]:
    """Numbers and texts as they are, the rest as it is written; None where there is nothing."""
    for row, cell in zip(sheet.rows, column.cells, strict=True):
        section = {"metrics": row.metrics, "params": row.params}.get(column.kind)
        if section is None:
            yield None if cell == MISSING else cell
            continue
        values = section.get(column.file)
        value = values.get(column.key) if isinstance(values, dict) else None
        is_plain = value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        yield value if is_plain else cell


def _own(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()
