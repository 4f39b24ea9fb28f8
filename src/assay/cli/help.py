"""The pages of `--help` above single commands: from the table of commands alone."""

from __future__ import annotations

from assay.cli.commands import COMMANDS, GROUPS

_OPTIONS = """\
options:
  -h, --help       show this help
  -V, --version    show the version
  -q, --quiet      print only results
  -v, --verbose    print more
  --cd PATH        work as if started in PATH
  --wait-for-lock  wait for other commands instead of giving up
"""


def top_help(program: str) -> str:
    """What `--help` prints."""
    singles = {name: entry.summary for name, entry in COMMANDS.items() if " " not in name}
    return "\n".join(
        [
            f"usage: {program} [options] COMMAND …",
            "",
            "Machine-learning experiments from a plain Git repository.",
            "",
            "commands:",
            *_rows({**singles, **GROUPS}),
            "",
            _OPTIONS,
            f"Use `{program} COMMAND --help` for one command, e.g. `{program} exp run --help`.",
        ]
    )


def group_help(program: str, group: str) -> str:
    """What `GROUP --help` prints."""
    members = {
        name.split(" ", 1)[1]: entry.summary
        for name, entry in COMMANDS.items()
        if name.startswith(group + " ")
    }
    return "\n".join(
        [
            f"usage: {program} {group} [-h] COMMAND …",
            "",
            GROUPS[group],
            "",
            "commands:",
            *_rows(members),
            "",
            f"Use `{program} {group} COMMAND --help` for a command's options.",
        ]
    )


def _rows(summaries: dict[str, str]) -> list[str]:
    return [f"  {name:<12} {summaries[name]}" for name in sorted(summaries)]
