"""Which versions of objects a bucket holds now: nothing is moved, and later ones change nothing."""

from __future__ import annotations

from assay.config import Config
from assay.remotes.origin import MissingOrigin, address
from assay.remotes.source import SourceFile, open_source
from assay.typed import Any


def locked_objects(url: str, config: Config) -> dict[str, Any]:
    """Size, version and entity tag of the object at `url`, or of all below it.

    In the form that dvc.lock has for a data set of the type `url`: `meta` and, for a folder,
    `files`. Raises MissingOrigin.
    """
    place, options = address(url, config)
    source = open_source(place, {**options, "version_aware": "true"})
    one = source.file()
    if one is not None:
        return {"meta": _meta(one)}
    files = source.files() if source.is_directory() else []
    if not files:
        raise MissingOrigin(f"dependency '{url}' does not exist")
    total = sum(file.size for file in files)
    return {
        "meta": {"isdir": True, "size": total, "nfiles": len(files)},
        "files": [{"relpath": file.path, "meta": _meta(file)} for file in files],
    }


def _meta(file: SourceFile) -> dict[str, Any]:
    version = {"version_id": file.version} if file.version else {}
    return {"size": file.size, **version, "etag": file.token}
