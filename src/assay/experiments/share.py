"""`exp push` and `exp pull`: experiments to and from a Git remote, many at once.

Data goes before its announcement: a push sends the objects of an experiment before its reference,
so whoever sees an experiment on a remote can have its data. A pull is the other way round: what an
experiment says of itself is useful without data, and a second pull brings that.

Source: spec/experiments.md §6.
"""

from __future__ import annotations

from assay.errors import AssayError
from assay.experiments.choice import Choice, chosen, local
from assay.experiments.names import PREFIX
from assay.experiments.references import Experiment
from assay.experiments.remote import Changed, remote_pool
from assay.git import refs, remote_refs
from assay.git.refs import Change
from assay.git.remote_refs import DIVERGED, DONE, REFUSED, UP_TO_DATE, Answer
from assay.git.repository import Repository
from assay.typed import Callable, Iterable, Mapping, NamedTuple, Sequence

Transfer = Callable[[Sequence[Experiment]], int]
"""Moves the data of experiments; the number of files."""


class Shared(NamedTuple):
    """What became of the experiments; `files` is how many files of data were moved.

    `diverged` have another commit on the other side, and stay as they are.
    """

    moved: list[Experiment]
    up_to_date: list[Experiment]
    diverged: list[Experiment]
    refused: list[tuple[Experiment, str]]
    files: int = 0


class DataFailed(AssayError):
    """The data of experiments could not be moved."""

    def __init__(self, verb: str) -> None:
        super().__init__(f"failed to {verb} cache")


def push(
    repository: Repository,
    remote: str,
    choice: Choice,
    *,
    force: bool = False,
    transfer: Transfer | None = None,
) -> Shared:
    """Send experiments, their data first (by `transfer`, if given).

    Without `force` none is overwritten, and no data is sent for those that would be. Raises
    UnknownExperiments, AmbiguousName, UnknownRevision, InvalidRemote, RemoteFailed, and
    DataFailed, after which the remote has no new experiment.
    """
    wanted = chosen(repository, choice, local(repository))
    files = 0
    if transfer is not None and wanted:
        expected = _sent(repository, remote, wanted, force=force, dry=True)
        files = _transferred(transfer, [*expected.moved, *expected.up_to_date], "push")
        wanted = [e for e in wanted if e not in expected.up_to_date]
        sent = _sent(repository, remote, wanted, force=force)
        return sent._replace(up_to_date=[*expected.up_to_date, *sent.up_to_date], files=files)
    return _sent(repository, remote, wanted, force=force)


def pull(
    repository: Repository,
    remote: str,
    choice: Choice,
    *,
    force: bool = False,
    transfer: Transfer | None = None,
) -> Shared:
    """Bring experiments, then their data (by `transfer`, if given).

    Without `force` no local experiment is overwritten. Raises as `push`; after DataFailed the
    experiments are there.
    """
    wanted = chosen(repository, choice, remote_pool(repository, remote))
    received = _received(repository, remote, wanted, force=force)
    if transfer is None:
        return received
    files = _transferred(transfer, [*received.moved, *received.up_to_date], "pull")
    return received._replace(files=files)


def commits_of(repository: Repository, experiments: Iterable[Experiment]) -> list[str]:
    """The commits that belong to experiments: those after the baseline, normally one each."""
    return list(_history(repository, experiments))


def _transferred(transfer: Transfer, experiments: Sequence[Experiment], verb: str) -> int:
    try:
        return transfer(experiments) if experiments else 0
    except AssayError as error:
        raise DataFailed(verb) from error


def _sent(
    repository: Repository,
    remote: str,
    wanted: Sequence[Experiment],
    *,
    force: bool,
    dry: bool = False,
) -> Shared:
    values = {experiment.ref: experiment.commit for experiment in wanted}
    answers = remote_refs.push(repository, remote, values, force=force, dry=dry)
    return _sorted_out([(experiment, answers[experiment.ref]) for experiment in wanted])


def _received(
    repository: Repository, remote: str, wanted: Sequence[Experiment], *, force: bool
) -> Shared:
    ours = refs.under(repository, PREFIX)
    new = [experiment for experiment in wanted if ours.get(experiment.ref) != experiment.commit]
    remote_refs.fetch(repository, remote, [experiment.ref for experiment in new])
    _check_arrival(repository, remote, new)
    behind = set() if force else _not_forward(repository, new, ours)
    moved = [experiment for experiment in new if experiment not in behind]
    changes = {e.ref: Change(ours.get(e.ref), e.commit) for e in moved}
    refs.update_all(repository, changes, message=f"exp pull {remote}")
    answers = [
        (e, Answer(DIVERGED if e in behind else DONE if e in moved else UP_TO_DATE)) for e in wanted
    ]
    return _sorted_out(answers)


def _sorted_out(answers: Iterable[tuple[Experiment, Answer]]) -> Shared:
    found = Shared([], [], [], [])
    places = {DONE: found.moved, UP_TO_DATE: found.up_to_date, DIVERGED: found.diverged}
    for experiment, answer in answers:
        if answer.status == REFUSED:
            found.refused.append((experiment, answer.reason))
        else:
            places[answer.status].append(experiment)
    return found


def _check_arrival(repository: Repository, remote: str, new: Sequence[Experiment]) -> None:
    """Raise Changed if the remote has moved a reference since it was listed."""
    commits = repository.resolve_many(e.commit for e in new) if new else []
    for experiment, commit in zip(new, commits, strict=True):
        if commit != experiment.commit:
            raise Changed(remote, experiment.name)


def _not_forward(
    repository: Repository, new: Sequence[Experiment], ours: Mapping[str, str]
) -> set[Experiment]:
    """Those whose local reference would not move forward."""
    replacing = [experiment for experiment in new if experiment.ref in ours]
    parents = _history(repository, replacing) if replacing else {}
    return {e for e in replacing if ours[e.ref] not in _ancestors(e.commit, parents)}


def _history(
    repository: Repository, experiments: Iterable[Experiment]
) -> dict[str, tuple[str, ...]]:
    """Commit → parents, for all commits from the experiments down to their baselines."""
    ends = [line for e in experiments for line in (f"{e.commit}\n", f"^{e.baseline}\n")]
    command = ["rev-list", "--parents", "--ignore-missing", "--stdin"]
    output = repository.run(command, stdin="".join(ends).encode()).stdout.decode()
    lines = [line.split(" ") for line in output.splitlines()]
    return {commit: tuple(parents) for commit, *parents in lines}


def _ancestors(commit: str, parents: Mapping[str, tuple[str, ...]]) -> set[str]:
    found = {commit}
    open_ends = [commit]
    while open_ends:
        above = [p for p in parents.get(open_ends.pop(), ()) if p not in found]
        found.update(above)
        open_ends += above
    return found
