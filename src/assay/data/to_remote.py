"""`--to-remote`: data goes straight to a remote and is tracked, but not kept here.

It passes through a cache of its own below `.dvc/tmp`, hashed and verified as anything else, and
that goes when it has arrived.
"""

from __future__ import annotations

import os

from assay.data.import_record import ordered
from assay.data.import_url import UrlRequest, planned
from assay.data.imports import Import, Mode, check_import, record
from assay.data.transfer import exchange_with, report
from assay.errors import UnexpectedError
from assay.fs.remove import remove
from assay.pipeline.records import path_item
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.remotes.connect import connect
from assay.remotes.local import LocalRemote
from assay.remotes.origin import Origin, require
from assay.remotes.push import push
from assay.remotes.wanted import Wanted
from assay.store.cache import ObjectCache
from assay.store.completeness import Completeness
from assay.store.gather import gather
from assay.store.hashes import MD5, Fingerprint
from assay.store.scan import Scanner
from assay.store.state import State
from assay.store.vouchers import Vouchers
from assay.typed import Any


def import_to_remote(
    bench: Workbench, request: UrlRequest, mode: Mode, tracker: Tracker, *, remote: str | None
) -> None:
    """`import-url --to-remote`. Raises ConfigError without a remote, TransferFailed."""
    name = remote or bench.project.config.default_remote("<command>")
    job = planned(bench, request)
    check_import(bench, job.location, force=mode.force)
    try:
        _send_and_record(bench, job, mode, tracker, name)
    except BaseException:
        tracker.roll_back()
        raise
    finally:
        bench.workspace.save()


def send_again(bench: Workbench, job: Import, mode: Mode, tracker: Tracker, remote: str) -> None:
    """`update --to-remote` of an import."""
    _send_and_record(bench, job, mode, tracker, remote)


def _send_and_record(
    bench: Workbench, job: Import, mode: Mode, tracker: Tracker, remote: str
) -> None:
    found = require(job.origin)
    output = send(bench, job.origin, os.path.basename(job.location), remote, mode.jobs)
    tracker.ignore_location(job.location)
    record(bench, job, found, output, tracker, done=True)


def send(
    bench: Workbench, origin: Origin, name: str, remote: str, jobs: int | None
) -> dict[str, Any]:
    """Send what the origin holds to the remote; the record of an output called `name`."""
    there = connect(remote, bench.project.config.remote(remote), bench.console)
    top = os.path.join(bench.project.incoming_dir, os.urandom(8).hex())
    os.makedirs(top)
    try:
        data = os.path.join(top, "data")
        origin.bring(data, bench.console, jobs)
        cache = ObjectCache(os.path.join(top, "cache"))
        found = _gathered(data, cache, os.path.join(top, "state"))
        exchange = exchange_with(bench, there, jobs)._replace(
            here=LocalRemote(cache.top),
            caches={MD5: cache},
            vouchers=Vouchers(os.path.join(top, "state")),
        )
        report(bench.console, push(exchange, [Wanted(found.md5)]), "upload")
    except OSError as error:
        raise UnexpectedError(str(error)) from None
    finally:
        remove(top)
    return ordered(path_item(name, found))


def _gathered(path: str, cache: ObjectCache, state: str) -> Fingerprint:
    return gather(path, Scanner(State(state)), cache, Completeness(state))
