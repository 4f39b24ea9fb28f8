"""`move`: another place for tracked data, with its .dvc file and .gitignore line (spec/data.md §7).

The order of effects: the line for the new place, the new .dvc file, the data, then the old file
and line go. A kill in between leaves two .dvc files for data that is whole at one of the places.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.atomic import write_text
from assay.fs.lock import ProjectLock
from assay.fs.reading import read_text
from assay.pipeline.build import is_stage_file, locate
from assay.pipeline.checksum import renew_checksum
from assay.pipeline.dvc_file import file_for
from assay.pipeline.model import Output, Stage
from assay.pipeline.stage_edit import Edit, edited
from assay.pipeline.tracking import Tracker, refuse_tracked
from assay.pipeline.workbench import Workbench
from assay.typed import Any, NamedTuple


class CannotMove(AssayError):
    """The data has to stay where it is."""

    exit_code = 1


class _Move(NamedTuple):
    """What goes where, as locations: the data from `output` to `target`, its record to `file`.

    `wdir` is the folder that paths in the file are relative to afterwards.
    """

    stage: Stage
    output: Output
    target: str
    file: str
    wdir: str


def move(bench: Workbench, source: str, destination: str, tracker: Tracker) -> None:
    """Move the tracked file or directory `source`; both paths as typed.

    A `destination` that is a directory gets the data under its old name. Raises CannotMove before
    any change.
    """
    move = _planned(bench, source, destination)
    _check_target(bench, move)
    old_file = bench.workspace.absolute(move.stage.file)
    new_file = bench.workspace.absolute(move.file)
    before = read_text(old_file)
    after = edited(before, _edit(bench, move))
    written = False
    try:
        if move.output.cache:
            tracker.ignore_location(move.target)
        with ProjectLock(bench.project.tmp_dir):
            write_text(new_file, after)
        written = True
        _move_data(bench, move)
    except BaseException:
        tracker.roll_back()
        if written and new_file == old_file:
            write_text(old_file, before)
        elif written:
            os.unlink(new_file)
        raise
    tracker.note(new_file)
    if new_file != old_file:
        os.unlink(old_file)
        tracker.note(old_file)
    tracker.unignore_location(move.output.location)
    bench.workspace.save()


def _planned(bench: Workbench, source: str, destination: str) -> _Move:
    location = bench.addresses.location(source)
    owner = bench.graph.owners.exact(location)
    if owner is None:
        raise CannotMove(f"Unable to find DVC file with output '{source}'")
    stage = bench.graph.stages[owner]
    if stage.command is not None:
        raise CannotMove(
            "move is not permitted for stages that are not data sources. You need to either move "
            f"'{bench.addresses.stage(stage)}' to a new location and edit it by hand, or remove "
            f"'{bench.addresses.stage(stage)}' and create a new one at the desired location."
        )
    output = next(out for out in stage.outputs if out.location == location)
    target = bench.addresses.location(destination)
    if bench.workspace.is_directory(target):
        target = os.path.normpath(os.path.join(target, os.path.basename(location)))
    elif destination.endswith(os.sep):
        raise CannotMove(f"stage working dir '{bench.workspace.absolute(target)}' does not exist")
    named_after_data = os.path.basename(stage.file) == file_for(os.path.basename(location))
    if named_after_data and len(stage.outputs) == 1:
        return _Move(stage, output, target, file_for(target), os.path.dirname(target))
    return _Move(stage, output, target, stage.file, stage.wdir)


def _check_target(bench: Workbench, move: _Move) -> None:
    """Raise CannotMove, UnsafePath or TrackedByGit for a place that is taken or cannot be used."""
    shown = bench.addresses.path(move.target)
    path = bench.workspace.absolute(move.target)
    folder = os.path.dirname(path)
    if os.path.isabs(move.target):
        raise CannotMove(f"stage working dir '{folder}' is outside of DVC repo")
    if not os.path.isdir(folder):
        raise CannotMove(f"stage working dir '{folder}' does not exist")
    if is_stage_file(move.target):
        raise CannotMove(f"DVC file '{shown}' cannot be an output.")
    if os.path.realpath(folder) != folder:
        raise CannotMove(f"'{folder}' is reached through a symbolic link")
    bench.workspace.check(move.target)
    for taken in (move.file, move.target):
        if taken != move.stage.file and bench.workspace.exists(taken):
            raise CannotMove(
                f"'{bench.addresses.path(taken)}' already exists", hint="remove it first"
            )
    _check_overlap(bench, move.target, shown)
    rule = bench.workspace.ignore.explain(path, bench.workspace.is_directory(move.output.location))
    if rule is not None and not rule.negated:
        raise CannotMove(f"Path '{path}' is ignored by {rule}")
    refuse_tracked(bench.project, move.target, shown)


def _check_overlap(bench: Workbench, target: str, shown: str) -> None:
    owners = bench.graph.owners
    inside = [owner for _, owner in owners.inside(target)]
    for owner in (owners.around(target), owners.exact(target), *inside):
        if owner is not None:
            address = bench.addresses.stage(bench.graph.stages[owner])
            raise CannotMove(f"'{shown}' overlaps with what '{address}' tracks")


def _edit(bench: Workbench, move: _Move) -> Edit:
    """The change of the .dvc file: its paths as they are seen from where it is now."""
    root = bench.project.root

    def relative(location: str) -> str:
        return os.path.relpath(os.path.join(root, location), os.path.join(root, move.wdir))

    def edit(data: Any) -> None:
        if move.wdir == os.path.dirname(move.file):
            data.pop("wdir", None)
        if move.wdir != move.stage.wdir:
            for dependency in data.get("deps") or ():
                if _is_relative(dependency):
                    place = locate(root, move.stage.wdir, dependency["path"])
                    dependency["path"] = relative(place)
        for entry in data["outs"]:
            if entry["path"] == move.output.path:
                entry["path"] = relative(move.target)
        renew_checksum(data)

    return edit


def _is_relative(dependency: dict[str, Any]) -> bool:
    """Whether its path is one of this project, seen from the file."""
    path = dependency["path"]
    return "repo" not in dependency and not os.path.isabs(path) and "://" not in path


def _move_data(bench: Workbench, move: _Move) -> None:
    location = move.output.location
    if bench.workspace.exists(location):
        bench.workspace.move(location, move.target)
    else:
        bench.console.warning(f"'{bench.workspace.absolute(location)}' missing")
