"""Deaths before the n-th change on disk, counted over a process and all that it starts."""

from __future__ import annotations

import mmap
import os
import shutil
import subprocess
from pathlib import Path

import pytest

VARIABLE = "ASSAY_FAULTS"
_SOURCE = Path(__file__).with_name("faults.c")
_SIZE = 24


class Faults:
    """What `faults.c` shares with us, in the file `path`."""

    def __init__(self, path: str) -> None:
        with open(path, "r+b") as file:
            self._numbers = mmap.mmap(file.fileno(), _SIZE)

    def arm(self, at: int, *, group: int = 0) -> None:
        """Count from 1; who does number `at` dies before it, and so does the process group."""
        self._set(0, at, group)

    def disarm(self) -> None:
        """Nobody counts any more."""
        self._set(self.count, -1, 0)

    @property
    def count(self) -> int:
        """How many changes were made since `arm`."""
        return int.from_bytes(self._numbers[:8], "little", signed=True)

    def _set(self, *numbers: int) -> None:
        self._numbers[:] = b"".join(one.to_bytes(8, "little", signed=True) for one in numbers)


def make_faults(folder: Path) -> dict[str, str]:
    """The variables of a process in which deaths can be armed. Skips where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    library, shared = folder / "faults.so", folder / "faults"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(_SOURCE), "-ldl"]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        pytest.skip(f"needs a C library as Linux has it: {built.stderr}")
    shared.write_bytes(bytes(_SIZE))
    Faults(str(shared)).disarm()
    return {"LD_PRELOAD": str(library), VARIABLE: str(shared)}


def faults_of_this_process() -> Faults:
    """In a process that was started with the variables of `make_faults`."""
    return Faults(os.environ[VARIABLE])
