"""Which engine to use, and how: settings in Git's configuration.

    git config assay.queue.engine dask
    git config assay.engine.dask.address tls://head:8786

`.dvc/config` cannot hold them: DVC refuses sections that it does not know. And it travels with the
repository, while nothing that names a program or a host may come from somebody else (P6); Git's
configuration stays where it is, on the level of the repository, the user or the machine.
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.errors import ConfigError
from assay.git.repository import Repository
from assay.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL = "local"
ENGINE_VARIABLE = "ASSAY_QUEUE_ENGINE"
_ENGINE = "assay.queue.engine"
_PREFIX = "assay.engine."


class Settings(NamedTuple):
    """The settings of one engine by name, each with all its values, the strongest last."""

    engine: str
    values: Mapping[str, tuple[str, ...]] = {}

    def get(self, name: str) -> str:
        """The value that wins; empty if there is none."""
        return self.values.get(name, ("",))[-1]

    def path(self, name: str) -> str:
        """A path, `~` resolved."""
        return os.path.expanduser(self.get(name))

    def variables(self, environ: Mapping[str, str]) -> dict[str, str]:
        """What is to travel of the environment: the variables that `env` settings name.

        Raises ConfigError for a name that no variable has.
        """
        names = self.values.get("env", ())
        for name in names:
            if not (name.isascii() and name.isidentifier()):
                raise ConfigError(
                    f"'{name}' is no variable that engine '{self.engine}' could pass on",
                    hint="name one variable in each setting, without a value",
                )
        return {name: environ[name] for name in names if name in environ}

    def options(self) -> dict[str, Any]:
        """`option` settings, `<name>=<value>` each; values are JSON, or text if they are none.

        Raises ConfigError for one without a name.
        """
        found: dict[str, Any] = {}
        for text in self.values.get("option", ()):
            name, sign, value = text.partition("=")
            if not sign or not name.strip().isidentifier():
                raise ConfigError(
                    f"'{text}' is no option of engine '{self.engine}'",
                    hint=f"write `git config --add {_PREFIX}{self.engine}.option name=value`",
                )
            try:
                found[name.strip()] = quick_json.loads(value)
            except ValueError:
                found[name.strip()] = value.strip()
        return found


def chosen_engine(repository: Repository, given: str | None, environ: Mapping[str, str]) -> str:
    """The engine that was asked for on the command line, by the environment or by a setting."""
    if given or environ.get(ENGINE_VARIABLE):
        return given or environ[ENGINE_VARIABLE]
    return repository.config(_ENGINE) or LOCAL


def settings_of(repository: Repository, engine: str) -> Settings:
    """What is set for the engine."""
    answer = repository.run(["config", "-z", "--get-regexp", r"^assay\.engine\."], check=False)
    values: dict[str, tuple[str, ...]] = {}
    for item in answer.stdout.decode("utf-8", "replace").split("\0"):
        key, _, value = item.partition("\n")
        name, _, option = key.removeprefix(_PREFIX).rpartition(".")
        if name == engine:
            values[option] = (*values.get(option, ()), value)
    return Settings(engine, values)
