"""`cache dir`."""

from __future__ import annotations

import os

from assay.cli.config_level import DEFAULT_LEVEL, add_level, as_written, only, read, save
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.config import Config
from assay.config.edit import Editor, require

EXAMPLES = {"cache dir": "example:\n  dvc cache dir --local /data/shared-cache"}


def directory_arguments(options: Options) -> None:
    """Declare the options of `cache dir`."""
    add_level(options)
    options.add_argument("-u", "--unset", action="store_true", help="go back to .dvc/cache")
    options.add_argument("value", nargs="?", help="directory, relative to the current one")


def directory(arguments: Arguments, session: Session) -> int:
    """Show, set or unset the directory of the cache."""
    config = read(session)
    if not arguments.unset and arguments.value is None:
        session.console.result(_current(config, arguments.level, session))
        return 0
    editor = Editor(config)
    level = editor.level(arguments.level or DEFAULT_LEVEL)
    if arguments.unset:
        editor.unset(level.name, "cache", option="dir")
    else:
        value = as_written(arguments.value, "cache", "dir", file=level.path, session=session)
        editor.set(level.name, "cache", option="dir", value=value)
    save(editor, session)
    return 0


def _current(config: Config, level: str | None, session: Session) -> str:
    if level is not None:
        return str(require(only(config, level).merged(), "cache", "dir"))
    if config.cache_dir is None and config.dvc_dir is None:
        return session.project.cache_dir  # says that there is no project
    return config.cache_dir or os.path.join(str(config.dvc_dir), "cache")
