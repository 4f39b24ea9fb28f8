"""What a command takes, as it declares it, and what it was given.

A declaration has the words of argparse, which reads every command line that is not plain, and
writes all help. It is kept apart from argparse because most lines are plain, and loading argparse
with what that loads is a quarter of `status`: see `plain_line`.
"""

from __future__ import annotations

from assay.typed import TYPE_CHECKING, Any, NamedTuple

# As argparse has them.
HIDDEN = "==SUPPRESS=="
REST = "..."

ON_OR_OFF = "on or off"  # `--flag` and `--no-flag`


class Unfit(ValueError):
    """A word is not what its option takes; the text says why, and is what the user reads."""


class Arguments:
    """The values of all options and arguments of a command, by name."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise NotImplementedError


class Group:
    """Options of which one may be given; `required`: must."""

    __slots__ = ("_made", "required")

    def __init__(self, made: list[Option], *, required: bool) -> None:
        self._made = made
        self.required = required

    def add_argument(self, *flags: str, **settings: Any) -> None:
        """Declare an option of the group, as `Options.add_argument`."""
        self._made.append(Option(flags, settings, self))


class Option(NamedTuple):
    """An option with its `flags`, or an argument whose only flag is its name."""

    flags: tuple[str, ...]
    settings: dict[str, Any]
    group: Group | None

    @property
    def is_argument(self) -> bool:
        """Told by its place, not by a flag."""
        return not self.flags[0].startswith("-")

    @property
    def name(self) -> str:
        """What its value is called."""
        if "dest" in self.settings:
            return str(self.settings["dest"])
        if self.is_argument:
            return self.flags[0]
        long = [flag for flag in self.flags if flag.startswith("--")]
        return (long or self.flags)[0].lstrip("-").replace("-", "_")


class Options:
    """The options and arguments of one command, in the order of their declaration."""

    __slots__ = ("made",)

    def __init__(self) -> None:
        self.made: list[Option] = []

    def add_argument(self, *flags: str, **settings: Any) -> None:
        """Declare one; `settings` as argparse takes them, actions by name."""
        self.made.append(Option(flags, settings, None))

    def add_mutually_exclusive_group(self, *, required: bool = False) -> Group:
        """A group whose options exclude each other."""
        return Group(self.made, required=required)
