"""`exp save`: the workspace as it is, as an experiment (spec/experiments.md §4)."""

from __future__ import annotations

from assay.data.commit import commit
from assay.experiments.contents import included_files, matching, top_level
from assay.experiments.publish import choose_name, publish
from assay.experiments.references import Experiment, baseline_of
from assay.git.snapshot import check_merged
from assay.git.status import look
from assay.pipeline.lockfile import lock_location
from assay.pipeline.model import Stage
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.typed import NamedTuple

COMMAND = "exp save"


class SaveRequest(NamedTuple):
    """`include`: untracked or ignored paths to take along, as typed in the directory."""

    targets: tuple[str, ...] = ()
    recursive: bool = False
    name: str = ""
    message: str = ""
    force: bool = False
    include: tuple[str, ...] = ()


def save(bench: Workbench, request: SaveRequest) -> Experiment:
    """Commit the data of all stages (or of `targets`), then publish the workspace.

    Raises ExperimentConflict, InvalidName, UnknownTarget, UnmergedFiles before anything is written.
    """
    project = bench.project
    repository = project.git()
    baseline = baseline_of(repository)
    check_merged(repository)
    name = choose_name(repository, baseline, request.name, force=request.force, command=COMMAND)
    stages = _stages(bench, request)
    tracker = Tracker(project, bench.addresses, bench.console, bench.workspace.memory)
    entries = commit(bench, stages, tracker, None)
    status = look(repository, untracked=True)
    left = matching(status.untracked, [project.prefix]) if project.prefix else status.untracked
    chosen = matching(left, map(project.git_path, _forced(bench, stages)))
    # Also files that Git ignores: somebody has named them.
    named = included_files(bench, [*map(bench.addresses.location, request.include)])
    named += map(project.git_path, _top_level(bench))
    belonging = {*chosen, *matching(left, named)}
    _warn(bench, [path for path in left if path not in belonging])
    return publish(
        repository,
        name=name,
        baseline=baseline,
        # As in DVC: the hash is of all stages or of none.
        results={} if request.targets else entries,
        paths=[*chosen, *named],
        message=request.message,
        force=request.force,
        status=status,
    )


def _stages(bench: Workbench, request: SaveRequest) -> list[Stage]:
    if not request.targets:
        return list(bench.pipeline.stages.values())
    found: dict[str, Stage] = {}
    for target in request.targets:
        for item in bench.targets.stages_or_outputs(
            target, bench.graph, recursive=request.recursive
        ):
            found[item.stage.key] = item.stage
    return list(found.values())


def _forced(bench: Workbench, stages: list[Stage]) -> list[str]:
    """Locations that belong to the experiment although they may be new: lock files."""
    return [lock_location(stage.file) for stage in stages if stage.name]


def _top_level(bench: Workbench) -> list[str]:
    root = bench.project.root
    return [path for file in bench.pipeline.files.values() for path in top_level(root, file)]


def _warn(bench: Workbench, left: list[str]) -> None:
    if left:
        bench.console.warning(
            "The following untracked files were present in the workspace before saving but will "
            f"not be included in the experiment commit:\n\t{', '.join(left)}"
        )
