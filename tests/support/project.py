"""A throw-away project: its files, its Git repository, and commands run inside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from support.environment import command_environment

PATIENCE_S = 120.0


class Result(NamedTuple):
    """What a command left behind: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout, which must be one JSON document and nothing else."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """The lines of stdout without blanks at their ends."""
        return [line.rstrip() for line in self.out.splitlines()]


class Project:
    """A directory `root` with a private `home`, an environment made from nothing and no terminal.

    Paths are POSIX strings relative to `root`. A command that ends with another exit code than the
    test expects fails the test and shows all that the command said.
    """

    def __init__(self, root: Path, *, home: Path, commands: Path) -> None:
        self.root = root
        self.home = home
        self.env = command_environment(home, commands)
        self._commands = commands
        for folder in (root, home / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)

    # commands

    def dvc(
        self,
        *args: str,
        code: int | None = 0,
        by: str = "dvc",
        cwd: str = ".",
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
    ) -> Result:
        """Run `dvc ARGS` to its end. `by` names another program, such as the real DVC.

        `code` is the exit code that must come out; None takes any.
        """
        return self.run([by, *args], code=code, cwd=cwd, env=env, stdin=stdin)

    def assay(self, *args: str, code: int | None = 0, cwd: str = ".") -> Result:
        """Run `assay ARGS`, the same program under its other name."""
        return self.run(["assay", *args], code=code, cwd=cwd)

    def git(self, *args: str, code: int | None = 0) -> str:
        """What `git ARGS` prints, without white space around it."""
        return self.run(["git", *args], code=code).out.strip()

    def shell(self, line: str, *, code: int | None = 0, cwd: str = ".") -> Result:
        """Run a line of `sh`; `dvc`, `assay` and `python` are on its PATH."""
        return self.run(["sh", "-c", line], code=code, cwd=cwd)

    def run(
        self,
        command: list[str],
        *,
        code: int | None = 0,
        cwd: str = ".",
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
    ) -> Result:
        """Run `command` to its end with nothing more on stdin than `stdin`.

        After PATIENCE_S seconds it is killed, with all that it started.
        """
        process = self.start(command, cwd=cwd, env=env)
        try:
            out, err = process.communicate(stdin, timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            err += f"\n(killed after {PATIENCE_S:.0f} s)"
        result = Result(process.returncode, out, err)
        assert code in (None, result.code), _story(command, result, expected=code)
        return result

    def start(
        self, command: list[str], *, cwd: str = ".", env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start `command` and return at once; the process leads its group, for `os.killpg`.

        Its three streams are pipes, as IDEs give them.
        """
        return subprocess.Popen(
            [self._program(command[0]), *command[1:]],
            cwd=self.root / cwd,
            env={**self.env, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )

    def _program(self, name: str) -> str:
        ours = self._commands / name
        return str(ours) if ours.exists() else name

    # files

    def path(self, relative: str = ".") -> Path:
        """Where `relative` is on disk."""
        return self.root / relative

    def write(self, relative: str, content: str | bytes) -> Path:
        """Write a file, with the folders above it; text as UTF-8, line ends as they are."""
        target = self.root / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def write_all(self, files: Mapping[str, str | bytes]) -> None:
        """`write` for each path and content."""
        for relative, content in files.items():
            self.write(relative, content)

    def read(self, relative: str) -> str:
        """The text of a file."""
        return (self.root / relative).read_bytes().decode()

    def exists(self, relative: str) -> bool:
        """Whether anything is there, a dangling link included."""
        return os.path.lexists(self.root / relative)

    def listing(self, relative: str = ".") -> list[str]:
        """Files and links below a folder, sorted, relative to it; `.git` is left out."""
        top = self.root / relative
        found = [path.relative_to(top) for path in top.rglob("*") if not _is_folder(path)]
        return sorted(path.as_posix() for path in found if ".git" not in path.parts)

    # Git

    @property
    def head(self) -> str:
        """The commit id of HEAD."""
        return self.git("rev-parse", "HEAD")

    def commit(self, message: str = "change") -> str:
        """Commit everything that is not ignored; the new commit's id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head

    def refs(self, prefix: str = "refs/exps/") -> dict[str, str]:
        """Name and object id of each reference below `prefix`."""
        text = self.git("for-each-ref", "--format=%(refname) %(objectname)", prefix)
        return dict(line.rsplit(" ", 1) for line in text.splitlines())


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _story(command: list[str], result: Result, *, expected: int | None) -> str:
    return (
        f"exit code {result.code}, expected {expected}: {' '.join(command)}\n"
        f"--- stdout\n{result.out}--- stderr\n{result.err}"
    )
