"""`exp show`: which revisions make a row, in which order, with their values on one level."""

from __future__ import annotations

from assay.compare.contents import Contents
from assay.compare.leaves import leaves
from assay.compare.readings import Failure, Files
from assay.compare.records import Baseline, Executor, Experiment, Revision
from assay.errors import AssayError
from assay.typed import Iterable, Mapping, NamedTuple, Sequence

Values = Mapping[str, "dict[str, object] | Failure"]
"""File → dotted key → value, or why the file could not be read."""


class Row(NamedTuple):
    """One revision. `executor` is None for baselines and for plain experiments."""

    revision: Revision
    metrics: Values
    params: Values
    executor: Executor | None = None
    is_experiment: bool = False
    """False for baselines."""


class Group(NamedTuple):
    """A baseline and its experiments."""

    baseline: Row
    experiments: Sequence[Row]

    @property
    def rows(self) -> list[Row]:
        """The baseline first."""
        return [self.baseline, *self.experiments]


class Names(NamedTuple):
    """File → the keys found in it in any revision; both in the order they were first met."""

    metrics: Mapping[str, Iterable[str]]
    params: Mapping[str, Iterable[str]]


class SortColumn(NamedTuple):
    """A metric or parameter to sort by. `section` is `metrics` or `params`."""

    section: str
    file: str
    key: str


class UnknownSortColumn(AssayError):
    """`--sort-by` names nothing that is shown."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Unknown sort column '{name}'")


class AmbiguousSortColumn(AssayError):
    """`--sort-by` names several columns."""

    def __init__(self, name: str, found: Iterable[SortColumn]) -> None:
        matches = ", ".join(f"{column.file}:{column.key}" for column in found)
        super().__init__(f"Ambiguous sort column '{name}' matched '{matches}'")


def groups(baselines: Iterable[Baseline]) -> list[Group]:
    """The rows of each baseline, in the order given."""
    return [
        Group(_row(baseline.revision), [_experiment_row(item) for item in baseline.experiments])
        for baseline in baselines
    ]


def names(found: Iterable[Group]) -> Names:
    """All keys of all metrics and parameter files. Files that are one value have none."""
    rows = [row for group in found for row in group.rows]
    return Names(_keys(row.metrics for row in rows), _keys(row.params for row in rows))


def sort_column(name: str, known: Names) -> SortColumn:
    """The column that `name`, as `[FILE:]KEY`, means.

    Raises UnknownSortColumn or AmbiguousSortColumn (spec/experiments.md §5.1).
    """
    columns = [
        SortColumn(section, file, key)
        for section, files in zip(Names._fields, known, strict=True)
        for file, keys in files.items()
        for key in keys
    ]
    name = name.removeprefix(":")
    found = [column for column in columns if f"{column.file}:{column.key}" == name]
    found = found or [column for column in columns if column.key == name]
    if not found:
        raise UnknownSortColumn(name)
    if len(found) > 1:
        raise AmbiguousSortColumn(name, found)
    return found[0]


def sorted_group(group: Group, column: SortColumn, *, descending: bool = False) -> Group:
    """`group` with its experiments by one value: numbers, then texts, then those without.

    Equal ones keep their order. `descending` turns the whole order around.
    """

    def rank(row: Row) -> tuple[int, float, str]:
        return _rank(_value(row, column))

    return group._replace(experiments=sorted(group.experiments, key=rank, reverse=descending))


def _experiment_row(experiment: Experiment) -> Row:
    return _row(experiment.revision)._replace(executor=experiment.executor, is_experiment=True)


def _row(revision: Revision) -> Row:
    contents = revision.contents or Contents()
    return Row(revision, _values(contents.metrics), _values(contents.params))


def _values(files: Files) -> Values:
    return {
        file: leaves(content) if isinstance(content, dict) else content
        for file, content in files.items()
        if isinstance(content, dict | Failure)
    }


def _keys(tables: Iterable[Values]) -> dict[str, dict[str, None]]:
    keys: dict[str, dict[str, None]] = {}
    for values in tables:
        for file, found in values.items():
            known = keys.setdefault(file, {})
            if not isinstance(found, Failure):
                known.update(dict.fromkeys(found))
    return keys


def _value(row: Row, column: SortColumn) -> object:
    values = row.metrics if column.section == "metrics" else row.params
    found = values.get(column.file)
    return found.get(column.key) if isinstance(found, dict) else None


def _rank(value: object) -> tuple[int, float, str]:
    if isinstance(value, int | float) and value == value:
        return 0, value, ""
    if value is None or value != value:
        return 2, 0, ""
    return 1, 0, str(value)
