"""An experiment to run from a snapshot, as data: apart from what runs it, for the queue."""

from __future__ import annotations

import os

from assay.experiments.request import RunRequest
from assay.pipeline.address import Addresses
from assay.project import Project
from assay.typed import TYPE_CHECKING, Mapping, NamedTuple

if TYPE_CHECKING:
    from assay.experiments.remains import Remain


class SnapshotRun(NamedTuple):
    """One experiment to run from a snapshot.

    `directory` is where the command was given, relative to the project's root; `copies` are
    absolute paths in the parent's work tree, copied when the run starts; `remains` are brought
    back before.
    """

    request: RunRequest
    name: str
    baseline: str
    directory: str
    copies: tuple[str, ...] = ()
    remains: tuple[Remain, ...] = ()


def absolute(addresses: Addresses, path: str) -> str:
    """A path typed in the directory of `addresses`."""
    return os.path.normpath(os.path.join(addresses.directory, path))


def by_git_path(
    project: Project, addresses: Addresses, files: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Files by absolute path, as files by path from the Git root."""
    return {project.git_path(addresses.location(path)): content for path, content in files.items()}
