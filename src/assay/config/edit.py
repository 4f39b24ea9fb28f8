"""Changes to configuration files: checked together, then each file replaced as a whole."""

from __future__ import annotations

import os

from assay.config.levels import (
    NAMED_KINDS,
    Level,
    Options,
    Sections,
    Value,
    named_section,
    split_section,
)
from assay.config.settings import Config
from assay.errors import ConfigError


class Editor:
    """Changes in the making; nothing is on disk before `save`.

    1. Each change is made in memory, on one level.
    2. `save` refuses what breaks a rule within the changed level and those below it; faults that
       were there before are let pass, so that one at a time can be corrected.
    3. The files that changed are replaced, each atomically. Comments in them are lost.
    """

    __slots__ = ("_before", "_config")

    def __init__(self, config: Config) -> None:
        self._before = config
        self._config = config

    @property
    def config(self) -> Config:
        """The configuration with the changes so far."""
        return self._config

    def level(self, name: str) -> Level:
        """One of LEVELS as it will be. Raises ConfigError for a project's level outside of one."""
        for level in self._config.levels:
            if level.name == name:
                return level
        raise ConfigError(
            "config file error: Not inside a DVC repo", hint="use `--global` or `--system`"
        )

    def set(self, level_name: str, section: str, *, option: str, value: Value) -> None:
        """Give an option a value. Paths must already be relative to the level's file."""
        sections = _copied(self.level(level_name))
        sections.setdefault(section, {})[option] = value
        self._hold(level_name, sections)

    def put(self, level_name: str, section: str, options: Options) -> None:
        """Give a section these options and no others."""
        sections = _copied(self.level(level_name))
        sections[section] = dict(options)
        self._hold(level_name, sections)

    def unset(self, level_name: str, section: str, *, option: str) -> None:
        """Take an option away. Raises ConfigError if it is not set on that level.

        A section that is empty then is not written.
        """
        sections = _copied(self.level(level_name))
        require(sections, section, option)
        del sections[section][option]
        self._hold(level_name, sections)

    def remove_remote(self, level_name: str, name: str) -> None:
        """Remove a remote, and its use as default on this level and those above.

        Raises ConfigError if the level does not have it.
        """
        sections = _copied(self.level(level_name))
        if sections.pop(named_section("remote", name), None) is None:
            raise _no_remote(name)
        self._hold(level_name, sections)
        for level in self._using_as_default(level_name, name):
            self.unset(level, "core", option="remote")

    def rename_remote(self, level_name: str, old: str, *, new: str) -> None:
        """Rename a remote, also where this level or one above has it as default.

        Raises ConfigError if the level does not have it, or has one of the new name.
        """
        sections = _copied(self.level(level_name))
        if named_section("remote", new) in sections:
            raise ConfigError(
                f"config file error: Rename failed. Remote name '{new.lower()}' already exists."
            )
        options = sections.pop(named_section("remote", old), None)
        if options is None:
            raise _no_remote(old)
        sections[named_section("remote", new)] = options
        self._hold(level_name, sections)
        for level in self._using_as_default(level_name, old):
            self.set(level, "core", option="remote", value=new.lower())

    def save(self) -> list[str]:
        """Write what changed. Returns what other levels make wrong now, as texts for warnings.

        Raises ConfigError, with nothing written, if a changed level is wrong on top of those
        below it, or if a file cannot be written.
        """
        changed = [
            (number, level)
            for number, level in enumerate(self._config.levels)
            if level.written != self._before.levels[number].written
        ]
        for number, _ in changed:
            for text in self._new_problems(number + 1):
                raise ConfigError(f"config file error: {text}")
        for _, level in changed:
            _write(level)
        return self._new_problems(len(self._config.levels)) if changed else []

    def _new_problems(self, levels: int) -> list[str]:
        """Faults among the first `levels` that the edit brought in."""
        before = set(_texts(self._before, levels))
        return [text for text in _texts(self._config, levels) if text not in before]

    def _using_as_default(self, level_name: str, remote: str) -> list[str]:
        names = [level.name for level in self._config.levels]
        return [
            level.name
            for level in self._config.levels[names.index(level_name) :]
            if str(level.written.get("core", {}).get("remote", "")).lower() == remote.lower()
        ]

    def _hold(self, level_name: str, sections: Sections) -> None:
        levels = tuple(
            level.holding(sections) if level.name == level_name else level
            for level in self._config.levels
        )
        self._config = Config(levels, self._config.dvc_dir)


def require(sections: Sections, section: str, option: str) -> Value:
    """The value of an option; ConfigError says whether option or section is missing."""
    if option in sections.get(section, ()):
        return sections[section][option]
    kind, name = split_section(section)
    title = f"{kind} '{name}'" if name else f"section '{kind}'"
    if section in sections or _is_known(kind, name):
        raise ConfigError(f"config file error: option '{option}' doesn't exist in {title}")
    raise ConfigError(f"config file error: {title} doesn't exist")


def _is_known(kind: str, name: str) -> bool:
    from assay.config.schema import PLAIN  # only to word an error

    return not name and (kind in PLAIN or kind in NAMED_KINDS)


def _no_remote(name: str) -> ConfigError:
    return ConfigError(f"config file error: remote '{name}' doesn't exist.")


def _texts(config: Config, levels: int) -> list[str]:
    from assay.config.schema import problems  # only edits that are saved need the tables

    part = Config(config.levels[:levels], config.dvc_dir)
    return [problem.text for problem in (*problems(part.merged()), *part.misplaced())]


def _copied(level: Level) -> Sections:
    return {section: dict(options) for section, options in level.written.items()}


def _write(level: Level) -> None:
    from assay.formats.configobj import dump
    from assay.fs.atomic import write_text

    ordered = sorted(level.written.items(), key=lambda item: bool(split_section(item[0])[1]))
    text = dump(dict(ordered))
    try:
        os.makedirs(os.path.dirname(level.path), exist_ok=True)
        write_text(level.path, text)
    except OSError as problem:
        raise ConfigError(
            f"config file error: cannot write '{level.shown}': {problem.strerror}"
        ) from None
