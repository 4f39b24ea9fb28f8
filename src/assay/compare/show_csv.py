"""`exp show --csv`: the same columns for programs, with every digit and whole times."""

from __future__ import annotations

from assay.compare.cells import exact, significant
from assay.compare.contents import iso_time
from assay.compare.records import Baseline
from assay.compare.show_columns import View, Wording, columns, selected
from assay.typed import TYPE_CHECKING, Iterable, Sequence

if TYPE_CHECKING:
    pass

_MISSING = ""
_QUOTABLE = frozenset('"\r\n')


def as_csv(baselines: Iterable[Baseline], view: View, *, digits: int | None = None) -> str:
    """The table with a header line; lines end in CRLF. `digits` limits floats, if given.

    Raises UnknownSortColumn, AmbiguousSortColumn, BadPattern.
    """
    wording = Wording(significant(digits) if digits else exact, iso_time, _MISSING)
    shown = selected(columns(baselines, view, wording), view, missing=_MISSING)
    rows = zip(*([column.header, *column.cells] for column in shown), strict=True)
    return "".join(map(_line, rows)) or _line(())


def _line(cells: Sequence[str]) -> str:
    """One record. `csv` looks at each letter: it is asked only where one may need quotes."""
    line = ",".join(cells)
    if len(cells) > 1 and line.count(",") == len(cells) - 1 and _QUOTABLE.isdisjoint(line):
        return line + "\r\n"
    import csv  # seldom needed
    import io

    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
