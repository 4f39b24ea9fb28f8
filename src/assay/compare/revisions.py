"""Which commits the words of a command line mean, and how commits are called in return."""

from __future__ import annotations

from assay.experiments.references import Experiment, find_experiments
from assay.git import refs
from assay.git.repository import Repository, UnknownRevision
from assay.typed import Iterable, NamedTuple, Sequence

HEAD = "HEAD"
_BRANCHES, _TAGS = "refs/heads/", "refs/tags/"


class RevisionChoice(NamedTuple):
    """The commits that a command is about besides the workspace."""

    all_branches: bool = False
    all_tags: bool = False
    all_commits: bool = False
    """Outweighs the other two."""


def resolve(repository: Repository, names: Sequence[str]) -> list[str]:
    """The commit that each name means: what Git knows, else an experiment; "" is HEAD.

    One process for all. Raises UnknownRevision, AmbiguousName.
    """
    asked = [name or HEAD for name in names]
    if set(asked) == {HEAD}:
        found: list[str | None] = [repository.head_commit()] * len(asked)
    else:
        found = repository.resolve_many(asked) if asked else []
    unknown = [name for name, commit in zip(asked, found, strict=True) if commit is None]
    experiments = dict(zip(unknown, find_experiments(repository, unknown), strict=True))
    return [
        commit or _commit_of(name, experiments[name])
        for name, commit in zip(asked, found, strict=True)
    ]


def chosen(repository: Repository, choice: RevisionChoice) -> dict[str, list[str]]:
    """Commit → the names by which it was chosen, in the order of branches, then tags.

    Each sorted by name; with all commits the newest first, called by their ids.
    """
    if choice.all_commits:
        return {commit: [commit] for commit in repository.all_commits()}
    branches, tags = _branches_and_tags(repository)
    pairs: list[tuple[str, str]] = []
    if choice.all_branches:
        pairs += _by_name(branches)
    if choice.all_tags:
        pairs += _by_name(tags)
    found: dict[str, list[str]] = {}
    for name, commit in pairs:
        found.setdefault(commit, []).append(name)
    return {commit: list(dict.fromkeys(names)) for commit, names in found.items()}


def baselines(
    repository: Repository, names: Sequence[str], choice: RevisionChoice, *, count: int
) -> list[str]:
    """The commits that are asked for, each once: those of `names`, then those of `choice`.

    HEAD if neither says anything. `count` first parents of each name and branch belong to it,
    itself included; negative means all. Raises as `resolve`.
    """
    starts = resolve(repository, names if names or any(choice) else [HEAD])
    commits = _with_parents(repository, starts, count)
    if choice.all_commits:
        commits += repository.all_commits()
    if choice.all_branches and not choice.all_commits:
        tips = chosen(repository, RevisionChoice(all_branches=True))
        commits += _with_parents(repository, tips, count)
    if choice.all_tags and not choice.all_commits:
        commits += chosen(repository, RevisionChoice(all_tags=True))
    return list(dict.fromkeys(commits))


def names_of_commits(repository: Repository) -> dict[str, str]:
    """Commit → its name: the current branch, else the first tag, else the first branch."""
    branches, tags = _branches_and_tags(repository)
    names = {commit: found[0] for commit, found in (*branches.items(), *tags.items())}
    head, current = repository.head_commit(), repository.head_branch()
    if head is not None and current is not None:
        names[head] = current
    return names


def _branches_and_tags(
    repository: Repository,
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What `Repository.names_by_commit` gives; no process as long as there are no tags."""
    if refs.under(repository, _TAGS):
        return repository.names_by_commit()
    branches: dict[str, list[str]] = {}
    for name, commit in refs.under(repository, _BRANCHES).items():
        branches.setdefault(commit, []).append(name.removeprefix(_BRANCHES))
    return branches, {}


def _commit_of(name: str, experiment: Experiment | None) -> str:
    if experiment is None:
        raise UnknownRevision(name)
    return experiment.commit


def _with_parents(repository: Repository, starts: Iterable[str], count: int) -> list[str]:
    if count == 1:
        return list(starts)
    return [commit for start in starts for commit in repository.log(start, count)]


def _by_name(names: dict[str, list[str]]) -> list[tuple[str, str]]:
    return sorted((name, commit) for commit, found in names.items() for name in found)
