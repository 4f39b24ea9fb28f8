"""`completion`: words for the Tab key, for bash and zsh and both names of the program.

The script is made from the parsers of all commands when it is asked for, so it cannot be out of
date. Names that change – stages, experiments, remotes – are asked for at each Tab.
"""

from __future__ import annotations

import os

from assay.cli.completion_words import describe
from assay.cli.options import Arguments, Options
from assay.cli.session import Session

EXAMPLES = {
    "completion": """\
examples:
  source <(dvc completion)             # in ~/.bashrc
  dvc completion -s zsh > _dvc         # zsh, in a folder of $fpath"""
}

_SHELLS = ("bash", "zsh")
_FIRST_LINES = {"bash": "# Completion of dvc and assay for bash.", "zsh": "#compdef dvc assay"}
_PARTS = os.path.join(os.path.dirname(__file__), "shell")


def completion_arguments(options: Options) -> None:
    """Declare the shell."""
    add = options.add_argument
    add("-s", "--shell", choices=_SHELLS, default="bash", help="which shell (default: bash)")


def completion(arguments: Arguments, session: Session) -> int:
    """Print the script."""
    shell = arguments.shell
    parts = [_FIRST_LINES[shell], "", _part("common.sh"), describe(), _part(f"driver.{shell}")]
    session.console.result("\n".join(parts).rstrip("\n"))
    return 0


def _part(name: str) -> str:
    with open(os.path.join(_PARTS, name), encoding="utf-8") as file:
        return file.read()
