"""`params.yaml` composed by Hydra from a folder or package of configurations.

Used when `hydra.enabled` is set. Source: spec/overrides.md §7.
"""

from __future__ import annotations

import os

from assay.errors import UnexpectedError
from assay.typed import TYPE_CHECKING, NamedTuple, Sequence

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class CompositionSource(NamedTuple):
    """Where the configuration comes from.

    `config_dir_abs` and `plugins_dir_abs` are absolute paths; `config_module`, the dotted name of
    an importable package, goes before the former. The plugins folder holds `hydra_plugins/`.
    """

    config_name: str = "config"
    config_dir_abs: str = ""
    config_module: str = ""
    plugins_dir_abs: str = ""


def compose(source: CompositionSource, overrides: Sequence[str]) -> bytes:
    """The composed configuration as plain YAML, every `${…}` in it resolved.

    `overrides` are plain: values of keys, choices of groups (`db=pg`, `+db=pg`, `~db`). Reads the
    configuration's files and imports the plugins. Raises UnexpectedError with Hydra's words.
    """
    # Half a second of import, paid by projects that switched composition on.
    from hydra import compose as hydra_compose
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    if source.plugins_dir_abs:
        _load_plugins(source.plugins_dir_abs)
    try:
        with _initialized(source):
            config = hydra_compose(source.config_name, overrides=list(overrides))
            OmegaConf.resolve(config)
            return OmegaConf.to_yaml(config).encode("utf-8")
    except (HydraException, OmegaConfBaseException, YAMLError, OSError) as problem:
        raise UnexpectedError(_words(problem)) from None


def _initialized(source: CompositionSource) -> AbstractContextManager[object]:
    from hydra import initialize_config_dir, initialize_config_module

    if source.config_module:
        return initialize_config_module(source.config_module, version_base=None)
    return initialize_config_dir(os.path.abspath(source.config_dir_abs), version_base=None)


def _load_plugins(folder_abs: str) -> None:
    """Lets Hydra find and import the `hydra_plugins` package in the folder."""
    import sys

    from hydra.core.plugins import Plugins

    if folder_abs not in sys.path:
        sys.path.append(folder_abs)
    # Hydra looks for plugins once, when it is asked for the first time.
    Plugins.instance()


def _words(problem: BaseException) -> str:
    cause = problem.__cause__
    return f"{problem}: {cause}".strip() if cause is not None else f"{problem}".strip()
