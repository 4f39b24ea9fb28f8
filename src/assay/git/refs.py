"""References: list, read, move by compare-and-swap, delete many at once.

Reads come from Git's own files where they are plain (`assay.git.ref_files`), else from `git`.
Writes always go through `git update-ref`: it locks, it keeps reflogs, and it leaves the reference
as a loose file, which IDE clients watch (spec/clients.md §1.5).
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.git.process import Completed, failure
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.git.repository import Repository
    from assay.typed import Iterable, Mapping, Sequence

# git check-ref-format(1), rules 1, 3-5, 7-10; rules 2 and 6 are about slashes. Bytes above 127 are
# free, so that a name may be in any language.
_FORBIDDEN = frozenset([*map(chr, range(0x21)), *"\x7f~^:?*[\\"])

# Two processes that publish into one directory of references wait for each other's lock file;
# Git's own patience is 0.1 s.
_PATIENCE = ["-c", "core.filesRefLockTimeout=5000", "-c", "core.packedRefsTimeout=5000"]

# Git puts many new references into the packed file at once; of few it makes loose files.
_FEW = 4

_OURS = ("refs/exps/", "refs/assay/")

# In `update-ref`, an old value that is empty means "must not exist yet".
_ABSENT = ""


class Change(NamedTuple):
    """What a reference holds, and what it is to hold; None is "does not exist"."""

    old: str | None
    new: str | None


class RefConflict(AssayError):
    """A reference is not what the caller thought: somebody moved it first, and nothing changed.

    `name` is the reference, `current` its value now (None: it does not exist).
    """

    def __init__(self, name: str, current: str | None) -> None:
        state = f"is at {current[:7]} now" if current else "does not exist"
        super().__init__(f"reference '{name}' was changed by another process: it {state}")
        self.name = name
        self.current = current


class InvalidRefName(AssayError):
    """A name that Git does not accept for a reference."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the given reference name '{name}' is not valid")
        self.name = name


def is_valid_name(name: str) -> bool:
    """Whether Git accepts `name` ("refs/heads/main") for a reference. Pure.

    Same verdict as `git check-ref-format <name>`.
    """
    parts = name.split("/")
    if len(parts) == 1 or ".." in name or "@{" in name or name.endswith("."):
        return False
    return _FORBIDDEN.isdisjoint(name) and all(
        part and part[0] != "." and not part.endswith(".lock") for part in parts
    )


def under(repository: Repository, prefix: str) -> dict[str, str]:
    """Object id of every reference below `prefix` ("refs/exps/"), sorted by name."""
    files = repository.ref_files
    if files.understands():
        found = files.under(prefix)
    else:
        listing = ["for-each-ref", "--format=%(objectname) %(refname)", prefix]
        lines = os.fsdecode(repository.run(listing).stdout).split("\n")[:-1]
        found = {name: value for value, name in (line.split(" ", 1) for line in lines)}
    return dict(sorted(found.items()))


def read(repository: Repository, name: str) -> str | None:
    """Object id that the reference with the full name `name` holds; None if there is none."""
    if not is_valid_name(name):
        return None
    files = repository.ref_files
    if files.understands():
        return files.value(name)
    found = repository.run(["rev-parse", "--verify", "--quiet", name], check=False)
    return os.fsdecode(found.stdout).strip() or None


def read_symbolic(repository: Repository, name: str) -> str | None:
    """The reference that the symbolic reference `name` points to; None if it is none."""
    files = repository.ref_files
    if files.understands():
        return files.target(name)
    found = repository.run(["symbolic-ref", "--quiet", name], check=False)
    return os.fsdecode(found.stdout).strip() or None


def update(
    repository: Repository, name: str, new: str, *, old: str | None, message: str = ""
) -> None:
    """Move reference `name` from object id `old` to `new`, or create it if `old` is None.

    Atomic: of several callers with the same `old`, one wins, the others get RefConflict. When the
    call returns the reference is there for everyone. `message` goes to the reflog, if it has one.
    Raises InvalidRefName for a name that Git refuses.
    """
    _check(name)
    if _moved(repository, {name: new}, {name: old}):
        return
    expected = _ABSENT if old is None else old
    arguments = [*_PATIENCE, "update-ref", "--no-deref", *_reason(message), name, new, expected]
    result = _run(repository, arguments, [name])
    if result.code != 0:
        current = read(repository, name)
        if current != old:
            raise RefConflict(name, current)
        raise failure(arguments, result)


