"""What commands have replaced in the workspace, kept so that `undo` can bring it back.

Each entry is a commit under `refs/assay/undo/<work tree>/<number>`; what `undo` itself replaced is
under `refs/assay/redo/` in the same way. Its tree is the work tree before the command, its parents
are HEAD of that time and the commit that was put in its place. Its message is a line for people,
an empty line, and JSON:

    {"command": "exp apply one", "project": "", "workspace": "<commit>",
     "outputs": {"model.pt": {"md5": "<object>", "isexec": true, "own": true}}}

`outputs` are those whose content no record in the tree knows. It is in the cache, and listed in a
.dvc file too, in a commit under `refs/assay/unsaved/`, so that `gc` keeps it. Only the newest LIMIT
entries stay. Deleting such references costs no more than the way back.
"""

from __future__ import annotations

from assay import quick_json
from assay.experiments.references import workspace_experiment
from assay.git import refs
from assay.git.commits import commit, tree_of_file
from assay.git.objects import Commit
from assay.git.refs import Change
from assay.git.repository import Repository
from assay.project import Project
from assay.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

UNDO, REDO = "undo", "redo"
UNSAVED = "unsaved"
LIMIT = 20


class KeptOutput(NamedTuple):
    """The object that an output held. `is_own`: the user made it, no run and no checkout did."""

    md5: str
    is_executable: bool = False
    is_own: bool = False


class Entry(NamedTuple):
    """One replaced state of the workspace.

    `command` is what replaced it, `replaced_by` the commit of what came, `made_at` in seconds since
    1970. `project` is the project's folder in the repository, to which locations in `outputs` are
    relative. `workspace` is the experiment that the workspace was made from, if any.
    """

    ref: str
    commit: str
    command: str
    made_at: int
    replaced_by: str
    project: str = ""
    workspace: str | None = None
    outputs: Mapping[str, KeptOutput] = {}


def entries(repository: Repository, kind: str = UNDO) -> list[Entry]:
    """The entries of this work tree, newest first; broken ones are left out."""
    found = refs.under(repository, _folder(repository, kind))
    numbered = sorted(((_number(ref), ref) for ref in found), reverse=True)
    commits = repository.commits([found[ref] for _, ref in numbered]) if numbered else []
    return [
        entry
        for (_, ref), made in zip(numbered, commits, strict=True)
        if made is not None and (entry := _parse(ref, made)) is not None
    ]


def record(
    project: Project,
    command: str,
    *,
    tree: str,
    replaced_by: str,
    outputs: Mapping[str, KeptOutput],
    kind: str = UNDO,
) -> None:
    """Keep `tree`, which is what the work tree holds, before `command` replaces it.

    The objects of `outputs` are in the cache already.
    """
    repository = project.git()
    folder = _folder(repository, kind)
    known = sorted(refs.under(repository, folder).items(), key=lambda item: _number(item[0]))
    number = _number(known[-1][0]) + 1 if known else 1
    entry = Entry(
        f"{folder}{number}",
        "",
        command,
        0,
        replaced_by,
        project.prefix,
        workspace_experiment(repository),
        outputs,
    )
    changes = {}
    if outputs:  # first: there is no entry whose data `gc` takes away
        unsaved = _unsaved_ref(entry.ref)
        left = refs.read(repository, unsaved)  # by a kill
        changes[unsaved] = Change(left, _list_for_gc(project, entry))
    changes[entry.ref] = Change(None, _commit(repository, tree, entry))
    for ref, value in known[: max(0, len(known) + 1 - LIMIT)]:
        changes |= _removal(repository, ref, value)
    refs.update_all(repository, changes)


def drop(repository: Repository, entry: Entry) -> None:
    """Forget the entry. Raises RefConflict when somebody else has done so."""
    refs.update_all(repository, _removal(repository, entry.ref, entry.commit))


def _removal(repository: Repository, ref: str, value: str) -> dict[str, Change]:
    unsaved = _unsaved_ref(ref)
    listed = refs.read(repository, unsaved)
    changes = {ref: Change(value, None)}
    return changes if listed is None else {**changes, unsaved: Change(listed, None)}


def _unsaved_ref(ref: str) -> str:
    """`refs/assay/undo/main/3` → `refs/assay/unsaved/undo/main/3`."""
    return ref.replace("refs/assay/", f"refs/assay/{UNSAVED}/", 1)


def _list_for_gc(project: Project, entry: Entry) -> str:
    """A commit with nothing but a .dvc file that tracks the outputs."""
    outs = [
        {"md5": output.md5, "hash": "md5", "path": location}
        for location, output in entry.outputs.items()
    ]
    path = project.git_path(f"{UNSAVED}.dvc")
    tree = tree_of_file(project.git(), path, quick_json.dumps({"outs": outs}).encode())
    return commit(project.git(), tree, [], f"assay: unsaved before {entry.command}\n")


def _commit(repository: Repository, tree: str, entry: Entry) -> str:
    data = {
        "command": entry.command,
        "project": entry.project,
        "workspace": entry.workspace,
        "outputs": {
            location: {"md5": output.md5, "isexec": output.is_executable, "own": output.is_own}
            for location, output in entry.outputs.items()
        },
    }
    message = f"assay: before {entry.command}\n\n{quick_json.dumps(data)}\n"
    head = repository.head_commit()
    parents = [*([head] if head else []), entry.replaced_by]
    return commit(repository, tree, list(dict.fromkeys(parents)), message)


def _parse(ref: str, made: Commit) -> Entry | None:
    try:
        data: dict[str, Any] = quick_json.loads(made.message.partition("\n\n")[2])
        outputs = {
            str(location): KeptOutput(
                str(output["md5"]), bool(output["isexec"]), bool(output["own"])
            )
            for location, output in data["outputs"].items()
        }
        return Entry(
            ref,
            made.id,
            str(data["command"]),
            made.committed_at,
            made.parents[-1],
            str(data["project"]),
            data["workspace"],
            outputs,
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None  # a commit of somebody else's


def _folder(repository: Repository, kind: str) -> str:
    return f"refs/assay/{kind}/{repository.work_tree_name}/"


def _number(ref: str) -> int:
    last = ref.rpartition("/")[2]
    return int(last) if last.isdecimal() else 0
