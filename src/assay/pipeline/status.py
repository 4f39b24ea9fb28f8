"""`status`: what changed, stage by stage, as data and as text (spec/pipelines.md §9)."""

from __future__ import annotations

from itertools import chain

from assay.pipeline.changes import (
    ALWAYS,
    CHECKSUM,
    COMMAND,
    DEPENDENCY,
    NEW,
    OUTPUT,
    PARAMS,
    UPDATE_AVAILABLE,
    Change,
    changes,
)
from assay.pipeline.model import Stage, is_from_repository
from assay.pipeline.present import WorkspacePresent
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench
from assay.typed import TYPE_CHECKING, Any, Iterable, Iterator

if TYPE_CHECKING:
    from assay.pipeline.explain import Reason

Report = dict[str, list[Any]]
"""Stage address → groups of changes, exactly as `status --json` prints them."""


def status(bench: Workbench, found: Iterable[Found], *, updates: bool = True) -> Report:
    """The changed stages among `found`, in their order.

    Without `updates` the sources of frozen imports are not asked whether they have something newer.
    """
    present = bench.present()
    report: Report = {}
    for stage, changed in _changed(bench, found, present, updates=updates):
        report[bench.addresses.stage(stage)] = _groups(bench, changed)
    return report


def explained(
    bench: Workbench, found: Iterable[Found], *, updates: bool = True
) -> dict[str, list[Reason]]:
    """Stage address → all reasons to run it, with what was and what is."""
    from assay.pipeline.explain import explain  # only for `--explain` and `-v`

    present = bench.present()
    reasons: dict[str, list[Reason]] = {}
    for stage, changed in _changed(bench, found, present, updates=updates):
        entry = bench.pipeline.entry(stage)
        address = bench.addresses.stage(stage)
        reasons[address] = explain(stage, entry, changed, present, bench.addresses)
    return reasons


def _changed(
    bench: Workbench, found: Iterable[Found], present: WorkspacePresent, *, updates: bool
) -> Iterator[tuple[Stage, list[Change]]]:
    """The stages that changed; of one that is asked for by an output only that output counts."""
    for stage, location in found:
        can_ask = is_from_repository(stage) or (stage.frozen and stage.has_versioned_source)
        if stage.frozen and not can_ask:
            address = bench.addresses.stage(stage)
            bench.console.warning(
                f"stage: '{address}' is frozen. Its dependencies are not going to be shown in "
                "the status output."
            )
        found_changes = changes(stage, bench.pipeline.entry(stage), present)
        if can_ask and (updates or not stage.frozen):
            from assay.pipeline.upstream import updates as newer  # over networks

            found_changes = chain(newer(bench, stage), found_changes)
        changed = [
            change
            for change in found_changes
            if change.subject != OUTPUT or location in (None, change.location)
        ]
        if changed:
            yield stage, changed


def _groups(bench: Workbench, changed: list[Change]) -> list[Any]:
    dependencies: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    words: list[str] = []
    for change in changed:
        is_path = change.state != UPDATE_AVAILABLE
        path = bench.addresses.path(change.location) if is_path else change.location
        if change.subject == OUTPUT:
            outputs[path] = change.state
        elif change.subject == DEPENDENCY:
            dependencies[path] = change.state
        elif change.subject == PARAMS:
            dependencies[path] = _param_states(change)
        else:
            words.append(_WORDS[change.subject])
    groups: list[Any] = []
    if dependencies:
        groups.append({"changed deps": dependencies})
    if outputs:
        groups.append({"changed outs": outputs})
    return groups + sorted(words)


_WORDS = {COMMAND: "changed command", ALWAYS: "always changed", CHECKSUM: "changed checksum"}


def _param_states(change: Change) -> str | dict[str, str]:
    if not change.params or change.state == NEW:
        return change.state
    return {param.key: param.state for param in change.params}


def report_lines(report: Report) -> list[str]:
    """The report for people."""
    lines: list[str] = []
    for address, groups in report.items():
        lines.append(f"{address}:")
        for group in groups:
            if isinstance(group, str):
                lines.append(f"\t{group}")
            else:
                for title, items in group.items():
                    lines.append(f"\t{title}:")
                    lines += _item_lines(items)
    return lines


def explained_lines(reasons: dict[str, list[Reason]]) -> list[str]:
    """The reasons for people."""
    from assay.pipeline.explain import reason_lines  # as above

    lines: list[str] = []
    for address, found in reasons.items():
        lines += [f"{address}:", *reason_lines(found)]
    return lines


def _item_lines(items: dict[str, Any]) -> list[str]:
    lines = []
    for path, state in items.items():
        if isinstance(state, dict):
            lines.append(f"\t\t{path}:")
            lines += [f"\t\t\t{word + ':':<20}{key}" for key, word in state.items()]
        else:
            lines.append(f"\t\t{state + ':':<20}{path}")
    return lines
