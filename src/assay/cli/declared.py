"""What a command declares: its options, and the examples of its help."""

from __future__ import annotations

from assay.cli.commands import COMMANDS
from assay.cli.options import Options
from assay.modules import load


def options_of(name: str) -> tuple[Options, str | None]:
    """Options and examples of a command, given by its full name; imports the command's module."""
    entry = COMMANDS[name]
    module = load(f"assay.cli.{entry.module}")
    options = Options()
    add_verbosity(options)
    getattr(module, f"{entry.function.rstrip('_')}_arguments")(options)
    return options, getattr(module, "EXAMPLES", {}).get(name)


def add_verbosity(options: Options) -> None:
    """`-q` and `-v`, which every command has and which exclude each other."""
    group = options.add_mutually_exclusive_group()
    group.add_argument("-q", "--quiet", action="count", default=0, help="print only results")
    group.add_argument("-v", "--verbose", action="count", default=0, help="print more")
