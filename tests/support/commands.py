"""The commands under test: ours, as it is installed or from the sources, and the real DVC."""

from __future__ import annotations

import os
import shlex
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

from support.environment import SOURCES

ROOT = SOURCES.parent


def our_command(name: str) -> list[str]:
    """How to start ours under `name` (`dvc` or `assay`): the installed script, else the module."""
    script = Path(sysconfig.get_path("scripts"), name)
    if _is_installed() and script.exists():
        return [str(script)]
    return ["env", f"PYTHONPATH={SOURCES}", sys.executable, "-m", "assay"]


def real_dvc_path() -> str | None:
    """The real DVC to compare with: $ASSAY_REAL_DVC, else the one that `make setup` installs."""
    for candidate in (os.environ.get("ASSAY_REAL_DVC", ""), str(ROOT / ".venv-dvc/bin/dvc")):
        if os.access(candidate, os.X_OK):
            return candidate
    return None


def write_commands(folder: Path) -> None:
    """Fill `folder` with `dvc`, `assay` and `python`: programs that start what is under test."""
    folder.mkdir()
    commands = {name: our_command(name) for name in ("dvc", "assay")}
    commands |= {name: [sys.executable] for name in ("python", "python3")}
    for name, command in commands.items():
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        program.chmod(0o755)


def _is_installed() -> bool:
    try:
        metadata.distribution("assay")
    except metadata.PackageNotFoundError:
        return False
    return True
