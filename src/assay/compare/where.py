"""`exp show --where`: the rows of which a condition is true."""

from __future__ import annotations

from assay.compare.condition import Condition
from assay.compare.records import Baseline
from assay.compare.show_columns import short
from assay.compare.show_rows import Group, Row, Values, groups, names
from assay.typed import Iterable, Mapping, Sequence


def matching(baselines: Iterable[Baseline], texts: Sequence[str]) -> list[Baseline]:
    """The rows for which all `texts` are true, and the baselines of experiments for which they are.

    Raises BadCondition, also for a name that no row has.
    """
    given = list(baselines)
    found = groups(given)
    known = names(found)
    dependencies = {"": dict.fromkeys(path for group in found for path in _dependencies(group))}
    sections = {**known._asdict(), "deps": dependencies}
    conditions = [Condition(text, sections) for text in texts]

    def holds(row: Row) -> bool:
        return all(condition.holds(_plain_names(row), _sections(row)) for condition in conditions)

    kept: list[Baseline] = []
    for baseline, group in zip(given, found, strict=True):
        pairs = zip(baseline.experiments, group.experiments, strict=True)
        experiments = [experiment for experiment, row in pairs if holds(row)]
        if experiments or holds(group.baseline):
            kept.append(baseline._replace(experiments=experiments))
    return kept


def _sections(row: Row) -> Mapping[str, Values]:
    contents = row.revision.contents
    deps: dict[str, object] = {}
    if contents is not None:
        deps = {path: item.hash for path, item in contents.deps.items()}
    return {"metrics": row.metrics, "params": row.params, "deps": {"": deps}}


def _plain_names(row: Row) -> dict[str, object]:
    rev, name, contents, _ = row.revision
    executor = row.executor
    return {
        "name": name or short(rev),
        "rev": short(rev),
        "state": executor.state.capitalize() if executor else None,
        "executor": executor.name.capitalize() if executor and executor.name else None,
        "created": contents.iso_time if contents else None,
    }


def _dependencies(group: Group) -> Iterable[str]:
    for row in group.rows:
        if row.revision.contents is not None:
            yield from row.revision.contents.deps
