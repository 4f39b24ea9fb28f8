"""What `config`, `remote` and `cache dir` share: the choice of a file, reading it, saving it."""

from __future__ import annotations

import os

from assay.cli.options import Options
from assay.cli.session import Session
from assay.config import Config, Level, load
from assay.config.edit import Editor
from assay.config.levels import is_path, relative_to_file
from assay.project import DVC_DIR, find_root

DEFAULT_LEVEL = "project"

_HELP = {
    "global": "use the user's file",
    "system": "use the file of all users",
    "project": "use .dvc/config, which is shared through Git",
    "local": "use .dvc/config.local, which stays on this machine",
}


def add_level(options: Options) -> None:
    """Declare `--global`, `--system`, `--project` and `--local`, of which one may be given."""
    group = options.add_mutually_exclusive_group()
    for level, text in _HELP.items():
        group.add_argument(f"--{level}", dest="level", action="store_const", const=level, help=text)


def read(session: Session) -> Config:
    """The configuration as it stands, wrong options included: these commands can correct them."""
    root = find_root(session.directory)
    return load(os.path.join(root, DVC_DIR) if root else None, session.environ, checked=False)


def levels_of(config: Config, name: str | None) -> tuple[Level, ...]:
    """The level that was asked for, all of them without one.

    Raises ConfigError for a project's level outside of a project.
    """
    return config.levels if name is None else (Editor(config).level(name),)


def only(config: Config, name: str | None) -> Config:
    """The configuration as the level alone says it."""
    return Config(levels_of(config, name), config.dvc_dir)


def as_written(value: str, section: str, option: str, *, file: str, session: Session) -> str:
    """A value from the command line as it goes into `file`: paths are given from here."""
    if not is_path(section, option):
        return value
    return relative_to_file(value, cwd=session.directory, file=file)


def save(editor: Editor, session: Session) -> None:
    """Write the changes; warn of what stronger files make of them."""
    for problem in editor.save():
        session.console.warning(f"the configuration does not fit together now: {problem}")
