"""`data status`: what happened to tracked data since HEAD, and in the workspace."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.changes import DataChange
from assay.data.commit_contents import Contents, contents_of
from assay.data.scope import DataScope
from assay.data.status import (
    DataStatus,
    Groups,
    data_status,
    meant_outputs,
)
from assay.data.view import DataView
from assay.git.ignored import untracked
from assay.pipeline.targets import UnknownStage
from assay.pipeline.workbench import Workbench, open_workbench
from assay.project import Project
from assay.typed import Iterator, Sequence
from assay.ui.style import style_for

EXAMPLES = {
    "data status": """\
examples:
  dvc data status --granular           # which files of tracked directories changed
  dvc data status --json --unchanged""",
}

_SECTIONS = {
    "not_in_cache": ("Not in cache", "missing", ['use "dvc fetch <file>..." to download files']),
    "not_in_remote": ("Not in remote", "missing", ['use "dvc push <file>..." to upload files']),
    "committed": (
        "DVC committed changes",
        "added",
        ["git commit the corresponding dvc files to update the repo"],
    ),
    "uncommitted": (
        "DVC uncommitted changes",
        "changed",
        [
            'use "dvc commit <file>..." to track changes',
            'use "dvc checkout <file>..." to discard changes',
        ],
    ),
    "untracked": (
        "Untracked files",
        "untracked",
        ['use "git add <file> ..." or "dvc add <file>..." to commit to git or to dvc'],
    ),
    "unchanged": ("DVC unchanged files", "", []),
}
"""Key of the JSON form → title, colour and advice of the section (spec/data.md §12)."""

Report = dict[str, Sequence[object] | dict[str, list[object]]]


def status_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("targets", nargs="*", help="tracked files or directories, .dvc files, stages; else all")
    add("--json", action="store_true", help="print JSON")
    add("--granular", action="store_true", help="show the files in tracked directories")
    add("--unchanged", action="store_true", help="show what did not change, too")
    add(
        "--untracked-files",
        nargs="?",
        choices=["no", "all"],
        default="no",
        const="all",
        help="show files that neither Git nor DVC tracks",
    )
    add("--not-in-remote", action="store_true", help="show what was not pushed")
    add("-r", "--remote", metavar="<name>", help="the remote that --not-in-remote looks at")
    add("--no-remote-refresh", action="store_true", help="of no effect: the remote is always asked")


def status(arguments: Arguments, session: Session) -> int:
    """Look and print (spec/data.md §12). Takes no lock."""
    bench = open_workbench(session.project, session.addresses, session.console)
    locations = _locations(bench, arguments.targets) if arguments.targets else None
    scope = DataScope(granular=arguments.granular, locations=locations)
    view = DataView(bench.workspace)
    head = _head(session.project)
    found = data_status(bench.pipeline, head, view, scope, unchanged=arguments.unchanged)
    report: Report = {"not_in_cache": found.not_in_cache}
    if arguments.not_in_remote:
        report["not_in_remote"] = _not_in_remote(bench, arguments.remote, view, scope)
    report |= _changes(found)
    if arguments.untracked_files == "all":
        report["untracked"] = _untracked(session, arguments.targets)
    if arguments.unchanged:
        report["unchanged"] = found.unchanged
    bench.workspace.save()
    report = {key: section for key, section in report.items() if section}
    if arguments.json:
        from assay import quick_json

        session.console.result(quick_json.dumps(report))
    else:
        _print(report, session, has_untracked=arguments.untracked_files == "all")
    return 0


def _head(project: Project) -> Contents | None:
    """What HEAD recorded: nothing before the first commit; None without Git."""
    if project.repository is None:
        return None
    commit = project.repository.head_commit()
    return {} if commit is None else contents_of(project, [commit])[0]


def _locations(bench: Workbench, targets: Sequence[str]) -> Iterator[str]:
    """Where the targets are: stages and .dvc files stand for what they write."""
    for target in targets:
        try:
            stages = bench.targets.stages(target)
        except UnknownStage:
            yield bench.addresses.location(target)
        else:
            yield from (output.location for stage in stages for output in stage.outputs)


def _not_in_remote(
    bench: Workbench, remote: str | None, view: DataView, scope: DataScope
) -> list[str]:
    from assay.data.remote import not_in_remote  # remotes are rarely asked for

    outputs = meant_outputs(bench.pipeline, scope)
    return not_in_remote(outputs, scope, view, config=bench.project.config, remote=remote)


def _changes(found: DataStatus) -> Report:
    return {"committed": _states(found.committed), "uncommitted": _states(found.uncommitted)}


def _states(groups: Groups) -> dict[str, list[object]]:
    return {state: [_row(change) for change in changes] for state, changes in groups.items()}


def _row(change: DataChange) -> object:
    if change.old is not None and change.new is not None and change.old.path != change.new.path:
        return {"old": change.old.shown, "new": change.new.shown}
    return change.shown


def _untracked(session: Session, targets: Sequence[str]) -> list[str]:
    """Files that Git does not know, as seen from the directory; only those at `targets`, if any."""
    project = session.project
    if project.repository is None:
        return []
    places = [session.addresses.location(target) for target in targets]
    skip = len(project.prefix) + 1 if project.prefix else 0
    found = (path[skip:] for path in untracked(project.repository, project.prefix))
    return [
        session.addresses.path(path)
        for path in found
        if not places or any(path == place or path.startswith(place + "/") for place in places)
    ]


def _print(report: Report, session: Session, *, has_untracked: bool) -> None:
    console = session.console
    repository = session.project.repository
    if not report:
        is_empty = repository is not None and repository.head_commit() is None
        console.info("No changes in an empty git repo." if is_empty else "No changes.")
    paint = style_for(console.out)
    for number, (key, section) in enumerate(report.items()):
        title, colour, advice = _SECTIONS[key]
        if number:
            console.info()
        console.info(f"{title}:")
        for line in advice:
            console.info(f"  ({line})")
        rows = "\n".join(f"        {row}" for row in _rows(section))
        console.info(paint(rows, colour) if colour else rows)
    if repository is not None and console.level >= 0:
        dirty = repository.is_dirty() or (has_untracked and bool(untracked(repository)))
        other = "other " if report else ""
        if dirty:
            text = f'(there are {other}changes not tracked by dvc, use "git status" to see)'
            console.info(paint(text, "note"))


def _rows(section: Sequence[object] | dict[str, list[object]]) -> Iterator[str]:
    if not isinstance(section, dict):
        yield from map(str, section)
        return
    for state, rows in section.items():
        for row in rows:
            shown = " -> ".join(row.values()) if isinstance(row, dict) else row
            yield f"{state}: {shown}"
