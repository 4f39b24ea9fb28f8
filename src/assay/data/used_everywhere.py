"""Which objects a project uses: here and, if that is asked for, in history."""

from __future__ import annotations

from assay.data.used import History, Scope, Used, UsedObject, select, used_objects
from assay.errors import AssayError
from assay.pipeline.workbench import Workbench
from assay.typed import Iterator

WORKSPACE = "workspace"


def used_everywhere(
    bench: Workbench, scope: Scope, history: History
) -> Iterator[tuple[str, Used | AssayError]]:
    """The workspace and each commit of `history` with what it uses, or why that cannot be told."""
    try:
        found = select(bench.pipeline, scope, bench.addresses)
        yield WORKSPACE, used_objects(bench.pipeline, found)
    except AssayError as error:
        yield WORKSPACE, error
    if any(history):
        # A dozen modules that most commands do without.
        from assay.data.used_history import commits_of, used_in

        names = commits_of(bench.project.git(), history)
        for commit, used in used_in(bench.project, list(names), scope, bench.addresses):
            yield names[commit], used


def used_as_far_as_known(bench: Workbench, scope: Scope, history: History) -> list[UsedObject]:
    """All objects that can be told, each once; warns about commits that cannot be read.

    Raises the last problem if there was nothing else.
    """
    objects: dict[UsedObject, None] = {}
    problem: AssayError | None = None
    is_known = False
    for name, used in used_everywhere(bench, scope, history):
        if isinstance(used, AssayError):
            bench.console.warning(f"failed to collect '{name}', skipping")
            problem = used
        else:
            objects.update(dict.fromkeys(used.objects))
            is_known = True
    if problem is not None and not is_known:
        raise problem
    return list(objects)
