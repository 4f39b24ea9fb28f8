"""`import-url`: a file or directory at a path or URL, tracked here (spec/data.md §13)."""

from __future__ import annotations

import os

from assay.data.imports import Import, Mode, check_import, file_of, output_location, run_import
from assay.errors import AssayError
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench
from assay.remotes.origin import LocalOrigin, keeps_versions, open_origin
from assay.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class UrlRequest(NamedTuple):
    """What to import: as typed, with options for the library that speaks to the URL.

    `versions`: record which versions of objects those are, and have them again from there.
    """

    url: str
    out: str | None = None
    options: Mapping[str, str] = {}
    versions: bool = False


class NoVersions(AssayError):
    """A place that keeps no versions of files."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"'{url}' keeps no versions", hint="--version-aware is for s3://, gs:// and azure://"
        )


def import_url(bench: Workbench, request: UrlRequest, mode: Mode, tracker: Tracker) -> None:
    """Track what is at the URL."""
    job = planned(bench, request)
    check_import(bench, job.location, force=mode.force)
    run_import(bench, job, mode, tracker)


def planned(bench: Workbench, request: UrlRequest) -> Import:
    """What is to be done; nothing is touched. Raises ConfigError for an unknown remote."""
    url = request.url
    versions = {"version_aware": "true"} if request.versions else {}
    location = output_location(bench, request.out, os.path.basename(url.rstrip("/")))
    origin = open_origin(
        url,
        directory=bench.addresses.directory,
        config=bench.project.config,
        scanner=bench.workspace.scanner,
        options={**request.options, **versions},
    )
    if versions and not keeps_versions(origin):
        raise NoVersions(url)
    path, shown = url, url
    if isinstance(origin, LocalOrigin) and not url.startswith("remote://"):
        folder = os.path.dirname(bench.workspace.absolute(location))
        is_relative = not os.path.isabs(url.removeprefix("file://"))
        path = os.path.relpath(origin.place, folder) if is_relative else origin.place
        shown = origin.place
    dependency: dict[str, Any] = {"path": path}
    if request.options or versions:
        told = {"version_aware": True} if versions else {}
        dependency["fs_config"] = {**request.options, **told}
    return Import(location, file_of(location), origin, dependency, shown)
