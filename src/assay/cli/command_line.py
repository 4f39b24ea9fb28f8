"""From the words of a command line to a call: which command, with which values.

Only the named command's module is loaded, and argparse only for a line that is not plain.
"""

from __future__ import annotations

from assay.cli.commands import ALIASES, COMMANDS, GROUPS, SUB_ALIASES
from assay.cli.declared import add_verbosity, options_of
from assay.cli.misuse import Misused, ShowHelp
from assay.cli.options import Options
from assay.cli.plain_line import read_plainly
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.cli.options import Arguments
    from assay.typed import Sequence


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
    arguments: Arguments


def split_globals(words: Sequence[str]) -> tuple[Globals, list[str]]:
    """The options before the command, and the rest. Raises Misused."""
    count = _leading_options(words)
    if count == 0:
        return Globals(), list(words)
    options = Options()
    add_verbosity(options)
    options.add_argument("--cd", dest="directory", metavar="PATH")
    options.add_argument("--wait-for-lock", action="store_true")
    options.add_argument("-h", "--help", action="store_true")
    options.add_argument("-V", "--version", action="store_true")
    known = read_plainly(options, words[:count])
    if known is None:
        from assay.cli.parser import Parser, read_fully  # argparse, see `plain_line`

        parser = Parser(prog="dvc", add_help=False)
        parser.take(options)
        known = read_fully(parser, words[:count])
    return Globals(**vars(known)), list(words[count:])


def parse(program: str, words: list[str]) -> Call:
    """Understand a command and its arguments. Raises Misused; `--help` exits by SystemExit."""
    name, rest = _command_name(program, words)
    entry = COMMANDS[name]
    arguments = read_plainly(options_of(name)[0], rest)
    if arguments is None:
        from assay.cli.parser import parser_of, read_fully  # as above

        arguments = read_fully(parser_of(program, name), rest)
    return Call(name, entry.function, f"assay.cli.{entry.module}", arguments)


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
