"""From a task to the capsule that travels, and what a host must have for it."""

from __future__ import annotations

import os

from assay import __version__
from assay.errors import AssayError
from assay.experiments.copies import taken_along
from assay.experiments.run_text import as_text, remains_of
from assay.fs.atomic import write_text
from assay.git.packs import thin_pack, whole_pack
from assay.pipeline.address import Addresses
from assay.pipeline.running.limits import limits_of
from assay.project import Project
from assay.queue.capsule import Capsule, packed_capsule
from assay.queue.hosts.mirror import witness_file
from assay.queue.places import Places
from assay.queue.records import Attempt, Task
from assay.queue.requests import run_of
from assay.regex import regex
from assay.typed import Any, Mapping

_SMALL_BASE = 512 * 1024
_ID = regex(r"[0-9a-f]{32}")
_SECRET = regex(r"password|secret|token|passphrase|key_id|key$|sas|connection_string|bearer")


class CannotTravel(AssayError):
    """A task needs something of this machine that other hosts do not have."""


class Sender:
    """Makes capsules of one project's tasks."""

    __slots__ = ("_bases", "_environ", "_identity", "_project")

    def __init__(self, project: Project, environ: Mapping[str, str]) -> None:
        self._project = project
        self._environ = dict(environ)  # for the commands
        self._identity = identity(project)
        self._bases: dict[str, bool] = {}
        _put_witness(project, self._identity)

    @property
    def repository(self) -> str:
        """What this repository is called on other hosts."""
        return self._identity

    def capsule(self, task: Task, attempt: Attempt, left: str, *, with_base: bool) -> bytes:
        """The attempt as bytes; `left` is what earlier ones have left, as text.

        A small baseline travels with every capsule, a large one only `with_base`. Raises
        CannotCopy, BadCapsule for one that is too large.
        """
        run = run_of(task)
        repository = self._project.git()
        copies = taken_along(repository, run.copies)
        run = run._replace(copies=())
        if left:
            run = run._replace(remains=remains_of(left))
        thin = thin_pack(repository, task.snapshot, [task.baseline])
        objects, has_base = thin, False
        if with_base or self._bases.get(task.baseline, True):
            whole = whole_pack(repository, [task.baseline, task.snapshot])
            self._bases[task.baseline] = is_small = len(whole) <= _SMALL_BASE
            if with_base or is_small:
                objects, has_base = whole, True
        return packed_capsule(
            Capsule(
                version=__version__,
                repository=self._identity,
                token=attempt.token,
                prefix=self._project.prefix,
                name=task.name,
                baseline=task.baseline,
                snapshot=task.snapshot,
                request=as_text(run),
                settings=travelling_settings(self._project),
                environ=self._environ,
                cache=self._project.cache_dir,
                witness=self._identity,
                has_base=has_base,
                copies=tuple(copies),
                objects=objects,
            )
        )


def identity(project: Project) -> str:
    """What the project is called on other hosts: drawn once, kept beside the queue."""
    path = Places(project).identity_file
    try:
        with open(path, encoding="ascii") as file:
            text = file.read().strip()
    except (FileNotFoundError, UnicodeDecodeError):
        text = ""
    if not _ID.fullmatch(text):
        text = os.urandom(16).hex()
        write_text(path, text + "\n")
    return text


def travelling_settings(project: Project) -> dict[str, dict[str, Any]]:
    """The project's own settings, paths made absolute. What may be secret stays: hosts have their
    own credentials."""
    merged: dict[str, dict[str, Any]] = {}
    for level in project.config.levels:
        if level.name in ("project", "local"):
            for section, options in level.sections.items():
                merged.setdefault(section, {}).update(options)
    return {
        section: {name: value for name, value in options.items() if not _SECRET.search(name)}
        for section, options in merged.items()
        if section.partition(" ")[0] in ("core", "cache", "remote", "hydra", "parsing", "exp")
    }


def needs_of(project: Project, task: Task) -> dict[str, float]:
    """The most that a stage of the task's pipeline asks for of each resource. Raises BadMeta, and
    FileProblem for a broken stage file."""
    repository = project.git()
    asks = ["grep", "-q", "resources *:", task.snapshot, "--", "dvc.yaml", "**/dvc.yaml"]
    if repository.run(asks, check=False).code != 0:
        return {}
    from assay.pipeline.revisions.pipelines import (
        RevisionPipelines,  # only for those who ask for something
    )

    addresses = Addresses(project.root, os.path.join(project.root, run_of(task).directory))
    found: dict[str, float] = {}
    with RevisionPipelines(project) as pipelines:
        for stage in pipelines.load(task.snapshot).stages.values():
            for name, amount in limits_of(stage, addresses.stage(stage)).resources.items():
                found[name] = max(amount, found.get(name, 0.0))
    return found


def matched(
    needs: Mapping[str, float], hosts: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """The needs under the labels that hosts give them, whatever the case of letters. Pure.

    Cores and memory, which hosts find out by themselves, count only where hosts declare them.
    Raises CannotTravel when no host could ever satisfy all of them.
    """
    labels = {label.lower(): label for offer in hosts.values() for label in offer}
    wanted: dict[str, float] = {}
    for name, amount in needs.items():
        label = labels.get(name.lower())
        if label is not None:
            wanted[label] = amount
        elif name not in ("cores", "mem_gb") and amount > 0:
            raise CannotTravel(
                f"no host offers '{name}'",
                hint=f"with Dask, start one with `dask worker --resources {name}={amount:g}`",
            )
    if hosts and not any(_offers(offer, wanted) for offer in hosts.values()):
        shown = ", ".join(f"{name}={amount:g}" for name, amount in wanted.items())
        raise CannotTravel(f"no host offers {shown} at once")
    return wanted


def _offers(offer: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    return all(offer.get(label, 0.0) >= amount for label, amount in wanted.items())


def _put_witness(project: Project, name: str) -> None:
    """Let hosts that see our cache know that they do."""
    path = witness_file(project.cache_dir, name)
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_text(path, "Hosts that see this file share the cache (docs/engines.md).\n")
