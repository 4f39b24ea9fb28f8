"""The real DVC, its start-up paid once: a tenth of a second for a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.project import Result

_SERVER = Path(__file__).with_name("dvc_server.py")


class RealDvc:
    """Runs commands of the DVC at `program` until it is closed; `folder` is for its notes."""

    def __init__(self, program: str, folder: Path) -> None:
        self._folder = os.path.dirname(program)  # workers of its queue call it by its name
        self._out, self._err = folder / "dvc.out", folder / "dvc.err"
        with open(program, encoding="utf-8") as script:
            python = script.readline().removeprefix("#!").strip()
        self._server = subprocess.Popen(
            [python, "-P", str(_SERVER)],  # its neighbours here are called as some libraries are
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, words: Sequence[str], *, cwd: str, env: Mapping[str, str]) -> Result:
        """Run `dvc WORDS` with nothing on stdin."""
        assert self._server.stdin is not None and self._server.stdout is not None
        for file in (self._out, self._err):
            file.write_bytes(b"")
        request = {
            "words": list(words),
            "cwd": cwd,
            "env": {**env, "PATH": f"{self._folder}:{env['PATH']}"},
            "out": os.fspath(self._out),
            "err": os.fspath(self._err),
        }
        print(json.dumps(request), file=self._server.stdin, flush=True)
        answer = self._server.stdout.readline()
        assert answer, f"the server of the real DVC is gone, see above ({sys.argv[0]})"
        return Result(int(answer), *(file.read_text("utf-8") for file in (self._out, self._err)))

    def close(self) -> None:
        """End it."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait()
