"""A Dask scheduler and workers, each a host of its own: home, mirror and cache are not shared."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from support.environment import SOURCES
from support.waiting import until


class DaskHosts:
    """Processes of one Dask cluster on loopback; all are gone after `close`."""

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        *,
        allowed_failures: int = 0,
        address: str = "127.0.0.1",
        options: Sequence[str] = (),
    ) -> None:
        """`options` are of the scheduler and of all workers."""
        self._folder = folder
        self._environ = {**environ, "PYTHONPATH": str(SOURCES)}
        self._options = options
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._file = folder / "scheduler.json"
        failures = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures)}
        place = ("--port", "0", "--host", address)
        self._start("scheduler", "dask_scheduler", *place, env=failures)
        until(lambda: self._file.exists() and self._file.read_text().endswith("}"))
        self.address: str = json.loads(self._file.read_text())["address"]

    def host(self, name: str, *options: str, inside: Sequence[str] = ()) -> None:
        """Start a host with one slot; `inside` is a command that starts others elsewhere."""
        home = self._folder / name
        own = {
            "HOME": str(home),
            "ASSAY_HOST_DIR": str(home / "state"),
            "ASSAY_HOST_CACHE": "own",
            "XDG_CONFIG_HOME": str(home / "config"),
        }
        slots = ("--nthreads", "1", "--no-nanny", "--local-directory", str(home / "dask"))
        home.mkdir(exist_ok=True)
        self._start(name, "dask_worker", *slots, *options, env=own, inside=inside)

    def pid(self, name: str) -> int:
        """The process of a host."""
        return self._processes[name].pid

    def kill(self, name: str) -> None:
        """The host is gone, at once."""
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def close(self) -> None:
        """End all."""
        for process in self._processes.values():
            process.send_signal(signal.SIGKILL)
            process.wait()

    def state(self, name: str) -> Path:
        """What the host keeps."""
        return self._folder / name / "state"

    def _start(
        self,
        name: str,
        module: str,
        *options: str,
        env: Mapping[str, str],
        inside: Sequence[str] = (),
    ) -> None:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard"]
        command += ["--scheduler-file", str(self._file), *self._options]
        with open(self._folder / f"{name}.log", "ab") as log:
            self._processes[name] = subprocess.Popen(
                [*inside, *command, *options],
                env={**self._environ, **env},
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
