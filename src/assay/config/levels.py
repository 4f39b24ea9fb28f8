"""The four configuration files: where they are, what they hold, what their paths mean.

Paths in a file are relative to the file's own directory, so that a project can move. `~` and
absolute paths stay as they are written, and so does everything with `://`.
"""

from __future__ import annotations

import os

from assay.errors import ConfigError
from assay.fs.reading import read_file
from assay.typed import Iterable, Mapping, NamedTuple

Value = str | list[str]
Options = dict[str, Value]
Sections = dict[str, Options]

LEVELS = ("system", "global", "project", "local")
"""From the weakest to the one that wins."""

NAMED_KINDS = ("remote", "db", "machine")
"""Kinds of sections of which there are many, each with a name."""

_FILES = {"system": "config", "global": "config", "project": "config", "local": "config.local"}
_CACHE_PATHS = frozenset({"dir"})
_REMOTE_PATHS = frozenset(
    {
        "cert_path",
        "configpath",
        "credentialpath",
        "gdrive_service_account_json_file_path",
        "gdrive_user_credentials_file",
        "key_path",
        "keyfile",
        "url",
    }
)


class Level(NamedTuple):
    """One configuration file. `written` holds its values as they stand there, `sections` with
    paths made absolute; both are empty if the file does not exist."""

    name: str
    path: str
    written: Sections
    sections: Sections

    @property
    def shown(self) -> str:
        """The file as users know it: `.dvc/config`, or absolute outside a project."""
        in_project = self.name in ("project", "local")
        return f".dvc/{_FILES[self.name]}" if in_project else self.path

    def holding(self, written: Sections) -> Level:
        """The same file with other content; nothing is written to disk."""
        folder = os.path.dirname(self.path)
        sections = {
            section: {
                option: _absolute(value, folder) if is_path(section, option) else value
                for option, value in options.items()
            }
            for section, options in written.items()
        }
        return Level(self.name, self.path, written, sections)


def named_section(kind: str, name: str) -> str:
    """The title of a section of which there are many: `remote "store"`."""
    return f'{kind} "{name.lower()}"'


def split_section(section: str) -> tuple[str, str]:
    """Kind and name of a section; the name is empty for one like `core`."""
    kind, blank, quoted = section.partition(" ")
    if blank and kind in NAMED_KINDS and len(quoted) > 1 and quoted[0] == quoted[-1] == '"':
        return kind, quoted[1:-1]
    return section, ""


def is_path(section: str, option: str) -> bool:
    """Whether the option names a file or directory, relative to the configuration file."""
    if section == "cache":
        return option in _CACHE_PATHS
    return option in _REMOTE_PATHS and split_section(section)[0] == "remote"


def read_levels(dvc_dir: str | None, environ: Mapping[str, str]) -> tuple[Level, ...]:
    """All levels there can be, the weakest first; project and local only with a `dvc_dir`.

    Raises ConfigError for a file that cannot be read as configuration.
    """
    return tuple(read_level(name, path) for name, path in _places(dvc_dir, environ))


def relative_to_file(path: str, *, cwd: str, file: str) -> str:
    """How a path that was given on the command line in `cwd` is written into `file`."""
    if "://" in path or path.startswith("~") or os.path.isabs(path):
        return path
    return os.path.relpath(os.path.join(cwd, path), os.path.dirname(file))


def _places(dvc_dir: str | None, environ: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    folders = {
        "system": environ.get("DVC_SYSTEM_CONFIG_DIR") or _system_folder(environ),
        "global": environ.get("DVC_GLOBAL_CONFIG_DIR") or _user_folder(environ),
    }
    if dvc_dir is not None:
        folders |= {"project": dvc_dir, "local": dvc_dir}
    for name, folder in folders.items():
        yield name, os.path.abspath(os.path.join(folder, _FILES[name]))


def _system_folder(environ: Mapping[str, str]) -> str:
    first = environ.get("XDG_CONFIG_DIRS", "").split(os.pathsep)[0]
    return os.path.join(first or "/etc/xdg", "dvc")


def _user_folder(environ: Mapping[str, str]) -> str:
    home = environ.get("HOME") or os.path.expanduser("~")
    return os.path.join(environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "dvc")


def read_level(name: str, path: str) -> Level:
    """One file as the level `name`, empty if there is none. Raises ConfigError."""
    level = Level(name, path, {}, {})
    try:
        data = read_file(path)
    except (FileNotFoundError, NotADirectoryError):
        return level
    except OSError as problem:
        raise ConfigError(
            f"config file error: cannot read '{level.shown}': {problem.strerror}"
        ) from None
    return level.holding(_parsed(data, level.shown)) if data.strip() else level


def _parsed(data: bytes, shown: str) -> Sections:
    from assay.formats.configobj import parse  # its expressions cost more than an empty file

    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise ConfigError(
            f"config file error: {problem}", hint=f"store '{shown}' as UTF-8"
        ) from None
    if "\0" in text:
        line = text.partition("\0")[0].count("\n") + 1
        raise ConfigError(
            f"config file error: there is a NUL in line {line} of '{shown}'", hint="take it out"
        )
    folded: Sections = {}
    for section, options in parse(text, shown).items():
        merged = folded.setdefault(section.lower(), {})
        merged.update((option.lower(), value) for option, value in options.items())
    return folded


def _absolute(value: Value, folder: str) -> Value:
    if not isinstance(value, str) or "://" in value or os.path.isabs(value):
        return value
    if value.startswith("~"):
        return os.path.expanduser(value)
    return os.path.normpath(os.path.join(folder, value))
