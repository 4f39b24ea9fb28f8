"""References of another repository: list, push, delete, and fetch what they need.

`remote` is the name of a configured remote, a URL, or the path of a repository or bundle. However
many references, each function is one conversation with the other side. Nothing of the user's
moves: no remote-tracking branch, no tag, no FETCH_HEAD, no hook of this side.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.git.process import GitFailed, failure
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.git.process import Completed
    from assay.git.repository import Repository
    from assay.typed import Iterable, Iterator, Mapping, Sequence

UP_TO_DATE, DONE, DIVERGED, REFUSED = "up to date", "done", "diverged", "refused"

# What the user's configuration may ask of every push, and what has no place here: signing, tags,
# submodules.
_PUSH = ["push", "--porcelain", "--no-signed", "--no-follow-tags", "--no-recurse-submodules"]
_FETCH = [
    "fetch",
    "--no-tags",
    "--no-prune",
    "--no-prune-tags",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--refmap=",
    "--stdin",
]

# `git push` takes references as arguments only. The kernel allows about 2 MB for all of them;
# one is at most some 350 bytes.
_MOST_PER_PUSH = 4000


class InvalidRemote(AssayError):
    """Neither a configured remote nor a place where a repository is."""

    def __init__(self, remote: str) -> None:
        super().__init__(f"'{remote}' is not a valid Git remote or URL")
        self.remote = remote


class RemoteFailed(AssayError):
    """The other side cannot be reached or refuses to talk; the cause holds Git's own words."""

    def __init__(self, remote: str) -> None:
        super().__init__(f"failed to reach Git remote '{remote}'")


class Answer(NamedTuple):
    """What became of one reference: UP_TO_DATE, DONE, DIVERGED or REFUSED, and Git's reason."""

    status: str
    reason: str = ""


def place_of_remote(repository: Repository, remote: str, directory: str) -> str:
    """`remote` as Git has to be given it: a path typed in `directory` becomes absolute."""
    typed = os.path.join(directory, remote)
    if not os.path.exists(typed) or remote in _configured(repository):
        return remote
    return os.path.normpath(typed)


def may_be_remote(repository: Repository, remote: str) -> bool:
    """Whether `remote` is configured, or there, or a URL. Nobody is asked over the network."""
    is_there = os.path.exists(os.path.join(repository.root, remote))
    return is_there or ":" in remote or remote in _configured(repository)


def listing(repository: Repository, remote: str, prefix: str) -> dict[str, str]:
    """Object id of every reference of `remote` below `prefix` ("refs/exps/"), sorted by name.

    Raises InvalidRemote, RemoteFailed.
    """
    arguments = ["ls-remote", "--refs", "--", remote, f"{prefix}*"]
    result = repository.run(arguments, check=False)
    _check(repository, remote, arguments, result)
    found = {}
    for line in result.stdout.splitlines():
        value, _, name = os.fsdecode(line).partition("\t")
        if name.startswith(prefix):
            found[name] = value
    return dict(sorted(found.items()))


def push(
    repository: Repository,
    remote: str,
    values: Mapping[str, str],
    *,
    force: bool = False,
    dry: bool = False,
) -> dict[str, Answer]:
    """Make references of `remote` hold the object ids in `values`, an empty id deletes; answers.

    Without `force` a reference only moves forward; else its answer is DIVERGED. Each reference is
    on its own: some may be done and others not. With `dry` nothing changes. Raises InvalidRemote,
    RemoteFailed.
    """
    if not values and not may_be_remote(repository, remote):
        raise InvalidRemote(remote)  # a mistake, although it makes no difference
    options = [*(["--force"] if force else []), *(["--dry-run"] if dry else [])]
    answers: dict[str, Answer] = {}
    for names in _portions(list(values)):
        answers.update(_push(repository, remote, {name: values[name] for name in names}, options))
    return answers


def move(
    repository: Repository, remote: str, name: str, new_name: str, *, value: str, replaced: str
) -> dict[str, Answer]:
    """Rename a reference of `remote` that holds `value`; answers for both names.

    `new_name` holds `replaced`, or does not exist if that is empty. Both change or none, and only
    if they are still what the caller says; where the other side cannot do that, the new name comes
    first. Raises InvalidRemote, RemoteFailed.
    """
    leases = [f"--force-with-lease={name}:{value}", f"--force-with-lease={new_name}:{replaced}"]
    changes = {new_name: value, name: ""}
    try:
        return _push(repository, remote, changes, ["--atomic", *leases])
    except RemoteFailed:
        answers = _push(repository, remote, {new_name: value}, leases)
        if answers[new_name].status in (DONE, UP_TO_DATE):
            answers.update(_push(repository, remote, {name: ""}, leases))
        return answers


def fetch(repository: Repository, remote: str, names: Iterable[str]) -> None:
    """Bring the objects that references of `remote` need; no reference of ours moves.

    Raises InvalidRemote, RemoteFailed, also for a name that the other side does not have.
    """
    wanted = "".join(f"{name}\n" for name in names)
    if wanted:
        arguments = [*_FETCH, "--", remote]
        result = repository.run(arguments, stdin=os.fsencode(wanted), check=False)
        _check(repository, remote, arguments, result)


def _push(
    repository: Repository, remote: str, values: Mapping[str, str], options: Sequence[str]
) -> dict[str, Answer]:
    specs = [f"{value}:{name}" for name, value in values.items()]
    arguments = [*_PUSH, *options, "--", remote, *specs]
    result = repository.run(arguments, check=False)
    answers = dict(_answers(result.stdout))
    if not answers:
        _check(repository, remote, arguments, result)
    # Git says nothing of a reference that is to be deleted and is not there.
    return {name: answers.get(name, Answer(UP_TO_DATE)) for name in values}


def _answers(output: bytes) -> Iterator[tuple[str, Answer]]:
    """What `--porcelain` says: flag, TAB, `from:to`, TAB, summary and reason; one line each."""
    for line in os.fsdecode(output).split("\n"):
        fields = line.split("\t")
        if len(fields) == 3 and len(fields[0]) == 1:
            flag, names, summary = fields
            yield names.rpartition(":")[2], _answer(flag, summary)


def _answer(flag: str, summary: str) -> Answer:
    if flag == "=":
        return Answer(UP_TO_DATE)
    if flag != "!":
        return Answer(DONE)
    kind, _, reason = summary.partition("] ")
    # "[rejected]" is the verdict of this side: it would not be a step forward. "[remote rejected]"
    # and "[remote failure]" are the other side's.
    status = DIVERGED if kind == "[rejected" else REFUSED
    return Answer(status, reason.strip("()") or summary)


def _check(
    repository: Repository, remote: str, arguments: Sequence[str], result: Completed
) -> None:
    if result.code == 0:
        return
    if not may_be_remote(repository, remote):
        raise InvalidRemote(remote)
    raise RemoteFailed(remote) from _brief(failure(arguments, result))


def _brief(error: GitFailed) -> GitFailed:
    """Git's words without its general advice on access rights."""
    return GitFailed(error.message.split("\n\n", 1)[0].replace("\nfatal: ", "; "))


def _configured(repository: Repository) -> list[str]:
    return os.fsdecode(repository.run(["remote"]).stdout).split("\n")


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _MOST_PER_PUSH):
        yield names[start : start + _MOST_PER_PUSH]
