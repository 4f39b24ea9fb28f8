"""Arguments of the one command that was named; no other command's parser is built."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from importlib import import_module

from assay.cli.commands import ALIASES, COMMANDS, GROUPS, SUB_ALIASES
from assay.errors import UsageError
from assay.typed import NamedTuple, NoReturn

# argparse looks up a translation of each of its messages, 2 ms of files and regular expressions;
# its messages are matched by other programs and must stay as they are.
argparse._ = str  # type: ignore[attr-defined]


class Misused(UsageError):
    """A wrong command line; `help_text` goes to stdout before the error (spec/pipelines.md §0)."""

    def __init__(self, message: str, help_text: str) -> None:
        super().__init__(message)
        self.help_text = help_text


class Contradiction(UsageError):
    """`-q` together with `-v`: exit code 2, usage on stderr (spec/experiments.md §1)."""

    exit_code = 2


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

    def error(self, message: str) -> NoReturn:
        """Called by argparse for any mistake."""
        if "not allowed with argument -q" in message or "not allowed with argument -v" in message:
            raise Contradiction(message)
        raise Misused(message, self.format_help())


def _terminal_width() -> int:
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


class Globals(NamedTuple):
    """Options before the command."""

    directory: str | None = None
    wait_for_lock: bool = False
    quiet: int = 0
    verbose: int = 0
    help: bool = False
    version: bool = False


class Call(NamedTuple):
    """A command line that was understood."""

    name: str
    function: str
    module: str
    arguments: argparse.Namespace


def split_globals(words: Sequence[str]) -> tuple[Globals, list[str]]:
    """The options before the command, and the rest."""
    count = _leading_options(words)
    if count == 0:
        return Globals(), list(words)
    parser = Parser(prog="dvc", add_help=False)
    add_verbosity(parser)
    parser.add_argument("--cd", dest="directory", metavar="PATH")
    parser.add_argument("--wait-for-lock", action="store_true")
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("-V", "--version", action="store_true")
    known = parser.parse_args(words[:count])
    return Globals(**vars(known)), list(words[count:])


def parse(program: str, words: list[str]) -> Call:
    """Understand a command and its arguments. Raises Misused; `--help` exits by SystemExit."""
    name, rest = _command_name(program, words)
    entry = COMMANDS[name]
    arguments = parser_of(program, name).parse_args(rest)
    return Call(name, entry.function, f"assay.cli.{entry.module}", arguments)


def parser_of(program: str, name: str) -> Parser:
    """The parser of one command, given by its full name; imports the command's module."""
    entry = COMMANDS[name]
    module = import_module(f"assay.cli.{entry.module}")
    parser = Parser(
        prog=f"{program} {name}",
        description=entry.summary,
        epilog=getattr(module, "EXAMPLES", {}).get(name),
    )
    add_verbosity(parser)
    getattr(module, f"{entry.function.rstrip('_')}_arguments")(parser)
    return parser


def add_verbosity(parser: argparse.ArgumentParser) -> None:
    """`-q` and `-v`, which every command has and which exclude each other."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("-q", "--quiet", action="count", default=0, help="print only results")
    group.add_argument("-v", "--verbose", action="count", default=0, help="print more")


def _leading_options(words: Sequence[str]) -> int:
    """How many words come before the command."""
    position = 0
    while position < len(words) and words[position].startswith("-"):
        position += 2 if words[position] == "--cd" else 1
    return min(position, len(words))


def _command_name(program: str, words: list[str]) -> tuple[str, list[str]]:
    """The full name of the command, and the words after it."""
    first = ALIASES.get(words[0], words[0]) if words else ""
    if first in COMMANDS:
        return first, words[1:]
    if first in GROUPS and len(words) > 1:
        name = SUB_ALIASES.get(f"{first} {words[1]}", f"{first} {words[1]}")
        if name in COMMANDS:
            return name, words[2:]
    raise _no_command(program, first, words)


def _no_command(program: str, first: str, words: list[str]) -> Exception:
    """What to raise when the words name no command: help, or what is wrong with them."""
    from assay.cli.help import group_help, top_help  # only for mistakes and --help

    if not words:
        return Misused("the following arguments are required: COMMAND", top_help(program))
    if first not in GROUPS:
        choices = ", ".join(sorted({f"'{name.split()[0]}'" for name in COMMANDS}))
        problem = f"argument COMMAND: invalid choice: '{words[0]}' (choose from {choices})"
        return Misused(problem, top_help(program))
    page = group_help(program, first)
    if len(words) < 2:
        return Misused("the following arguments are required: cmd", page)
    if words[1] in ("-h", "--help"):
        return ShowHelp(page)
    choices = ", ".join(repr(one.split()[1]) for one in COMMANDS if one.startswith(first + " "))
    problem = f"argument cmd: invalid choice: '{words[1]}' (choose from {choices})"
    return Misused(problem, page)


class ShowHelp(Exception):
    """Help was asked for; the text is the only argument."""
