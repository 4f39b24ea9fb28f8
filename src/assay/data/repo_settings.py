"""What `--config`, `--remote` and `--remote-config` change in another project's configuration.

Options of one command, and what an import records of them in the `repo` of its .dvc file.
"""

from __future__ import annotations

import os

from assay.config import Config
from assay.config.levels import Level, Value, named_section, read_level
from assay.errors import AssayError, ConfigError
from assay.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Settings(NamedTuple):
    """What is to be different in the configuration of the other project.

    `config` is the path of a file that is laid over it, `remote` its default remote, `options` are
    for that remote.
    """

    config: str | None = None
    remote: str | None = None
    options: Mapping[str, str] = {}

    @property
    def is_nothing(self) -> bool:
        """Whether the other project's configuration counts as it is."""
        return not (self.config or self.remote or self.options)


def to_record(settings: Settings) -> dict[str, Any]:
    """The settings as they stand in `repo` of a .dvc file."""
    found: dict[str, Any] = {}
    if settings.config:
        found["config"] = settings.config
    if settings.remote and settings.options:
        found["config"] = {
            "core": {"remote": settings.remote},
            "remote": {settings.remote: dict(settings.options)},
        }
    elif settings.remote:
        found["remote"] = settings.remote
    elif settings.options:
        found["remote"] = dict(settings.options)
    return found


def from_record(repo: Mapping[str, object]) -> Settings:
    """What the `repo` of a dependency says; what makes no sense there counts as nothing."""
    config, remote = repo.get("config"), repo.get("remote")
    if isinstance(config, dict):
        remote = _mapping(config.get("core")).get("remote")
        options = _mapping(_mapping(config.get("remote")).get(remote))
    else:
        options = _mapping(remote)
    return Settings(
        config=config if isinstance(config, str) else None,
        remote=remote if isinstance(remote, str) else None,
        options={str(key): str(value) for key, value in options.items()},
    )


def overlaid(config: Config, dvc_dir: str, settings: Settings) -> Config:
    """The configuration of the project with `dvc_dir`, with the settings on top.

    Raises ConfigError for what the two do not make a configuration of together.
    """
    if settings.is_nothing:
        return config
    levels = list(config.levels)
    if settings.config:
        levels.append(_level_of(settings.config))
    if settings.remote:
        levels.append(_made(dvc_dir, "core", {"remote": settings.remote}))
    if settings.options:
        name = settings.remote or Config(tuple(levels), config.dvc_dir).default_remote("pull")
        levels.append(_made(dvc_dir, named_section("remote", name), settings.options))
    made = Config(tuple(levels), config.dvc_dir)
    try:
        made.check()
        if settings.remote:
            made.remote(settings.remote)
    except ConfigError as error:  # without the hint to correct a file: none needs it
        raise ConfigError(error.message) from None
    return made


def _level_of(path: str) -> Level:
    if not os.path.isfile(path):
        raise AssayError(f"there is no configuration file '{path}'")
    return read_level("local", os.path.abspath(path))


def _made(dvc_dir: str, section: str, options: Mapping[str, str]) -> Level:
    written: dict[str, dict[str, Value]] = {section: {**options}}
    return Level("local", os.path.join(dvc_dir, "config.local"), {}, {}).holding(written)


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}
