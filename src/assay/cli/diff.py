"""`diff`: compare tracked data between two revisions, or a revision and the workspace."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.diff import NOT_IN_CACHE, STATES, Report, data_diff
from assay.data.sides import WORKSPACE, DiffRequest, find_sides
from assay.errors import AssayError, ConfigError, FileProblem, NotAProject, UnexpectedError
from assay.typed import Any, NamedTuple
from assay.ui.style import style_for

EXAMPLES = {
    "diff": """\
examples:
  dvc diff                             # data since the last commit
  dvc diff v1.0 main --targets data/raw""",
}

_HEAD = "HEAD"
_DIGITS = 8
_COLOURS = {"added": "added", "deleted": "missing", "renamed": "added"}


def diff_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("a_rev", nargs="?", default=_HEAD, metavar="A", help="revision before, HEAD by default")
    add("b_rev", nargs="?", metavar="B", help="revision after, the workspace by default")
    add("--targets", nargs="*", default=[], metavar="<paths>", help="compare only these")
    add("--json", action="store_true", help="print JSON")
    add("--show-hash", action="store_true", help="show hashes")
    add("--md", action="store_true", help="print a Markdown table")
    add("--hide-missing", action="store_true", help="leave out what the cache lacks")


def diff(arguments: Arguments, session: Session) -> int:
    """Compare and print (spec/data.md §11). Takes no lock."""
    try:
        report = _compare(arguments, session)
    except FileProblem as error:
        error.exit_code = 1
        raise
    except (ConfigError, NotAProject, UnexpectedError):
        raise
    except AssayError as error:
        text = f"failed to get diff - {error.chain()}"
        raise AssayError(text, hint=error.hint, exit_code=1) from None
    if isinstance(report, list):
        return _print_unreadable(report, arguments, session)
    hide_missing = bool(arguments.b_rev) or arguments.hide_missing
    if hide_missing:
        report.pop(NOT_IN_CACHE, None)
    if arguments.json:
        from assay import quick_json

        session.console.result(quick_json.dumps(_for_json(report, arguments.show_hash)))
    elif arguments.md:
        _print_table(report, arguments.show_hash, session)
    else:
        _print_text(report, arguments.show_hash, session)
    return 0


class _Unreadable(NamedTuple):
    """A commit with broken files: what of it differs from another, nobody can tell."""

    rev: str
    type: str
    msg: str


def _compare(arguments: Arguments, session: Session) -> Report | list[_Unreadable]:
    repository = session.project.git()
    if repository.head_commit() is None:
        return {}
    names = (arguments.a_rev or _HEAD, arguments.b_rev or WORKSPACE)
    old, new = (_place(session, name) for name in names)
    if old == new:
        return {}
    request = DiffRequest(old, new, tuple(arguments.targets))
    sides = find_sides(session.project, request, session.addresses, session.console)
    if isinstance(sides.old, AssayError) or isinstance(sides.new, AssayError):
        pairs = zip(names, (sides.old, sides.new), strict=True)
        return [_unreadable(name, side) for name, side in pairs if isinstance(side, AssayError)]
    report = data_diff(sides.old, sides.new, sides.view, with_missing=not arguments.b_rev)
    sides.view.save()
    return report


def _unreadable(rev: str, error: AssayError) -> _Unreadable:
    from assay.compare.failures import failure_of  # commits are seldom broken

    return _Unreadable(rev, *failure_of(error))


def _place(session: Session, name: str) -> str:
    """The workspace, or the commit that a revision or an experiment means."""
    if name == WORKSPACE:
        return name
    repository = session.project.git()
    if name == _HEAD:
        return repository.resolve(name)
    from assay.compare.revisions import resolve  # experiments' names, when HEAD is not enough

    return resolve(repository, [name])[0]


def _for_json(report: Report, show_hash: bool) -> Report:
    if show_hash:
        return report
    return {state: [{"path": row["path"]} for row in rows] for state, rows in report.items()}


def _print_text(report: Report, show_hash: bool, session: Session) -> None:
    console = session.console
    paint = style_for(console.out)
    counts = []
    for state in STATES:
        rows = report.get(state)
        if not rows:
            continue
        console.info(f"{paint(state.capitalize(), _COLOURS.get(state, 'changed'))}:")
        for row in rows:
            digest = f"{_digest(row['hash'])}  " if show_hash else ""
            console.info(f"    {digest}{_path(row)}")
        console.info()
        files = sum(not _path(row).endswith("/") for row in rows)
        if files:
            counts.append(f"{files} {state}")
    if counts:
        console.info(f"files summary: {', '.join(counts)}")


def _print_table(report: Report, show_hash: bool, session: Session) -> None:
    from assay.ui.table import Table, as_markdown  # not for plain text and JSON

    rows = [
        [state, *([_digest(row["hash"])] if show_hash else []), _path(row)]
        for state in STATES
        for row in report.get(state, [])
    ]
    headers = ["Status", *(["Hash"] if show_hash else []), "Path"]
    session.console.info(as_markdown(Table(rows, headers)))


def _print_unreadable(commits: list[_Unreadable], arguments: Arguments, session: Session) -> int:
    """Say why there is nothing to compare. No mistake of the user's: commits stay as they are."""
    if arguments.json:
        from assay.cli.json_output import print_json  # as a client knows it of `plots diff`

        print_json({"errors": [commit._asdict() for commit in commits]}, session.console)
        return 0
    for commit in commits:
        session.console.warning(f"failed to load data in revision '{commit.rev}', {commit.msg}")
    if arguments.md:
        from assay.ui.table import Table, as_markdown  # not for plain text

        rows = [["error", f"{commit.rev}: {commit.msg}"] for commit in commits]
        session.console.info(as_markdown(Table(rows, ["Status", "Path"])))
    return 0


def _path(row: dict[str, Any]) -> str:
    path = row["path"]
    return f"{path['old']} -> {path['new']}" if isinstance(path, dict) else str(path)


def _digest(value: str | dict[str, str]) -> str:
    if isinstance(value, dict):
        return f"{value['old'][:_DIGITS]}..{value['new'][:_DIGITS]}"
    return value[:_DIGITS]
