"""Parameters and metrics of one state, by names as seen from a directory: for programs."""

from __future__ import annotations

from contextlib import contextmanager

from assay.compare.readings import Files
from assay.compare.revision_snapshots import RevisionSnapshots
from assay.compare.revisions import resolve
from assay.compare.sections import sections
from assay.compare.selection import select
from assay.compare.snapshots import Snapshot
from assay.compare.workspace_snapshot import WorkspaceSnapshot
from assay.errors import AssayError
from assay.pipeline.address import Addresses
from assay.pipeline.load import Pipeline
from assay.pipeline.targets import Targets
from assay.project import Project
from assay.typed import Iterator, Sequence
from assay.ui.console import Silence


def params_at(
    project: Project,
    addresses: Addresses,
    revision: str | None,
    *,
    files: Sequence[str] = (),
    stages: Sequence[str] = (),
    deps_only: bool = False,
) -> Files:
    """File → parameters, in the workspace or at `revision`; only tracked ones of `stages`.

    Raises UnknownRevision, UnknownStage, and for a broken pipeline.
    """
    with state_at(project, revision) as state:
        locations = [addresses.location(path) for path in files]
        if not stages:
            return state.params(locations, tracked_only=deps_only)
        targets = Targets(state.pipeline, addresses, Silence().warning)
        chosen = {stage.key: stage for name in stages for stage in targets.stages(name)}
        wanted = sections(Pipeline(chosen, {}, {}), project.root).tracked_params
        found = state.params([path for path in wanted if not locations or path in locations])
        return {
            path: content if (keys := wanted[path]) is None else select(content, keys)
            for path, content in found.items()
        }


def metrics_at(
    project: Project, addresses: Addresses, revision: str | None, *, files: Sequence[str] = ()
) -> Files:
    """File → metrics. Raises as `params_at`."""
    with state_at(project, revision) as state:
        return state.metrics([addresses.location(path) for path in files])


@contextmanager
def state_at(project: Project, revision: str | None) -> Iterator[Snapshot]:
    """The workspace, or the commit that `revision` means. Raises UnknownRevision."""
    if revision is None:
        with WorkspaceSnapshot(project, Silence()) as state:
            yield state
        return
    [commit] = resolve(project.git(), [revision])
    with RevisionSnapshots(project) as snapshots:
        [(_, found)] = snapshots.of([commit])
        if found is None:
            raise AssayError(f"there is no project at revision '{revision}'")
        yield found
