"""`status -c`: how the cache and the remotes differ (spec/data.md §8.3)."""

from __future__ import annotations

from assay.data.transfer import Request, across, by_remote, named, report
from assay.data.used import UsedObject
from assay.pipeline.workbench import Workbench
from assay.remotes.compare import Comparison, compare
from assay.remotes.layout import object_path
from assay.remotes.wanted import Moved
from assay.typed import Iterable, Iterator, NamedTuple


class CloudStatus(NamedTuple):
    """The state of each object that is not on both sides, and the remotes that were asked.

    A row is a state of `remotes.compare` and a path as seen from the directory.
    """

    rows: list[tuple[str, str]]
    remotes: list[str]


def cloud_status(bench: Workbench, objects: Iterable[UsedObject], request: Request) -> CloudStatus:
    """Compare the cache with the remotes. Raises ConfigError without one, TransferFailed."""
    used = [one for one in objects if one.is_pushed]
    groups = by_remote(used, request.remote)
    default = request.remote or bench.project.config.default_remote("status")
    status = CloudStatus([], [])
    for name, wanted in named(groups, default).items():
        comparison = across(bench, name, request, compare, wanted)
        report(bench.console, Moved(failed=tuple(comparison.failed)), "download")
        mine = set(wanted)
        status.rows.extend(_rows(bench, (one for one in used if one.wanted in mine), comparison))
        status.remotes.append(name)
    return status if status.remotes else CloudStatus([], [default])


def _rows(
    bench: Workbench, used: Iterable[UsedObject], comparison: Comparison
) -> Iterator[tuple[str, str]]:
    """Each object once, by the first path that it is used for."""
    told: set[str] = set()
    for one in used:
        for location, path in _places(one, comparison):
            state = comparison.state(path)
            if state is not None and path not in told:
                yield state, bench.addresses.path(location)
            told.add(path)


def _places(one: UsedObject, comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Where the object and its members are in the workspace, and on either side."""
    yield one.location, one.wanted.path
    listing = comparison.listings.get(one.wanted.path)
    for entry in one.wanted.members(listing.entries) if listing is not None else ():
        yield f"{one.location}/{entry.path}", object_path(entry.md5, one.wanted.kind)


def status_lines(status: CloudStatus) -> list[str]:
    """What `status -c` prints."""
    if status.rows:
        return [f"\t{state + ':':<20}{path}" for state, path in status.rows]
    remotes = ", ".join(f"'{name}'" for name in status.remotes)
    return [f"Cache and remote {remotes} are in sync."]
