"""Files of one state by paths as seen from a directory, wherever their bytes are: for programs."""

from __future__ import annotations

import errno
import io
import os

from assay.compare.revisions import resolve
from assay.compare.values import state_at
from assay.data.files import NotTracked, cached_file, recorded, url_of
from assay.data.used import UsedObject
from assay.git.objects import ObjectReader
from assay.pipeline.address import Addresses
from assay.pipeline.workbench import workbench_without_stages
from assay.project import Project
from assay.typed import BinaryIO
from assay.ui.console import Silence


def open_at(
    project: Project, addresses: Addresses, revision: str | None, path: str, *, remote: str | None
) -> BinaryIO:
    """A file of the workspace or of `revision`, to read from.

    Data that is not in place comes from the cache, or is fetched into it. Raises
    FileNotFoundError, IsADirectoryError, UnknownRevision, NoData, and for a broken pipeline.
    """
    location = addresses.location(path)
    found = _in_place(project, revision, location)
    if found is not None:
        return found
    try:
        used = _recorded(project, revision, location)
    except NotTracked:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None
    bench = workbench_without_stages(project, addresses, Silence())
    return open(cached_file(bench, used, location, remote=remote), "rb")


def url_at(
    project: Project, addresses: Addresses, revision: str | None, path: str, *, remote: str | None
) -> str:
    """Where a remote has, or would have, a tracked file or directory.

    Raises NotTracked, ConfigError, UnknownRevision, and for a broken pipeline.
    """
    location = addresses.location(path)
    used = _recorded(project, revision, location)
    bench = workbench_without_stages(project, addresses, Silence())
    return url_of(bench, used, location, remote=remote)


def _in_place(project: Project, revision: str | None, location: str) -> BinaryIO | None:
    """The file in the workspace, or in Git. Raises IsADirectoryError."""
    if revision is None:
        try:
            return open(os.path.join(project.root, location), "rb")
        except FileNotFoundError:
            return None
    repository = project.git()
    [commit] = resolve(repository, [revision])
    with ObjectReader(repository.root) as objects:
        found = objects.read(f"{commit}:{project.git_path(location)}")
    if found is not None and found.kind == "tree":
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), location)
    return io.BytesIO(found.data) if found is not None and found.kind == "blob" else None


def _recorded(project: Project, revision: str | None, location: str) -> UsedObject:
    with state_at(project, revision) as state:
        return recorded(state.pipeline, location)
