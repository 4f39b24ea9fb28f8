"""The rows of one plot in one revision, ready to be drawn (spec/clients.md §1.3). Pure."""

from __future__ import annotations

import os

from assay.compare.plots.contents import Row
from assay.compare.plots.definitions import Definition, Properties
from assay.errors import AssayError
from assay.typed import Any, Iterable, Iterator, Mapping, NamedTuple, Sequence

STEP = "step"
"""The field of x values for a plot without `x`: the number of the row."""
JOINED = "dvc_inferred_y_value"
"""The field of y values where several fields are drawn."""
REV, FILENAME, FIELD = "rev", "filename", "field"


class Axis(NamedTuple):
    """A field of a file; both sides of an axis are lists of them."""

    file: str
    field: str


class Points(NamedTuple):
    """What is drawn for one revision."""

    rows: list[dict[str, Any]]
    """As in the files, with `rev`, `filename` and `field` added."""
    x: str
    y: str
    x_label: str
    y_label: str
    sources: tuple[Axis, ...]
    """What `filename` and `field` can be; `filename` is relative to what all files share."""


class CannotPlot(AssayError):
    """The data of a plot do not fit its definition; `kind` is how clients know the reason."""

    def __init__(self, message: str, *, kind: str = "DvcException") -> None:
        super().__init__(message)
        self.kind = kind


def points(
    definition: Definition, properties: Properties, tables: Mapping[str, Sequence[Row]], *, rev: str
) -> Points | None:
    """The rows to draw; None if there are none. Files that are not in `tables` are left out.

    `properties` are those of the whole plot, `definition` that of this revision. Raises CannotPlot.
    """
    xs, ys = _xs(definition, properties), _ys(definition, properties, tables)
    for axis in (*xs, *ys):
        _check(axis, tables)
    if len(xs) > 1 and len(xs) != len(ys):
        raise CannotPlot(
            "Cannot have different number of x and y data sources. "
            f"Found {len(xs)} x and {len(ys)} y data sources."
        )
    x = xs[0].field if xs else STEP
    fields = list(dict.fromkeys(axis.field for axis in ys))
    short = _short_names(axis.file for axis in ys)
    rows: list[dict[str, Any]] = []
    for index, axis in enumerate(ys):
        partner = xs[min(index, len(xs) - 1)] if xs else None
        found = _rows(axis, partner, x, tables, joined=len(fields) > 1)
        about = {REV: rev, FILENAME: short[axis.file], FIELD: axis.field}
        rows += [{**row, **about} for row in found]
    if not rows:
        return None
    return Points(
        rows=rows,
        x=x,
        y=JOINED if len(fields) > 1 else fields[0],
        x_label=properties.get("x_label") or _label("x", xs) or STEP,
        y_label=properties.get("y_label") or _label("y", ys),
        sources=tuple(Axis(short[axis.file], axis.field) for axis in ys),
    )


def _xs(definition: Definition, properties: Properties) -> list[Axis]:
    x, y = properties.get("x"), properties.get("y")
    if isinstance(x, str):
        return [Axis(axis.file, x) for axis in _axes(y)] or [Axis(definition.id, x)]
    return list(_axes(x))


def _ys(
    definition: Definition, properties: Properties, tables: Mapping[str, Sequence[Row]]
) -> list[Axis]:
    y = properties.get("y")
    if isinstance(y, dict):
        return list(_axes(y))
    if y is None:
        rows = tables.get(definition.id)
        y = list(rows[0])[-1:] if rows else []
    return list(_axes({definition.id: y}))


def _axes(named: object) -> Iterator[Axis]:
    for file, fields in named.items() if isinstance(named, dict) else ():
        for field in fields if isinstance(fields, list) else [fields]:
            yield Axis(file, str(field))


def _check(axis: Axis, tables: Mapping[str, Sequence[Row]]) -> None:
    rows = tables.get(axis.file)
    if rows and axis.field not in rows[0]:
        there = ", ".join(map(str, rows[0]))
        raise CannotPlot(
            f"Could not find provided field ('{axis.field}') in data fields ('{there}').",
            kind="FieldNotFoundError",
        )


def _rows(
    axis: Axis, partner: Axis | None, x: str, tables: Mapping[str, Sequence[Row]], *, joined: bool
) -> Iterator[dict[str, Any]]:
    """The rows of one source with the values of both axes in the fields of the whole plot."""
    rows = tables.get(axis.file, ())
    xs = rows if partner is None else tables.get(partner.file, ())
    if partner is not None and len(xs) != len(rows):
        raise CannotPlot(
            f"Cannot join '{partner.field}' from '{partner.file}' and '{axis.field}' from "
            f"'{axis.file}'. They have to have same length."
        )
    for index, row in enumerate(rows):
        found = dict(row)
        if joined and axis.field in row:
            found[JOINED] = row[axis.field]
        if partner is None:
            found[x] = index
        elif partner.field in xs[index]:
            found[x] = xs[index][partner.field]
        yield found


def _label(name: str, axes: Sequence[Axis]) -> str:
    """The only field of an axis; the letter of the axis where there are several."""
    fields = {axis.field for axis in axes}
    return fields.pop() if len(fields) == 1 else name if fields else ""


def _short_names(files: Iterable[str]) -> dict[str, str]:
    """File → its path in the directory that all of them share."""
    there = list(dict.fromkeys(files))
    try:
        shared = os.path.commonpath(there) if len(there) > 1 else ""
    except ValueError:  # absolute and relative ones
        shared = ""
    return {file: os.path.relpath(file, shared) if shared else file for file in there}
