"""A figure in a template: Vega-Lite, finished or with its anchors beside it.

Sources: spec/experiments.md §8, spec/clients.md §1.3. Pure.
"""

from __future__ import annotations

from itertools import cycle, islice

from assay.compare.plots.figures import Figure
from assay.compare.plots.points import FIELD, FILENAME, REV, Points
from assay.regex import regex
from assay.typed import Any, Iterator, Mapping, NamedTuple, Sequence

COLORS = ("#945dd6", "#13adc7", "#f46837", "#48bb78", "#4299e1", "#ed8936", "#f56565")
_DASHES = ([1, 0], [8, 8], [8, 4], [4, 4], [4, 2], [2, 1], [1, 1])
_SHAPES = ("circle", "square", "triangle", "diamond")
_SIZE = 300
_LEGEND = {"symbolFillColor": "transparent", "symbolStrokeColor": "grey"}
_BOTH = f"{FILENAME}::{FIELD}"

_ANCHOR = regex(r"<DVC_METRIC_[A-Z_]+>")
_BASIC = frozenset({"DATA", "TITLE", "X", "X_LABEL", "Y", "Y_LABEL"})
_SPLIT = frozenset(
    {
        "COLOR",
        "DATA",
        "PLOT_HEIGHT",
        "PLOT_WIDTH",
        "SHAPE",
        "STROKE_DASH",
        "TITLE",
        "TOOLTIP",
        "X_LABEL",
        "Y_LABEL",
        "ZOOM_AND_PAN",
    }
)
"""What clients fill in themselves, so that they can change it."""
_ALWAYS = frozenset({"TITLE", "X_LABEL", "Y_LABEL"})
"""What clients are told of a figure even if its template has no place for it."""


class Split(NamedTuple):
    """A template of which clients fill in the rest."""

    content: Any
    definitions: dict[str, Any]
    """Anchor → value, for every anchor in `content`, and the texts of the figure."""


def finished(figure: Figure, template: Mapping[str, Any], *, data: bool = True) -> Any:
    """The specification of a figure that has points. Without `data` that anchor stays."""
    values = _values(figure, template)
    if not data:
        del values["DATA"]
    return _fill(template, {_anchor(name): value for name, value in values.items()})


def split(figure: Figure, template: Mapping[str, Any]) -> Split:
    """The specification of a figure that has points, in two parts."""
    values = _values(figure, template)
    present = _anchors(template)
    apart = {
        _anchor(name): value
        for name, value in values.items()
        if name in _ALWAYS or (name in _SPLIT and name in present and value != {})
    }
    rest = {_anchor(name): v for name, v in values.items() if _anchor(name) not in apart}
    return Split(_fill(template, rest), apart)


def _values(figure: Figure, template: Mapping[str, Any]) -> dict[str, Any]:
    """Anchor, without what is common to all → its value, an empty one where nothing varies."""
    shares = list(figure.points.values())
    first = shares[0]
    varying = _varying(first)
    is_plain = not _anchors(template) - _BASIC
    groups = [varying] if varying else []
    different = sorted({source[varying] for share in shares for source in _sources(share)})
    return {
        "DATA": [row if is_plain else _slim(row, varying) for row in _rows(shares)],
        "TITLE": figure.properties.get("title") or figure.name,
        "X": first.x,
        "Y": first.y,
        "X_LABEL": first.x_label,
        "Y_LABEL": first.y_label,
        "COLOR": {
            "field": REV,
            "scale": {
                "domain": list(figure.points),
                "range": list(islice(cycle(COLORS), len(figure.points))),
            },
        },
        "ZOOM_AND_PAN": {"name": "grid", "select": "interval", "bind": "scales"},
        "PLOT_WIDTH": _SIZE,
        "PLOT_HEIGHT": _SIZE,
        "GROUP_BY": [REV, *groups],
        "GROUP_BY_X": [REV, *groups, first.x],
        "GROUP_BY_Y": [REV, *groups, first.y],
        "PIVOT_FIELD": f"datum.{REV}" + (f" + '::' + datum['{varying}']" if varying else ""),
        "TOOLTIP": [{"field": field} for field in (REV, first.x, first.y, *groups)],
        "ROW": {"field": varying, "sort": []} if varying else {},
        "COLUMN": {"field": varying, "sort": []} if varying else {},
        "STROKE_DASH": _legend(varying, different, _DASHES),
        "SHAPE": _legend(varying, different, _SHAPES),
    }


def _varying(share: Points) -> str:
    """The field that tells the sources of a plot apart; "" when there is only one."""
    files = {source.file for source in share.sources}
    fields = {source.field for source in share.sources}
    if len(files) > 1:
        return _BOTH if len(fields) > 1 else FILENAME
    return FIELD if len(fields) > 1 else ""


def _sources(share: Points) -> Iterator[dict[str, str]]:
    for file, field in share.sources:
        yield {FILENAME: file, FIELD: field, _BOTH: f"{file}::{field}", "": ""}


def _rows(shares: Sequence[Points]) -> Iterator[dict[str, Any]]:
    for share in shares:
        yield from share.rows


def _slim(row: dict[str, Any], varying: str) -> dict[str, Any]:
    """A row that says of its source only what other rows do not say too."""
    file, field = row[FILENAME], row[FIELD]
    found = {key: value for key, value in row.items() if key not in (FILENAME, FIELD)}
    if varying:
        found[varying] = {FILENAME: file, FIELD: field, _BOTH: f"{file}::{field}"}[varying]
    return found


def _legend(varying: str, domain: Sequence[str], marks: Sequence[Any]) -> dict[str, Any]:
    if not varying:
        return {}
    scale = {"domain": list(domain), "range": list(islice(cycle(marks), len(domain)))}
    return {"field": varying, "scale": scale, "legend": _LEGEND}


def _anchor(name: str) -> str:
    return f"<DVC_METRIC_{name}>"


def _anchors(template: object) -> set[str]:
    """Names of the anchors in a template."""
    return {text[len("<DVC_METRIC_") : -1] for text in _texts(template)}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from _ANCHOR.findall(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _fill(value: Any, values: Mapping[str, Any]) -> Any:
    """A template with its anchors replaced, those that are part of a longer text as text."""
    if isinstance(value, str):
        if value in values:
            return values[value]
        return _ANCHOR.sub(lambda found: str(values.get(found[0], found[0])), value)
    if isinstance(value, dict):
        return {key: _fill(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, values) for item in value]
    return value
