"""What Git is set to do in a repository, asked once: its configuration and who commits.

    settings = read_settings(root)
    settings.flag("core.fileMode", default=True)
    settings.author                  # "Ada <ada@example.org>", empty if Git would have to guess

Source: git-var(1). The names of the people are as `git commit` would write them.
"""

from __future__ import annotations

import os
import time

from assay.git.process import run
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.typed import Mapping

_TRUE = ("true", "yes", "on", "1", "")
_BELIEVED_S = 60.0

# What Git puts in place of a mail domain and a name that it cannot find out; it then refuses to
# commit.
_GUESSED = "(none)"
_NOBODY = (" <", "unknown <")
_SYSTEM_ATTRIBUTES = "GIT_ATTR_SYSTEM"


class Settings(NamedTuple):
    """`values` by name as Git writes it: "core.filemode", the last value of each.

    `author` and `committer`: name and mail, empty where Git is not told enough of them.
    `system_attributes`: the attribute files of the whole system, empty where Git is too old to
    tell (before 2.42). `asked_at` is a reading of the monotonic clock.
    """

    values: Mapping[str, str]
    author: str
    committer: str
    system_attributes: tuple[str, ...]
    asked_at: float

    @property
    def is_fresh(self) -> bool:
        """Whether they may still be believed: a worker may live for weeks."""
        return time.monotonic() - self.asked_at < _BELIEVED_S

    def flag(self, name: str, *, default: bool) -> bool:
        """Whether `name` is on."""
        value = self.values.get(name.lower())
        return default if value is None else value.lower() in _TRUE


def read_settings(root: str) -> Settings:
    """The settings of the repository around `root`; one process. Raises GitFailed."""
    said = os.fsdecode(run(["var", "-l"], cwd=root).stdout).split("\n")
    values: dict[str, str] = {}
    for line in said:
        name, _, value = line.partition("=")
        values[name] = value
    system = tuple(
        line.partition("=")[2] for line in said if line.startswith(f"{_SYSTEM_ATTRIBUTES}=")
    )
    return Settings(
        values, _person(values, "AUTHOR"), _person(values, "COMMITTER"), system, time.monotonic()
    )


def _person(values: Mapping[str, str], role: str) -> str:
    """Name and mail without the time; empty where `git commit` might refuse what Git made up."""
    who = values.get(f"GIT_{role}_IDENT", "").rpartition(">")[0]
    is_sure = not who.startswith(_NOBODY) and _GUESSED not in who
    return f"{who}>" if who and is_sure and "user.useconfigonly" not in values else ""
