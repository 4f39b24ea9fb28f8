"""The run cache on a remote: the tree `runs/` as it is (spec/data.md §6)."""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.atomic import write_bytes
from assay.regex import regex
from assay.remotes.exchange import Carried, Exchange, carry
from assay.remotes.layout import RUNS
from assay.remotes.remote import NotListable, Outgoing, Remote
from assay.remotes.wanted import Moved, Wanted
from assay.typed import Iterator, Sequence


class RunCacheNotSupported(AssayError):
    """The remote cannot say which entries it has."""

    def __init__(self, address: str) -> None:
        scheme = address.partition("://")[0]
        super().__init__(f"run-cache is not supported for {scheme} filesystem: {address}")


# Whatever else a remote lists below `runs/` stays where it is (P5).
_ENTRY = regex(r"runs/([0-9a-f]{2})/\1[0-9a-f]{62}/[0-9a-f]{64}")


def push_runs(exchange: Exchange, _: Sequence[Wanted] = ()) -> Moved:
    """Send the entries that the remote lacks."""
    lacking = sorted(_entries(exchange.here) - _there(exchange))

    def send(paths: Sequence[str]) -> Iterator[OSError | None]:
        return exchange.there.put([Outgoing(exchange.here.address(path), path) for path in paths])

    return _moved(carry(exchange, "Pushing the run cache", send, lacking))


def fetch_runs(exchange: Exchange, _: Sequence[Wanted] = ()) -> Moved:
    """Bring the entries that the cache lacks."""
    lacking = sorted(_there(exchange) - _entries(exchange.here))

    def bring(paths: Sequence[str]) -> Iterator[OSError | None]:
        for path in paths:
            try:
                _keep(exchange.here.address(path), exchange.there.read(path))
            except OSError as error:
                yield error
            else:
                yield None

    return _moved(carry(exchange, "Fetching the run cache", bring, lacking))


def _there(exchange: Exchange) -> set[str]:
    """The entries of the remote. Raises RunCacheNotSupported."""
    try:
        return _entries(exchange.there)
    except NotListable:
        raise RunCacheNotSupported(exchange.there.address(RUNS)) from None


def _entries(side: Remote) -> set[str]:
    return {file.path for file in side.files(RUNS) if _ENTRY.fullmatch(file.path)}


def _keep(target: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    write_bytes(target, data)


def _moved(carried: Carried) -> Moved:
    failed = (*carried.failed, *carried.absent)
    return Moved(len(carried.done), failed=failed, untried=carried.untried)
