"""`fsck`: check that everything that was recorded is there, and whole."""

from __future__ import annotations

import os

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.fsck import Needs, inspect_run, load_each, run_files
from assay.pipeline.workspace import Workspace
from assay.project import Project
from assay.store.inspection import (
    DAMAGED,
    MISSING,
    NOTE,
    Problem,
    StoredObject,
    inspect,
    stored_objects,
    strangers,
)
from assay.typed import Iterator
from assay.ui.console import Console
from assay.ui.progress import Progress
from assay.workers import in_parallel

EXAMPLES = {
    "fsck": """\
example:
  dvc fsck
exit codes:
  0  everything is whole
  1  something is damaged
  3  nothing is damaged, but the cache lacks data that was recorded"""
}
_SOUND, _HAS_DAMAGE, _LACKS_DATA = 0, 1, 3
_NOTES = 20
_ADVICE = {
    DAMAGED: "delete a damaged object and get it again: `dvc fetch` brings it from a remote, "
    "`dvc repro` makes it anew",
    MISSING: "`dvc fetch` brings what a remote has",
}


def fsck_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("--deep", action="store_true", help="read all bytes of all objects")
    options.add_argument("--json", action="store_true", help="print JSON")


def fsck(arguments: Arguments, session: Session) -> int:
    """Look at everything, and tell. Changes nothing, takes no lock."""
    project, console = session.project, session.console
    workspace = Workspace(project)
    checked: dict[str, int] = {}
    problems = list(_objects(workspace, console, checked, deep=arguments.deep))
    problems += _runs(workspace, checked)
    problems += _records(project, workspace, checked)
    problems.sort(key=lambda problem: (DAMAGED, MISSING, NOTE).index(problem.severity))
    if arguments.json:
        from assay import quick_json

        rows = [problem._asdict() for problem in problems]
        console.result(quick_json.dumps({"checked": checked, "problems": rows}))
    else:
        _print(problems, checked, session)
    severities = {problem.severity for problem in problems}
    if DAMAGED in severities:
        return _HAS_DAMAGE
    return _LACKS_DATA if MISSING in severities else _SOUND


def _objects(
    workspace: Workspace, console: Console, checked: dict[str, int], *, deep: bool
) -> Iterator[Problem]:
    """What is wrong with the objects of both halves of the cache."""
    caches = (workspace.cache, workspace.legacy_cache)
    items = [item for cache in caches for item in stored_objects(cache)]
    checked["objects"] = len(items)

    def look(item: StoredObject) -> list[Problem]:
        return list(inspect(item, deep=deep))

    # Without `deep` most objects are only asked for their mode: threads would only cost.
    found = in_parallel(look, items, jobs=os.cpu_count() if deep else 1)
    with Progress(console, "Checking objects", total=len(items)) as progress:
        for problems in found:
            yield from problems
            progress.advance()
    for cache in caches:
        yield from strangers(cache)


def _runs(workspace: Workspace, checked: dict[str, int]) -> list[Problem]:
    files = run_files(workspace.cache.top)
    checked["runs"] = len(files)
    return [problem for path in files for problem in inspect_run(path)]


def _records(project: Project, workspace: Workspace, checked: dict[str, int]) -> list[Problem]:
    """What is wrong with stage files, lock files and experiments, and with what they recorded."""
    pipeline, problems = load_each(workspace)
    needs = Needs(workspace)
    needs.add(pipeline)
    experiments = 0
    if project.repository is not None:
        from assay.experiments.inspection import inspect_experiments  # only with Git

        experiments, more = inspect_experiments(project, needs)
        problems += more
    checked["records"] = needs.count
    checked["experiments"] = experiments
    return [*problems, *needs.problems, *needs.check()]


def _print(problems: list[Problem], checked: dict[str, int], session: Session) -> None:
    console = session.console
    notes = [problem for problem in problems if problem.severity == NOTE]
    for problem in [one for one in problems if one.severity != NOTE] + notes[:_NOTES]:
        console.info(f"{problem.severity}: {_shown(problem, session)}: {problem.message}")
    if len(notes) > _NOTES:
        console.info(f"… and {len(notes) - _NOTES} more notes")
    what = ", ".join(f"{count} {noun}" for noun, count in checked.items())
    counts = {word: sum(one.severity == word for one in problems) for word in (DAMAGED, MISSING)}
    bad = [f"{count} {word}" for word, count in counts.items() if count]
    console.info(f"Checked {what}: {', '.join(bad) or 'nothing is wrong'}.")
    for word, count in counts.items():
        if count:
            console.note(f"hint: {_ADVICE[word]}")


def _shown(problem: Problem, session: Session) -> str:
    """The file as seen from here, or the name of what has none."""
    if not problem.path:
        return problem.name
    return session.addresses.path(session.addresses.location(problem.path))
