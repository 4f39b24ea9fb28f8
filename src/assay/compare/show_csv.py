"""`exp show --csv`: the same columns for programs, with every digit and whole times."""

from __future__ import annotations

from collections.abc import Iterable

from assay.compare.cells import exact, significant
from assay.compare.records import Baseline
from assay.compare.show_columns import View, Wording, columns, selected
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_MISSING = ""


def as_csv(baselines: Iterable[Baseline], view: View, *, digits: int | None = None) -> str:
    """The table with a header line; lines end in CRLF. `digits` limits floats, if given.

    Raises UnknownSortColumn, AmbiguousSortColumn, BadPattern.
    """
    import csv  # only this output needs it
    import io

    wording = Wording(significant(digits) if digits else exact, _iso_time, _MISSING)
    shown = selected(columns(baselines, view, wording), view, missing=_MISSING)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.header for column in shown])
    writer.writerows(zip(*(column.cells for column in shown), strict=True))
    return text.getvalue()


def _iso_time(moment: datetime) -> str:
    return moment.isoformat()
