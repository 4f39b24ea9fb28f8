"""Experiments as Git references: `refs/exps/<2>/<38>/<name>` → a commit on its baseline.

Source: spec/experiments.md §2. References of other shape below `refs/exps/` belong to other tools
and are passed over.
"""

from __future__ import annotations

from assay.errors import AssayError, UnexpectedError
from assay.experiments.names import PREFIX, folder_of, parse_ref, ref_name
from assay.git import refs
from assay.git.repository import Repository
from assay.typed import Iterable, Mapping, NamedTuple, Sequence

_HEAD = ("HEAD", "@")
_HEX = frozenset("0123456789abcdef")
_SHORTEST_ID = 4


class Experiment(NamedTuple):
    """A saved experiment: its name, its commit and the commit it started from."""

    name: str
    commit: str
    baseline: str

    @property
    def ref(self) -> str:
        """The full name of its reference."""
        return ref_name(self.baseline, self.name)


class AmbiguousName(AssayError):
    """Experiments of several baselines have the name, none of them belongs to HEAD."""

    def __init__(self, name: str, found: Iterable[Experiment]) -> None:
        listing = "\n".join(f"\t{experiment.ref}" for experiment in found)
        super().__init__(
            f"Ambiguous name '{name}' refers to multiple experiments. "
            f"Use one of the following full refnames instead:\n\n{listing}"
        )


class ExperimentConflict(AssayError):
    """An experiment of that name exists for the baseline."""

    def __init__(self, name: str, command: str = "exp run") -> None:
        super().__init__(
            f"Experiment conflicts with existing experiment '{name}'. "
            f"To overwrite the existing experiment run:\n\n\tdvc {command} -f ...\n"
        )


class EmptyRepository(UnexpectedError):
    """There is no commit that an experiment could start from."""

    def __init__(self) -> None:
        super().__init__("Empty git repo", hint="commit the project first: git add -A; git commit")


def baseline_of(repository: Repository) -> str:
    """The commit that a new experiment belongs to: HEAD. Raises EmptyRepository."""
    head = repository.head_commit()
    if head is None:
        raise EmptyRepository
    return head


def experiments_in(values: Mapping[str, str]) -> list[Experiment]:
    """The experiments among references (name → object id), sorted by reference. Pure."""
    found = []
    for ref, commit in sorted(values.items()):
        parsed = parse_ref(ref)
        # Names from a remote are as good as the program over there; the rest is known to be sound.
        if parsed is not None and _is_sound(parsed.name):
            found.append(Experiment(parsed.name, commit, parsed.baseline))
    return found


def _is_sound(name: str) -> bool:
    """Whether Git accepts the name; the pattern that tells is slow for thousands of plain ones."""
    return name.replace("-", "").isalnum() or refs.is_valid_name(f"x/{name}")


def all_experiments(repository: Repository) -> list[Experiment]:
    """Every saved experiment, sorted by reference."""
    return experiments_in(refs.under(repository, PREFIX))


def experiments_of(repository: Repository, baseline: str) -> list[Experiment]:
    """The experiments that started from the commit `baseline`, sorted by name."""
    return experiments_in(refs.under(repository, folder_of(baseline)))


def pick(experiments: Iterable[Experiment], name: str, *, head: str | None) -> Experiment | None:
    """The one called `name`: a name, a full reference or a commit id of 4 or more digits. Pure.

    Among several of one name the one that started from `head` is meant. Raises AmbiguousName.
    """
    pool = list(experiments)
    found = [e for e in pool if name in (e.name, e.ref)]
    if not found and len(name) >= _SHORTEST_ID and _HEX.issuperset(name):
        found = [e for e in pool if e.commit.startswith(name)]
    if len(found) > 1:
        here = [e for e in found if e.baseline == head]
        if len(here) != 1:
            raise AmbiguousName(name, found)
        return here[0]
    return found[0] if found else None


def find_experiment(repository: Repository, name: str) -> Experiment | None:
    """The saved experiment called `name`, as `pick` finds it. Raises AmbiguousName."""
    return find_experiments(repository, [name])[0]


def find_experiments(repository: Repository, names: Sequence[str]) -> list[Experiment | None]:
    """The saved experiment that each name means. References are listed once for all names."""
    if not names:
        return []
    listed = refs.under(repository, PREFIX)
    head = repository.head_commit()
    return [pick(_candidates(listed, name), name, head=head) for name in names]


def _candidates(listed: Mapping[str, str], name: str) -> list[Experiment]:
    """The experiments that `name` may mean: those of that name, else all, for ids of commits."""
    end = f"/{name}"
    called = {ref: commit for ref, commit in listed.items() if ref == name or ref.endswith(end)}
    return experiments_in(called) or experiments_in(listed)


def workspace_experiment(repository: Repository) -> str | None:
    """The commit whose files the workspace was last made to hold: by a run, `save` or `apply`."""
    return refs.read(repository, workspace_ref(repository))


def remember_workspace(repository: Repository, commit: str | None) -> None:
    """The workspace now holds the files of the experiment `commit`; None: of no experiment."""
    name = workspace_ref(repository)
    if commit is None:
        refs.delete(repository, [name])
    else:
        refs.replace(repository, name, commit)


def resolve(repository: Repository, name: str) -> str:
    """The commit that `name` means: an experiment first, any Git revision otherwise.

    The other way round a branch would hide an experiment of its name. HEAD is always HEAD, and a
    branch may be called "cafe". Raises UnknownRevision, AmbiguousName.
    """
    if name not in _HEAD:
        experiment = find_experiment(repository, name)
        if experiment is not None and name in (experiment.name, experiment.ref):
            return experiment.commit
    return repository.resolve(name)


def workspace_ref(repository: Repository) -> str:
    """The reference that names what the workspace holds; one per work tree."""
    return f"refs/assay/workspace/{repository.work_tree_name}"
