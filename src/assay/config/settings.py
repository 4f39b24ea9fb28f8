"""What the rest of the product asks of the configuration."""

from __future__ import annotations

import os

from assay.config.levels import (
    Level,
    Options,
    Sections,
    Value,
    named_section,
    read_levels,
    split_section,
)
from assay.errors import ConfigError
from assay.typed import TYPE_CHECKING, Iterator, Mapping

if TYPE_CHECKING:
    from assay.config.schema import Problem

DEFAULT_LINKS = ("reflink", "copy")


def load(dvc_dir: str | None, environ: Mapping[str, str], *, checked: bool = True) -> Config:
    """The configuration of the project with `dvc_dir`, or of the user alone if it is None.

    Raises ConfigError for a file that cannot be read, and, when `checked`, for the first option
    that does not exist or has a value it cannot have. Commands that repair a configuration read
    it unchecked.
    """
    config = Config(read_levels(dvc_dir, environ), dvc_dir)
    if checked:
        config.check()
    return config


class Config:
    """All levels of one configuration. Values are text or, after an unquoted comma, lists."""

    __slots__ = ("dvc_dir", "levels")

    def __init__(self, levels: tuple[Level, ...], dvc_dir: str | None) -> None:
        self.levels = levels
        self.dvc_dir = dvc_dir

    def origin(self, section: str, option: str) -> Level | None:
        """The level that an option's value comes from; None if it is nowhere."""
        for level in reversed(self.levels):
            if option in level.sections.get(section, ()):
                return level
        return None

    def value(self, section: str, option: str) -> Value | None:
        """What wins among the levels; None if the option is nowhere."""
        level = self.origin(section, option)
        return None if level is None else level.sections[section][option]

    def get(self, section: str, option: str) -> str | None:
        """`value` as text; a list is joined by commas."""
        value = self.value(section, option)
        return ",".join(value) if isinstance(value, list) else value

    def flag(self, section: str, option: str, *, default: bool = False) -> bool:
        """An option that is true or false."""
        value = self.get(section, option)
        return default if value is None else value.lower() == "true"

    def number(self, section: str, option: str) -> int | None:
        """An option that is a whole number."""
        value = self.get(section, option)
        return None if value is None else int(value)

    def merged(self) -> Sections:
        """Every section with the winning value of each option, the weakest level's first."""
        sections: Sections = {}
        for level in self.levels:
            for section, options in level.sections.items():
                sections.setdefault(section, {}).update(options)
        return sections

    def check(self) -> None:
        """Raise ConfigError for the first option that cannot be what it is."""
        if not any(level.sections for level in self.levels):
            return
        from assay.config.schema import problems  # tables of 200 options, for non-empty files

        for problem in (*problems(self.merged()), *self.misplaced()):
            raise self.wrong(problem.text, problem.section, problem.option)

    def misplaced(self) -> Iterator[Problem]:
        """Paths of the project's own file that lead where no data may be."""
        from assay.config.places import misplaced  # only for files that are not empty

        for level in self.levels:
            yield from misplaced(level)

    def wrong(self, text: str, section: str, option: str) -> ConfigError:
        """The error about an option, with the file to correct."""
        level = self.origin(section, option) or self._holder(section)
        return ConfigError(
            f"config file error: {text}", hint=f"correct '{level.shown}'" if level else ""
        )

    def _holder(self, section: str) -> Level | None:
        return next((level for level in reversed(self.levels) if section in level.sections), None)

    @property
    def remotes(self) -> dict[str, Options]:
        """The options of each remote as they are configured, by name, in order of appearance."""
        named = ((split_section(section), options) for section, options in self.merged().items())
        return {name: options for (kind, name), options in named if kind == "remote" and name}

    def remote(self, name: str) -> Options:
        """What it takes to reach a remote: `url` and options.

        A URL like `remote://other/folder` is replaced by a folder of the other remote, whose
        options hold unless this one has its own. `file://` is taken off. Raises ConfigError for
        a remote that is not configured or leads back to itself.
        """
        remotes = self.remotes
        options = _existing(remotes, name)
        seen = {name.lower()}
        while str(options["url"]).startswith("remote://"):
            base, _, folder = str(options["url"]).removeprefix("remote://").partition("/")
            if base.lower() in seen:
                raise ConfigError(f"config file error: remote '{name}' refers to itself")
            seen.add(base.lower())
            below = _existing(remotes, base)
            options = {**below, **options, "url": _inside(str(below["url"]), folder)}
        return {**options, "url": str(options["url"]).removeprefix("file://")}

    def default_remote(self, command: str) -> str:
        """The name of the default remote, for `command` (as in `dvc push`).

        Raises ConfigError that says how to choose one.
        """
        name = self.get("core", "remote")
        if name:
            return name.lower()
        root = os.path.dirname(self.dvc_dir) if self.dvc_dir else os.getcwd()
        advice = (
            "Setup default remote with\n    dvc remote default <remote name>\n"
            f"or use:\n    dvc {command} -r <remote name>"
            if self.remotes
            else "Create a default remote with\n    dvc remote add -d <remote name> <remote url>"
        )
        raise ConfigError(f"config file error: no remote specified in {root}. {advice}")

    @property
    def cache_dir(self) -> str | None:
        """`cache.dir`, absolute; None if nobody moved the cache."""
        return self.get("cache", "dir")

    @property
    def link_kinds(self) -> tuple[str, ...]:
        """How the workspace may share files with the cache, the first choice first.

        Some of `reflink`, `hardlink`, `symlink`, `copy`; never empty.
        """
        kinds = self.get("cache", "type")
        return tuple(kind.strip() for kind in kinds.split(",")) if kinds else DEFAULT_LINKS


def _existing(remotes: Mapping[str, Options], name: str) -> Options:
    options = remotes.get(name.lower())
    if options is None:
        raise ConfigError(
            f"config file error: remote '{name}' doesn't exist", hint="see `dvc remote list`"
        )
    if "url" not in options:
        section = named_section("remote", name)
        raise ConfigError(f"config file error: option 'url' doesn't exist in section '{section}'")
    return options


def _inside(url: str, folder: str) -> str:
    return f"{url.rstrip('/')}/{folder}" if folder else url
