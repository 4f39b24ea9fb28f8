"""`gc`: remove from the cache what nothing that is kept uses."""

from __future__ import annotations

import os

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.gc import Neighbours
from assay.data.gc import gc as collect_garbage
from assay.data.gc_request import REMOTE, GcRequest, Swept
from assay.data.gc_scope import GcScope, check_scope, phrase
from assay.errors import NotAProject
from assay.project import Project, open_project
from assay.ui.console import Console
from assay.ui.prompt import confirm, confirm_from_stdin

EXAMPLES = {"gc": "example:\n  dvc gc -w -a --all-experiments --dry   # what would go"}


def gc_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("-w", "--workspace", action="store_true", help="keep what the workspace uses; always done")
    add("--rev", default="", metavar="<commit>", help="keep what a commit uses")
    add("-n", "--num", type=int, metavar="<num>", help="and so many of its first parents, itself 1")
    add("-a", "--all-branches", action="store_true", help="keep what the tips of branches use")
    add("-T", "--all-tags", action="store_true", help="keep what tags use")
    add("-A", "--all-commits", action="store_true", help="keep what any commit uses")
    add("--date", default="", metavar="<yyyy-mm-dd>", help="keep what commits since a day use")
    add("--all-experiments", action="store_true", help="keep what experiments use")
    add("--not-in-remote", action="store_true", help="keep only what was not pushed yet")
    add("-c", "--cloud", action="store_true", help="remove from the remote, too")
    add("-r", "--remote", metavar="<name>", help="a remote other than the default")
    add("--skip-failed", action="store_true", help="pass over commits that cannot be read")
    add("-f", "--force", action="store_true", help="do not ask")
    add("-j", "--jobs", type=int, metavar="<number>", help="questions to a remote at a time")
    add("-p", "--projects", nargs="*", default=[], metavar="<paths>", help="keep what these use")
    add("--dry", action="store_true", help="only tell what would be removed")


def gc(arguments: Arguments, session: Session) -> int:
    """Warn, ask, remove, and say how much it was (spec/data.md §10)."""
    project, console = session.project, session.console
    scope = GcScope(
        workspace=arguments.workspace,
        all_branches=arguments.all_branches,
        all_tags=arguments.all_tags,
        all_commits=arguments.all_commits,
        all_experiments=arguments.all_experiments,
        since=arguments.date,
        revision=arguments.rev,
        depth=arguments.num,
    )
    check_scope(scope, cloud=arguments.cloud, not_in_remote=arguments.not_in_remote)
    request = GcRequest(
        scope,
        cloud=arguments.cloud,
        not_in_remote=arguments.not_in_remote,
        remote=arguments.remote,
        jobs=arguments.jobs,
        skip_failed=arguments.skip_failed,
        dry=arguments.dry,
    )
    console.warning(_warning(request, arguments.projects))
    is_agreed = arguments.force or arguments.dry
    if not is_agreed and not confirm_from_stdin("Are you sure you want to proceed?", console):
        return 1
    neighbours = Neighbours(
        [_project(path, session) for path in arguments.projects], lambda: _sandboxes(session)
    )

    def may_lose(question: str) -> bool:
        return is_agreed or confirm(question, console)

    for swept in collect_garbage(project, neighbours, request, console=console, confirm=may_lose):
        _report(swept, console, is_dry=arguments.dry)
    return 0


def _warning(request: GcRequest, projects: list[str]) -> str:
    pushed = " that are not present in the DVC remote" if request.not_in_remote else ""
    where = " of the current repo."
    if projects:
        names = "".join(f"\n  - {os.path.abspath(path)}" for path in projects)
        where = f" of the current and the following repos:{names}"
    kept = phrase(request.scope)
    return f"This will remove all cache except items used in {kept}{pushed}{where}"


def _project(path: str, session: Session) -> Project:
    """Another project by its path. Raises NotAProject."""
    if not os.path.isdir(os.path.join(session.directory, path)):
        raise NotAProject(f"directory '{path}' does not exist")
    return open_project(os.path.join(session.directory, path), session.environ)


def _sandboxes(session: Session) -> list[Project]:
    """The projects in which experiments of this one run now."""
    from assay.experiments.occupants import occupants  # not for all of its options

    return [
        open_project(os.path.join(occupant.tree, session.project.prefix), session.environ)
        for occupant in occupants(session.project)
    ]


def _report(swept: Swept, console: Console, *, is_dry: bool) -> None:
    if is_dry:
        for path in swept.paths:
            console.info(f"Removing {path}")
    count = len(swept.paths)
    if swept.place == REMOTE:
        console.info(
            f"Removed {count} objects from remote."
            if count
            else "No unused cache to remove from remote."
        )
    elif count:
        console.info(f"Removed {count} objects from {swept.place} cache.")
    else:
        console.info(f"No unused '{swept.place}' cache to remove.")
