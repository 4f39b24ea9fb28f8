"""`move`: another place for tracked data, with its .dvc file and .gitignore line (spec/data.md §7).

The order of effects: the line for the new place, the data, the line of the old place goes, the new
.dvc file, the old one goes. After a kill in between the same command finds what is done already and
does the rest.
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
from assay.pipeline.records import lock_path, records
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
    old_file = bench.workspace.absolute(move.stage.file)
    new_file = bench.workspace.absolute(move.file)
    text = edited(read_text(old_file), _edit(bench, move))
    _check_target(bench, move, text)
    try:
        if move.output.cache:
            tracker.ignore_location(move.target)
        _move_data(bench, move)
        tracker.unignore_location(move.output.location)
        with ProjectLock(bench.project.tmp_dir):
            write_text(new_file, text)
    except BaseException:
        _move_back(bench, move, tracker)
        raise
    tracker.note(new_file)
    if new_file != old_file:
        os.unlink(old_file)
        tracker.note(old_file)
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
    if bench.workspace.is_directory(target) and not _is_moved(bench, stage, output, target):
        target = os.path.normpath(os.path.join(target, os.path.basename(location)))
    elif destination.endswith(os.sep):
        raise CannotMove(f"stage working dir '{bench.workspace.absolute(target)}' does not exist")
    named_after_data = os.path.basename(stage.file) == file_for(os.path.basename(location))
    if named_after_data and len(stage.outputs) == 1:
        return _Move(stage, output, target, file_for(target), os.path.dirname(target))
    return _Move(stage, output, target, stage.file, stage.wdir)


def _is_moved(bench: Workbench, stage: Stage, output: Output, target: str) -> bool:
    """Whether a move that did not come to its end has brought the data to the target."""
    if bench.workspace.exists(output.location) or not bench.workspace.exists(target):
        return False
    record = records(bench.pipeline.entry(stage), "outs").get(
        lock_path(stage, output.path, output.location)
    )
    found = bench.workspace.fingerprint(target)
    return record is not None and found is not None and found.md5 == record.md5


def _check_target(bench: Workbench, move: _Move, text: str) -> None:
    """Raise CannotMove, UnsafePath or TrackedByGit for a place that is taken or cannot be used.

    `text` is what the .dvc file will say; one that says so already is from a move that was killed.
    """
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
    is_written = read_text(bench.workspace.absolute(move.file)) == text
    is_moved = _is_moved(bench, move.stage, move.output, move.target)
    for taken, is_ours in ((move.file, is_written), (move.target, is_moved)):
        if taken != move.stage.file and not is_ours and bench.workspace.exists(taken):
            raise CannotMove(
                f"'{bench.addresses.path(taken)}' already exists", hint="remove it first"
            )
    _check_overlap(bench, move.target, shown, but=move.file if is_written else "")
    rule = bench.workspace.ignore.explain(path, bench.workspace.is_directory(move.output.location))
    if rule is not None and not rule.negated:
        raise CannotMove(f"Path '{path}' is ignored by {rule}")
    refuse_tracked(bench.project, move.target, shown)


def _check_overlap(bench: Workbench, target: str, shown: str, *, but: str) -> None:
    """What the stage file `but` tracks does not count."""
    owners = bench.graph.owners
    inside = [owner for _, owner in owners.inside(target)]
    for owner in (owners.around(target), owners.exact(target), *inside):
        if owner is not None and bench.graph.stages[owner].file != but:
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
    elif not bench.workspace.exists(move.target):
        bench.console.warning(f"'{bench.workspace.absolute(location)}' missing")


def _move_back(bench: Workbench, move: _Move, tracker: Tracker) -> None:
    """The move failed: the data and the lines of .gitignore as they were."""
    location = move.output.location
    tracker.roll_back()
    if bench.workspace.exists(move.target) and not bench.workspace.exists(location):
        bench.workspace.move(move.target, location)
    if move.output.cache:
        tracker.ignore_location(location)