def create(repository: Repository, values: Mapping[str, str]) -> None:
    """Create many references (name -> object id) at once, all or none.

    Raises RefConflict when one exists already, InvalidRefName for a name that Git refuses.
    """
    update_all(repository, {name: Change(None, value) for name, value in values.items()})


def replace(repository: Repository, name: str, new: str, *, message: str = "") -> None:
    """Set reference `name` to `new`, whatever it was. Raises InvalidRefName."""
    _check(name)
    if _moved(repository, {name: new}, {}):
        return
    arguments = [*_PATIENCE, "update-ref", "--no-deref", *_reason(message), name, new]
    result = _run(repository, arguments, [name])
    if result.code != 0:
        raise failure(arguments, result)


def update_all(repository: Repository, changes: Mapping[str, Change], *, message: str = "") -> None:
    """Move, create and delete references, all or none, each as `update` does. A kill in between
    may leave the first of them moved: what others stand on comes first.

    Raises RefConflict when one is not what the caller thought; then none was changed.
    """
    for name in changes:
        _check(name)
    values = {name: change.new for name, change in changes.items() if change.new is not None}
    expected = {name: change.old for name, change in changes.items()}
    if len(values) == len(changes) <= _FEW and _moved(repository, values, expected):
        return
    commands = [_command(name, change) for name, change in changes.items()]
    result = _transaction(repository, commands, changes, message=message)
    if result.code != 0:
        existing = under(repository, "refs/")
        for name, change in changes.items():
            if existing.get(name) != change.old:
                raise RefConflict(name, existing.get(name))
        raise failure(["update-ref"], result)


def delete(repository: Repository, names: Iterable[str]) -> None:
    """Delete the references `names`, whatever they hold, all or none. Absent ones are no error."""
    wanted = list(names)
    for name in wanted:
        _check(name)
    result = _transaction(repository, [f"delete {name}\0\0" for name in wanted], wanted)
    if result.code != 0:
        raise failure(["update-ref"], result)


def _moved(
    repository: Repository, values: Mapping[str, str], expected: Mapping[str, str | None]
) -> bool:
    """Whether the references could be moved without Git, which is for ours alone."""
    from assay.git.loose_refs import move  # most commands move none

    return all(name.startswith(_OURS) for name in values) and move(repository, values, expected)


def _command(name: str, change: Change) -> str:
    if change.new is None:
        return f"delete {name}\0{change.old or ''}\0"
    if change.old is None:
        return f"create {name}\0{change.new}\0"
    return f"update {name}\0{change.new}\0{change.old}\0"


def _transaction(
    repository: Repository, commands: Sequence[str], names: Iterable[str], *, message: str = ""
) -> Completed:
    """Run `update-ref` commands, which are about the references `names`, as one transaction."""
    if not commands:
        return Completed(0, b"", b"")
    arguments = [*_PATIENCE, "update-ref", "--no-deref", *_reason(message), "-z", "--stdin"]
    return _run(repository, arguments, names, stdin=os.fsencode("".join(commands)))


def _run(
    repository: Repository, arguments: Sequence[str], names: Iterable[str], *, stdin: bytes = b""
) -> Completed:
    """Run Git, and again if the lock of one that was killed was in its way.

    When Git gives up, such a lock is older than any that is held. Branches are the user's.
    """
    result = repository.run(arguments, stdin=stdin, check=False)
    if result.code == 0:
        return result
    from assay.git.ref_locks import clear_abandoned_lock  # few ever meet one

    ours = [name for name in names if name.startswith(_OURS)]
    cleared = [name for name in ours if clear_abandoned_lock(repository, name)]
    if not cleared:
        return result
    return repository.run(arguments, stdin=stdin, check=False)


def _check(name: str) -> None:
    if not is_valid_name(name):
        raise InvalidRefName(name)


def _reason(message: str) -> list[str]:
    return ["-m", message] if message else []
