"""Values and files for Python users: in the workspace or at any revision."""

from __future__ import annotations

import io
from typing import IO, Any, Literal, overload

from assay.api.place import Place
from assay.compare.merged import merged
from assay.typed import Iterable

_MODES = ("r", "rt", "rb")


def params_show(
    *files: str,
    stages: str | Iterable[str] = (),
    deps: bool = False,
    rev: str | None = None,
    project: str = ".",
) -> dict[str, Any]:
    """Parameters in the workspace or at `rev`, of all files in one mapping.

    `files` give all they have. Without them: all of params.yaml, and of other files what stages
    depend on; with `deps` only what stages depend on, with `stages` what these do. A top-level key
    that several files have is called `file:key`. Raises AssayError for a file that cannot be read,
    and for an unknown stage or revision.
    """
    from assay.compare.values import params_at

    here = Place(project)
    chosen = (stages,) if isinstance(stages, str) else tuple(stages)
    found = params_at(here.project, here.addresses, rev, files=files, stages=chosen, deps_only=deps)
    return merged(found)


def metrics_show(*files: str, rev: str | None = None, project: str = ".") -> dict[str, Any]:
    """The metrics of all files, or of `files`, in one mapping, like `params_show`."""
    from assay.compare.values import metrics_at

    here = Place(project)
    return merged(metrics_at(here.project, here.addresses, rev, files=files))


def get_url(
    path: str, *, rev: str | None = None, remote: str | None = None, project: str = "."
) -> str:
    """Where a remote has the tracked file or directory, or would have it; nobody looks there.

    Raises AssayError for a path that is in no output, and without a remote.
    """
    from assay.compare.files_at import url_at

    here = Place(project)
    return url_at(here.project, here.addresses, rev, path, remote=remote)


def read(
    path: str,
    *,
    rev: str | None = None,
    remote: str | None = None,
    encoding: str = "utf-8",
    project: str = ".",
) -> str:
    """The text of a file that Git or an output holds; see `open`."""
    return read_bytes(path, rev=rev, remote=remote, project=project).decode(encoding)


def read_bytes(
    path: str, *, rev: str | None = None, remote: str | None = None, project: str = "."
) -> bytes:
    """The bytes of a file that Git or an output holds; see `open`."""
    with open(path, "rb", rev=rev, remote=remote, project=project) as file:
        return file.read()


@overload
def open(
    path: str,
    mode: Literal["r", "rt"] = "r",
    *,
    rev: str | None = None,
    remote: str | None = None,
    encoding: str = "utf-8",
    project: str = ".",
) -> IO[str]: ...


@overload
def open(
    path: str,
    mode: Literal["rb"],
    *,
    rev: str | None = None,
    remote: str | None = None,
    encoding: str = "utf-8",
    project: str = ".",
) -> IO[bytes]: ...


def open(
    path: str,
    mode: str = "r",
    *,
    rev: str | None = None,
    remote: str | None = None,
    encoding: str = "utf-8",
    project: str = ".",
) -> IO[Any]:
    """A file to read from, for `with`: in the workspace, or as it was at `rev`.

    Data that is not there comes out of the cache, and if that lacks it out of the output's remote,
    else `remote`, else the default one. `mode` is "r" or "rb". Raises FileNotFoundError,
    IsADirectoryError, and AssayError for data that is nowhere.
    """
    if mode not in _MODES:
        raise ValueError(f"mode must be one of {', '.join(_MODES)}, not '{mode}'")
    from assay.compare.files_at import open_at

    here = Place(project)
    raw = open_at(here.project, here.addresses, rev, path, remote=remote)
    return raw if mode == "rb" else io.TextIOWrapper(raw, encoding=encoding)
