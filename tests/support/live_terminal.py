"""A command on a terminal that stays: what it draws, while it draws it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
from types import TracebackType

from support.project import PATIENCE_S, Project
from support.waiting import until


class LiveTerminal:
    """A running command; `text` is all that it has written so far. Ended with the `with` block."""

    def __init__(self, project: Project, *command: str, lines: int = 24, columns: int = 80) -> None:
        self.text = ""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        environ = {**project.env, "TERM": "xterm"}
        environ.pop("COLUMNS", None)
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command],
            cwd=project.root,
            env=environ,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)

    def __enter__(self) -> LiveTerminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._ours)  # whoever still runs there is hung up
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def wait_for(self, *parts: str) -> str:
        """What was written until all `parts` had been; what comes later starts anew."""

        def there() -> bool:
            self._read()
            return all(part in self.text for part in parts)

        until(there)
        seen, self.text = self.text, ""
        return seen

    def type(self, keys: str) -> None:
        """Press keys; "\\x03" is Ctrl-C."""
        os.write(self._ours, keys.encode())

    def end(self) -> int:
        """The exit code, once the command has ended by itself."""

        def ended() -> bool:
            self._read()
            return self.process.poll() is not None

        until(ended)
        self._read()
        return self.process.returncode

    def _read(self) -> None:
        while select.select([self._ours], [], [], 0)[0]:
            try:
                chunk = os.read(self._ours, 65536)
            except OSError:  # EIO: the last process has closed its side
                return
            if not chunk:
                return
            self.text += chunk.decode(errors="replace")
