"""What records say about versions on a remote: `cloud`, and `files` for a directory.

    path: model.pt                       path: data
    md5: …                               files:
    cloud:                               - relpath: a/b
      store:                               md5: …
        etag: …                            size: 3
        version_id: …                      cloud: {store: {etag: …, version_id: …}}

They name one remote, the one that was pushed to last: DVC takes no more.
"""

from __future__ import annotations

from assay.typed import Any, Mapping, NamedTuple


class FileVersion(NamedTuple):
    """A file of an output: its path below the output ("": the output itself), MD5, bytes.

    `version_id` on the remote `remote`, and its entity tag; all "" if it has none there.
    """

    path: str
    md5: str
    size: int | None = None
    remote: str = ""
    etag: str = ""
    version_id: str = ""


def versions_of(raw: Mapping[str, Any]) -> tuple[FileVersion, ...]:
    """The files that a record tells about one by one; none for a plain record."""
    if raw.get("files"):
        return tuple(_file_version(row, str(row["relpath"])) for row in raw["files"])
    return (_file_version(raw, ""),) if raw.get("cloud") else ()


def _file_version(row: Mapping[str, Any], path: str) -> FileVersion:
    for remote, told in (row.get("cloud") or {}).items():
        etag, version = str(told.get("etag") or ""), str(told.get("version_id") or "")
        return FileVersion(path, _md5(row), row.get("size"), str(remote), etag, version)
    return FileVersion(path, _md5(row), row.get("size"))


def _md5(row: Mapping[str, Any]) -> str:
    return str(row.get("md5") or "").lower()
