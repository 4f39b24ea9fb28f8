"""What sending and bringing have in common: which remote, and what is said (spec/data.md §8).

An output goes to its own remote if it names one, else to the one that was asked for, else to the
default. Asking for a remote leaves out what belongs to others.
"""

from __future__ import annotations

from assay.config import Config
from assay.data.used import UsedObject
from assay.errors import AssayError, UnexpectedError
from assay.pipeline.workbench import Workbench
from assay.remotes.connect import connect, keeps_versions
from assay.remotes.exchange import Exchange
from assay.remotes.layout import object_name
from assay.remotes.local import LocalRemote
from assay.remotes.remote import Remote
from assay.remotes.wanted import Failure, Moved, Wanted
from assay.store.hashes import LEGACY_MD5, MD5
from assay.typed import Callable, Iterable, NamedTuple, Sequence, TypeVar
from assay.ui.console import Console

_SHOWN = 20
_MISSING = (
    "Some of the cache files do not exist neither locally nor on remote. Missing cache files:"
)

Result = TypeVar("Result")


class TransferFailed(AssayError):
    """Some objects could not be moved; those that could be are where they belong."""

    def __init__(self, moved: Moved, verb: str) -> None:
        text = f"{len(moved.failed)} files failed to {verb}"
        if moved.untried:
            text += f", and {moved.untried} were not tried after so many failures in a row"
        super().__init__(text)


class Request(NamedTuple):
    """How to transfer: over which remote, how many at once, with the run cache or without."""

    remote: str | None = None
    jobs: int | None = None
    run_cache: bool = False


def by_remote(objects: Iterable[UsedObject], chosen: str | None) -> dict[str | None, list[Wanted]]:
    """What to move over which remote; None stands for the default.

    With a `chosen` one, all that does not belong to another goes there.
    """
    groups: dict[str | None, list[Wanted]] = {}
    for one in objects:
        own = one.remote.lower() if one.remote else None
        if chosen is None or own in (None, chosen.lower()):
            groups.setdefault(own or chosen, []).append(one.wanted)
    return groups


def named(groups: dict[str | None, list[Wanted]], default: str | None) -> dict[str, list[Wanted]]:
    """The groups with the default's name in place of None; without a default that one goes."""
    found: dict[str, list[Wanted]] = {}
    for name, wanted in groups.items():
        remote = name or default
        if remote is not None:
            found.setdefault(remote.lower(), []).extend(wanted)
    return found


def split(
    config: Config, objects: Iterable[UsedObject], chosen: str | None, *, recorded: bool
) -> tuple[list[UsedObject], dict[str, list[UsedObject]]]:
    """What belongs to ordinary remotes, and what to each of those that keep versions.

    With `recorded` data for which no remote is named is where its record says.
    """
    kinds = {name.lower(): keeps_versions(told) for name, told in config.remotes.items()}
    versioned: dict[str, list[UsedObject]] = {}
    if not any(kinds.values()):
        return list(objects), versioned
    plain: list[UsedObject] = []
    for one in objects:
        told = one.recorded_remote if recorded and kinds.get(one.recorded_remote) else ""
        home = (one.remote or chosen or told or config.get("core", "remote") or "").lower()
        if not kinds.get(home):
            plain.append(one)
        elif chosen is None or home == chosen.lower():
            versioned.setdefault(home, []).append(one)
    return plain, versioned


def has_objects(bench: Workbench, remote: str) -> bool:
    """Whether the remote can have a run cache; says so if it cannot."""
    if not keeps_versions(bench.project.config.remote(remote)):
        return True
    bench.console.warning(f"run-cache is not supported for remote '{remote}', which keeps versions")
    return False


def across(
    bench: Workbench,
    remote: str,
    request: Request,
    work: Callable[[Exchange, Sequence[Wanted]], Result],
    wanted: Sequence[Wanted],
) -> Result:
    """What `work` gives, with our cache on one side and the remote on the other.

    Raises ConfigError for an unknown remote, UnexpectedError for one that cannot even be asked.
    """
    there = connect(remote, bench.project.config.remote(remote), bench.console)
    try:
        return work(exchange_with(bench, there, request.jobs), wanted)
    except OSError as error:
        raise UnexpectedError(str(error)) from None


def exchange_with(bench: Workbench, there: Remote, jobs: int | None) -> Exchange:
    """Our cache on one side, `there` on the other."""
    workspace = bench.workspace
    return Exchange(
        here=LocalRemote(workspace.cache.top, shared=workspace.cache.shared),
        there=there,
        caches={MD5: workspace.cache, LEGACY_MD5: workspace.legacy_cache},
        vouchers=workspace.vouchers,
        console=bench.console,
        jobs=jobs or there.jobs,
    )


def report(console: Console, moved: Moved, verb: str) -> None:
    """Name what was missing and what failed. Raises TransferFailed if anything did."""
    if moved.missing:
        console.warning("\n".join([_MISSING, *(_shown(path) for path in moved.missing)]))
    reasons = [failure for failure in moved.failed if failure.reason]
    for failure in reasons[:_SHOWN]:
        console.error(_story(failure))
    if len(reasons) > _SHOWN:
        console.error(f"… and {len(reasons) - _SHOWN} more")
    if moved.failed or moved.untried:
        raise TransferFailed(moved, verb)


def _shown(path: str) -> str:
    name = object_name(path)
    return path if name is None else f"{name.kind}: {name.id}"


def _story(failure: Failure) -> str:
    name = object_name(failure.path)
    shown = failure.path if name is None else name.id
    return f"failed to transfer '{shown}' - {failure.reason}"
