"""`dataset add` and `dataset update`: define data sets, and lock what they stand for now.

dvc.lock is written before dvc.yaml. A kill in between leaves a lock that no definition matches: the
same command, given again, mends that.
"""

from __future__ import annotations

import os

from assay.data.elsewhere import Elsewhere
from assay.errors import AssayError
from assay.fs.atomic import write_text
from assay.fs.lock import ProjectLock
from assay.fs.reading import read_text
from assay.git.clone import newest
from assay.pipeline.address import PIPELINE_NAME
from assay.pipeline.datasets import (
    DATACHAIN,
    GIT,
    Dataset,
    Datasets,
    MissingDataset,
    locked_form,
)
from assay.pipeline.lockfile import lock_dataset, lock_location
from assay.pipeline.tracking import Tracker
from assay.pipeline.upstream import resolved_url
from assay.pipeline.workbench import Workbench
from assay.remotes.origin import address
from assay.remotes.versions import locked_objects
from assay.typed import Any, Mapping

_SHORT = 9
_WITH_VERSIONS = "s3://"


class CannotLock(AssayError):
    """Nobody can tell here what a data set stands for."""


def add_dataset(
    bench: Workbench,
    defined: dict[str, Any],
    tracker: Tracker,
    environ: Mapping[str, str],
    *,
    force: bool,
) -> None:
    """Define a data set in the dvc.yaml of the current directory, and lock it.

    `defined` is what dvc.yaml is to say. With `force` one of that name is replaced where it is.
    """
    known = _known(bench, str(defined["name"]))
    if known is not None and not force:
        raise AssayError(
            f"{known.name} already exists in {bench.addresses.path(known.file)}, "
            "use the --force to overwrite"
        )
    file = bench.addresses.location(PIPELINE_NAME) if known is None else known.file
    locked = locked_form(defined, _found(bench, defined, file, environ))
    bench.console.info(f"Adding {_shown(defined)}")
    with ProjectLock(bench.project.tmp_dir):
        _write_lock(bench, file, locked, tracker)
        _define(bench, file, defined, tracker)


def update_dataset(
    bench: Workbench,
    name: str,
    revision: str | None,
    tracker: Tracker,
    environ: Mapping[str, str],
) -> None:
    """Lock what a data set stands for now, or from now on at another `revision`.

    Raises MissingDataset, CannotLock, CloneFailed and UnknownRevision.
    """
    known = Datasets(bench.pipeline.files).find(name)
    defined = known.defined
    if revision and known.kind == GIT:
        defined = {**defined, "rev": revision}
        _refuse_template(bench, known)
    locked = locked_form(defined, _found(bench, defined, known.file, environ))
    if known.is_locked and locked == known.locked:
        bench.console.info("Nothing to update")
        return
    what = _shown(defined)
    if known.is_locked and known.locked is not None and known.kind == GIT:
        was, now = known.locked["rev_lock"][:_SHORT], locked["rev_lock"][:_SHORT]
        what = f"{name} ({was} -> {now})"
    bench.console.info(f"Updating {what}")
    with ProjectLock(bench.project.tmp_dir):
        _write_lock(bench, known.file, locked, tracker)
        if defined != known.defined:
            _pin(bench, known, str(revision), tracker)


def _known(bench: Workbench, name: str) -> Dataset | None:
    try:
        return Datasets(bench.pipeline.files).find(name)
    except MissingDataset:
        return None


def _found(
    bench: Workbench, defined: Mapping[str, Any], file: str, environ: Mapping[str, str]
) -> dict[str, Any]:
    """What the data set stands for now, as dvc.lock has it."""
    if defined["type"] == GIT:
        return {"rev_lock": _commit(bench, defined, file, environ)}
    if defined["type"] == DATACHAIN:
        raise CannotLock(
            f"the versions of '{defined['url']}' cannot be asked for: that takes DataChain",
            hint="lock the data set with DVC where `datachain` is installed; stages read it here",
        )
    return _objects(bench, str(defined["url"]))


def _commit(
    bench: Workbench, defined: Mapping[str, Any], file: str, environ: Mapping[str, str]
) -> str:
    """The commit that is meant, without a copy of the repository where one question will do."""
    root, revision = bench.project.root, defined.get("rev")
    folders = (bench.addresses.directory, os.path.join(root, os.path.dirname(file)), root)
    url = resolved_url(str(defined["url"]), *folders)
    if "://" in url and (commit := newest(url, revision, cwd=root)) is not None:
        return commit
    with Elsewhere(url, revision, directory=root, environ=environ, committed=True) as place:
        assert place.commit is not None
        return place.commit


def _objects(bench: Workbench, url: str) -> dict[str, Any]:
    place, _ = address(url, bench.project.config)
    if not place.startswith(_WITH_VERSIONS):
        raise CannotLock(f"'{place}' is in no bucket of S3, whose objects have versions")
    return locked_objects(url, bench.project.config)


def _define(bench: Workbench, file: str, defined: dict[str, Any], tracker: Tracker) -> None:
    from assay.formats.yaml_blocks import replace_block

    path = bench.workspace.absolute(file)
    write_text(path, replace_block(read_text(path), "datasets", str(defined["name"]), defined))
    tracker.note(path)


def _pin(bench: Workbench, dataset: Dataset, revision: str, tracker: Tracker) -> None:
    """Write another revision into dvc.yaml."""
    from assay.formats.changes import Set
    from assay.formats.yaml_edit import edit

    path = bench.workspace.absolute(dataset.file)
    section = bench.pipeline.files[dataset.file].datasets
    index = section.index(dataset.defined)
    text = edit(read_text(path), [Set(("datasets", index, "rev"), revision)])
    write_text(path, text)
    tracker.note(path)


def _refuse_template(bench: Workbench, dataset: Dataset) -> None:
    """A definition that templates made cannot be edited."""
    from assay.formats.yaml_read import parse

    written: Any = parse(read_text(bench.workspace.absolute(dataset.file)))
    if dataset.defined not in written["datasets"]:
        raise AssayError("cannot update a parametrized dataset entry")


def _write_lock(bench: Workbench, file: str, locked: dict[str, Any], tracker: Tracker) -> None:
    path = bench.workspace.absolute(lock_location(file))
    if lock_dataset(path, str(locked["name"]), locked):
        tracker.note(path)


def _shown(defined: Mapping[str, Any]) -> str:
    path = f":/{defined['path'].lstrip('/')}" if "path" in defined else ""
    revision = f" @ {defined['rev']}" if "rev" in defined else ""
    return f"{defined['name']} ({defined['url']}{path}{revision})"
