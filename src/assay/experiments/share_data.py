"""The data of experiments, to and from the remotes that it belongs to."""

from __future__ import annotations

from assay.data.fetch import fetch
from assay.data.push import push
from assay.data.transfer import Request
from assay.data.used import Scope, UsedObject
from assay.data.used_history import used_in
from assay.errors import AssayError
from assay.experiments.references import Experiment
from assay.experiments.share import Transfer, commits_of
from assay.pipeline.address import Addresses
from assay.pipeline.workbench import Workbench, workbench_without_stages
from assay.project import Project
from assay.typed import Sequence
from assay.ui.console import Console

_NO_REMOTE = "No remote provided and no default remote set."


def sending(
    project: Project, request: Request, *, addresses: Addresses, console: Console
) -> Transfer:
    """Sends the data of experiments. What has nowhere to go stays, with a word about it."""

    def send(experiments: Sequence[Experiment]) -> int:
        bench = workbench_without_stages(project, addresses, console)
        used = _used(bench, experiments)
        if request.remote is None and project.config.get("core", "remote") is None:
            homeless = [one for one in used if one.remote is None and one.is_pushed]
            if homeless:
                console.note(_NO_REMOTE)
            used = [one for one in used if one.remote is not None]
        return push(bench, used, request).done

    return send


def bringing(
    project: Project, request: Request, *, addresses: Addresses, console: Console
) -> Transfer:
    """Brings the data of experiments into the cache; the workspace stays as it is."""

    def bring(experiments: Sequence[Experiment]) -> int:
        bench = workbench_without_stages(project, addresses, console)
        return fetch(bench, _used(bench, experiments), request).done

    return bring


def _used(bench: Workbench, experiments: Sequence[Experiment]) -> list[UsedObject]:
    commits = commits_of(bench.project.git(), experiments)
    names = {experiment.commit: experiment.name for experiment in experiments}
    objects: dict[UsedObject, None] = {}
    for commit, used in used_in(bench.project, commits, Scope(), bench.addresses):
        if isinstance(used, AssayError):
            name = names.get(commit, commit)
            bench.console.warning(f"the data of '{name}' is unknown: {used.chain()}")
        else:
            objects.update(dict.fromkeys(used.objects))
    return list(objects)
