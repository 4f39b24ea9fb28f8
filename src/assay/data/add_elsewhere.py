"""`add --out` and `add --to-remote`: data from a path or URL, tracked as if it had been here."""

from __future__ import annotations

import os

from assay.data.add import AddOptions, add
from assay.data.imports import check_import, file_of, output_location
from assay.data.incoming import receive
from assay.data.to_remote import send
from assay.pipeline.dvc_file import write_outputs
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.remotes.origin import open_origin, require
from assay.typed import NamedTuple


class Delivery(NamedTuple):
    """Where the data goes: to the path `out` as typed, or straight `to_remote`."""

    out: str | None = None
    to_remote: bool = False
    remote: str | None = None
    jobs: int | None = None
    force: bool = False


def add_from(
    bench: Workbench, source: str, delivery: Delivery, options: AddOptions, tracker: Tracker
) -> None:
    """Copy or send what is at `source` and track it. Raises MissingOrigin, AlreadyThere, …"""
    location = output_location(bench, delivery.out, os.path.basename(source.rstrip("/")))
    check_import(bench, location, force=delivery.force or delivery.to_remote)
    origin = open_origin(
        source,
        directory=bench.addresses.directory,
        config=bench.project.config,
        scanner=bench.workspace.scanner,
    )
    if not delivery.to_remote:
        require(origin)
        folder = bench.project.incoming_dir
        target = bench.workspace.absolute(location)
        bench.workspace.forget(location)
        receive(folder, target, lambda place: origin.bring(place, bench.console, delivery.jobs))
        add(bench, [bench.addresses.path(location)], options, tracker)
        return
    require(origin)
    remote = delivery.remote or bench.project.config.default_remote("<command>")
    item = send(bench, origin, os.path.basename(location), remote, delivery.jobs)
    tracker.ignore_location(location)
    path = bench.workspace.absolute(file_of(location))
    write_outputs(path, [item])
    tracker.note(path)
    bench.workspace.save()
