"""argparse's parser of one command: for help, and for the lines that are not plain."""

from __future__ import annotations

import argparse
import os

from assay.cli.commands import COMMANDS
from assay.cli.declared import options_of
from assay.cli.misuse import Contradiction, Misused
from assay.cli.options import HIDDEN, ON_OR_OFF, Arguments, Group, Option, Options, Unfit
from assay.typed import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from assay.typed import Callable, Sequence

# argparse looks up a translation of each of its messages, 2 ms of files and regular expressions;
# its messages are matched by other programs and must stay as they are.
argparse._ = str  # type: ignore[attr-defined]


class Parser(argparse.ArgumentParser):
    """argparse that raises instead of printing and exiting."""

    def _get_formatter(self) -> argparse.HelpFormatter:
        """As argparse's own, which loads shutil for the width, and with each argument."""
        width = int(os.environ.get("COLUMNS") or 0) or _terminal_width()
        return argparse.RawDescriptionHelpFormatter(prog=self.prog, width=width - 2)

    @property
    def visible_actions(self) -> list[argparse.Action]:
        """Options and arguments in the order of their declaration, without hidden ones."""
        return [action for action in self._actions if action.help != argparse.SUPPRESS]

    def take(self, options: Options) -> None:
        """Understand these from now on."""
        groups: dict[Group, argparse._MutuallyExclusiveGroup] = {}
        for option in options.made:
            if option.group and option.group not in groups:
                required = option.group.required
                groups[option.group] = self.add_mutually_exclusive_group(required=required)
            to = groups[option.group] if option.group else self
            to.add_argument(*option.flags, **_settings(option))

    def error(self, message: str) -> NoReturn:
        """Called by argparse for any mistake."""
        if "not allowed with argument -q" in message or "not allowed with argument -v" in message:
            raise Contradiction(message)
        raise Misused(message, self.format_help())


def parser_of(program: str, name: str) -> Parser:
    """The parser of one command, given by its full name; imports the command's module."""
    options, examples = options_of(name)
    parser = Parser(prog=f"{program} {name}", description=COMMANDS[name].summary, epilog=examples)
    parser.take(options)
    return parser


def read_fully(parser: Parser, words: Sequence[str]) -> Arguments:
    """The values that `words` give. Raises Misused; `--help` is printed and exits."""
    return parser.parse_args(words, Arguments())


def _settings(option: Option) -> dict[str, Any]:
    """What argparse is to know of it."""
    settings = dict(option.settings)
    if settings.get("action") == ON_OR_OFF:
        settings["action"] = argparse.BooleanOptionalAction
    if settings.get("help") == HIDDEN:
        settings["help"] = argparse.SUPPRESS  # argparse asks whether it is this very object
    if "type" in settings and settings["type"] is not int:
        settings["type"] = _telling(settings["type"])
    return settings


def _telling(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """The conversion, with its own words about what does not fit."""

    def converted(word: str) -> Any:
        try:
            return convert(word)
        except Unfit as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return converted


def _terminal_width() -> int:
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80
