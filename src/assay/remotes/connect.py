"""From the configuration of a remote to the remote itself."""

from __future__ import annotations

import os

from assay.errors import AssayError, UnexpectedError
from assay.remotes.local import LocalRemote
from assay.remotes.remote import Remote
from assay.typed import Mapping
from assay.ui.console import Console
from assay.workers import most_jobs

Options = Mapping[str, str | list[str]]


def keeps_versions(options: Options) -> bool:
    """Whether the options of a remote say that it has paths and versions in place of objects.

    Those are opened by `assay.remotes.versioned`.
    """
    return _is_set(options, "version_aware") or is_mirror(options)


def is_mirror(options: Options) -> bool:
    """Whether the latest version of each path there has to be what was pushed last."""
    return _is_set(options, "worktree")


def connect(name: str, options: Options, console: Console | None = None) -> Remote:
    """The remote `name`; `options` are as `Config.remote` gives them, with `url`. How far large
    files are is shown on `console`.

    Nothing is asked of it yet. Raises UnexpectedError when a library is missing or a file stands in
    the place of a folder, AssayError for kinds that are not supported.
    """
    if keeps_versions(options):
        option = "worktree" if is_mirror(options) else "version_aware"
        raise AssayError(
            f"remote '{name}' is set to `{option}`: it keeps versions of files and has no "
            "objects. Only `push`, `fetch`, `pull` and `data status` can deal with that",
            hint="choose another remote with `-r`",
        )
    url = str(options["url"])
    jobs = int(str(options["jobs"])) if "jobs" in options else None
    if "://" in url:
        from assay.remotes.fsspec_remote import open_fsspec  # only where there is a URL

        return open_fsspec(name, url, options, jobs=jobs or most_jobs(), console=console)
    if os.path.isfile(url):
        raise UnexpectedError(
            f"[Errno 20] Not a directory: '{url}'",
            hint=f"correct the address with `dvc remote modify {name} url …`",
        )
    shared, watch = options.get("shared") == "group", console.watched if console else None
    return LocalRemote(url, name=name, jobs=jobs, shared=shared, watch=watch)


def _is_set(options: Options, name: str) -> bool:
    return str(options.get(name, "")).lower() == "true"
