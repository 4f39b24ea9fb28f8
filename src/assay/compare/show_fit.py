"""Which columns of the table of experiments make room on a narrow terminal, and in which order.

The question of who looks at the table is "which is best, and why": so metrics and parameters that
differ stay longest, in turns and in their order, then when the experiment was made and by whom,
then what is the same everywhere, and at last hashes of dependencies.
"""

from __future__ import annotations

from assay.compare.show_columns import Column
from assay.typed import Collection, Sequence

_SHORT_HASH = 7

_EXPERIMENT, _STATE = "Experiment", "State"
_EXTRA_AFTER = 2
"""Created and Executor give way to the first columns of values, so many of each kind."""


def ways_to_give(columns: Sequence[Column], *, never: Collection[str]) -> list[int]:
    """For each column 0 if it always stays, else how soon it is hidden: the largest first.

    `never` are headers that stay.
    """
    ranks = [_Rank(columns).of(place) for place in range(len(columns))]
    order = sorted(set(ranks))
    return [
        0 if column.header in never or rank == _Rank.STAYS else 1 + order.index(rank)
        for column, rank in zip(columns, ranks, strict=True)
    ]


def with_short_hashes(columns: Sequence[Column]) -> list[Column]:
    """Dependencies with as many digits as people need to see that two are not the same."""
    return [
        column._replace(cells=[cell[:_SHORT_HASH] for cell in column.cells])
        if column.kind == "deps"
        else column
        for column in columns
    ]


class _Rank:
    """Ranks by class, then by place within it."""

    STAYS = (0, 0)

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._varies = [len(set(column.cells)) > 1 for column in columns]

    def of(self, place: int) -> tuple[int, int]:
        """Smaller ones stay longer."""
        column = self._columns[place]
        if column.header in (_EXPERIMENT, _STATE) and column.kind == "fixed":
            return self.STAYS
        if column.kind == "fixed":
            return 1, 2 * _EXTRA_AFTER - 1
        before = range(place)
        same = [i for i in before if self._columns[i].kind == column.kind]
        number = sum(self._varies[i] == self._varies[place] for i in same)
        if column.kind == "deps":
            return (2, number) if self._varies[place] else (4, number)
        if self._varies[place]:
            return 1, 2 * number + (column.kind == "params")
        return 3, 2 * number + (column.kind == "params")
