"""The world a test may see: no settings of the developer, no way into their home directory."""

from __future__ import annotations

import os
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src"

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


def private_places(home: Path) -> dict[str, str]:
    """Variables that keep settings and caches of our command, of DVC and of Git below `home`."""
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_DIRS": str(home / "etc"),
        "DVC_GLOBAL_CONFIG_DIR": str(home / "config" / "dvc"),
        "DVC_SYSTEM_CONFIG_DIR": str(home / "etc" / "dvc"),
        "DVC_SITE_CACHE_DIR": str(home / "site-cache"),
        "DVC_NO_ANALYTICS": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        **IDENTITY,
    }


def command_environment(home: Path, commands: Path) -> dict[str, str]:
    """The whole environment of a command under test, made from nothing.

    `commands` is a folder with `dvc`, `assay` and `python`; it comes first on PATH, so that a
    stage's command finds them too.
    """
    return {
        "PATH": os.pathsep.join([str(commands), os.defpath, "/usr/local/bin"]),
        "TMPDIR": str(home / "tmp"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "COLUMNS": "200",
        "PAGER": "cat",
        "GIT_PAGER": "cat",
        "GIT_TERMINAL_PROMPT": "0",
        **private_places(home),
    }
