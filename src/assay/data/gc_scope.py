"""What `gc` keeps: the workspace, and the commits that its options name (spec/data.md §10)."""

from __future__ import annotations

from assay.errors import AssayError, UnexpectedError
from assay.git import refs
from assay.git.repository import Repository
from assay.typed import Iterable, NamedTuple

_UNFINISHED = ("refs/assay/queue/", "refs/assay/sandbox/")
_UNSAVED = ("refs/assay/unsaved/",)
_EXPERIMENTS = ("refs/exps/", "refs/assay/")
_DATE = "%Y-%m-%d"


class GcScope(NamedTuple):
    """The options. `depth` commits from `revision` and from each branch back through first parents
    are kept (None: one); `since` is a YYYY-MM-DD.
    """

    workspace: bool = False
    all_branches: bool = False
    all_tags: bool = False
    all_commits: bool = False
    all_experiments: bool = False
    since: str = ""
    revision: str = ""
    depth: int | None = None


def check_scope(scope: GcScope, *, cloud: bool, not_in_remote: bool) -> None:
    """Raise AssayError for options that contradict each other, or that say nothing."""
    if not_in_remote and cloud:
        raise AssayError("`--not-in-remote` and `--cloud` are mutually exclusive")
    if scope == GcScope():
        raise AssayError(
            "Either of `-w|--workspace`, `-a|--all-branches`, `-T|--all-tags` "
            "`--all-experiments`, `--all-commits`, `--date` or `--rev` needs to be set."
        )
    if scope.depth and not (scope.revision or scope.all_branches):
        raise AssayError("`--num` can only be used alongside `--rev` or `--all-branches`")


def phrase(scope: GcScope) -> str:
    """What is kept, in the words of the warning; it begins with `the workspace`."""
    words = ["the workspace"]
    if scope.all_commits:
        words.append("all git commits")
    else:
        words += _branches_and_tags(scope)
        if scope.since:
            words.append(f"all git commits before date {scope.since}")
        if scope.revision:
            words.append(f"last {scope.depth or 1} commits from {scope.revision}")
    if scope.all_experiments:
        words.append("all experiments")
    return " and ".join(words)


def kept_commits(repository: Repository, scope: GcScope) -> dict[str, str]:
    """Commit id → what to call it, for each commit that is kept.

    What queued and running experiments start from is always kept: it was promised to them; so is
    what a user had written into outputs before `exp apply` replaced it. With all experiments, also
    what else stands below `refs/exps/` and `refs/assay/`. Raises UnknownRevision, UnexpectedError
    for a broken date.
    """
    depth = scope.depth or 1
    named: list[tuple[str, str]] = []
    if scope.revision:
        named += _same_name(repository.log(scope.revision, depth), scope.revision)
    if scope.all_commits:
        named += ((commit, commit) for commit in repository.all_commits())
    elif scope.all_branches or scope.all_tags:
        branches, tags = repository.names_by_commit()
        for commit, names in branches.items() if scope.all_branches else ():
            named += _same_name(repository.log(commit, depth), names[0])
        named += ((commit, names[0]) for commit, names in tags.items() if scope.all_tags)
    if scope.since and not scope.all_commits:
        named += ((commit, commit) for commit in _since(repository, scope.since))
    for prefix in _EXPERIMENTS if scope.all_experiments else (*_UNFINISHED, *_UNSAVED):
        named += ((value, name) for name, value in refs.under(repository, prefix).items())
    kept: dict[str, str] = {}
    for commit, name in named:
        kept.setdefault(commit, name)
    return kept


def _branches_and_tags(scope: GcScope) -> list[str]:
    if scope.all_branches and scope.depth:
        tags = ["all git tags"] if scope.all_tags else []
        return [f"last {scope.depth} commits from all git branches", *tags]
    if scope.all_branches:
        return [f"all git branches{' and tags' if scope.all_tags else ''}"]
    return ["all git tags"] if scope.all_tags else []


def _same_name(commits: Iterable[str], name: str) -> list[tuple[str, str]]:
    return [(commit, name) for commit in commits]


def _since(repository: Repository, date: str) -> list[str]:
    """The commits on or after a date, which begins at midnight here."""
    from datetime import datetime  # only here; costs 2 ms at start-up

    try:
        start = datetime.strptime(date, _DATE).timestamp()
    except ValueError as error:
        raise UnexpectedError(str(error)) from None
    commits = repository.commits(repository.all_commits())
    return [commit.id for commit in commits if commit and commit.committed_at >= start]
