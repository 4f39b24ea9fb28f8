#!/usr/bin/env python3
"""Write docs/reference/ from the parsers of the commands; with --check only tell what is stale.

    make docs

A page holds the commands of one group, `commands.md` those without a group. The text of an option
is its help, examples are those of `--help`: correct them there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from assay.cli.commands import ALIASES, COMMANDS, GROUPS, SUB_ALIASES
from assay.cli.parser import parser_of

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
SINGLES = "commands"
OF_ALL_COMMANDS = ("--help", "--quiet", "--verbose")
NOTE = "<!-- Made by `make docs` from the parsers: change help and examples there. -->\n"

INDEX = """\
# Reference

Every command, with all its options and an example. `assay` and `dvc` are the same program.
The pages are made from the parsers, so `dvc COMMAND --help` says the same.

| before the command | what for |
|--|--|
| `-h`, `--help` | show help |
| `-V`, `--version` | show the version |
| `--cd PATH` | work as if started in PATH |
| `--wait-for-lock` | wait for other commands instead of giving up |

Each command also has `-h`/`--help`, `-q`/`--quiet` (print only results) and `-v`/`--verbose` (print
more; shows where an error comes from). Long options may be cut short: `--target` for `--targets`.

| exit code | when |
|--|--|
| 0 | success, also when there is nothing to do |
| 1 | trouble that `exp save`, `exp show`, `exp diff`, `plots` and a few others tell by themselves |
| 2 | `-q` together with `-v` |
| 251 | a wrong configuration |
| 252 | interrupted, by Ctrl-C or SIGTERM, outside of a stage's command |
| 253 | not inside a project |
| 254 | a wrong command line |
| 255 | every other error |

## Commands
"""


def main() -> int:
    """Write the pages, or compare with them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")
    check = parser.parse_args().check
    wanted = pages()
    old = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in {*old, *wanted} if old.get(name) != wanted.get(name))
    if check:
        for name in stale:
            print(f"docs/reference/{name} is not what the parsers say: run `make docs`")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], "utf-8")
        else:
            (FOLDER / name).unlink()
    return 0


def pages() -> dict[str, str]:
    """File name → content, of all pages."""
    members: dict[str, list[str]] = {page: [] for page in (SINGLES, *GROUPS)}
    for name in COMMANDS:
        members[name.split()[0] if " " in name else SINGLES].append(name)
    found = {"README.md": NOTE + INDEX + "\n".join(_index(members)) + "\n"}
    for page, names in members.items():
        title = f"dvc {page}" if page in GROUPS else "Commands without a group"
        lines = [f"# {title}", "", *([GROUPS[page], ""] if page in GROUPS else [])]
        lines += _also(page)
        for name in sorted(names):
            lines += _section(name)
        found[f"{page}.md"] = NOTE + "\n".join(lines).rstrip() + "\n"
    return found


def _index(members: dict[str, list[str]]) -> Iterator[str]:
    yield from ("", "| command | what for |", "|--|--|")
    for page, names in members.items():
        for name in sorted(names):
            link = f"[`{name}`]({page}.md#dvc-{name.replace(' ', '-')})"
            yield f"| {link} | {_cell(COMMANDS[name].summary)} |"


def _section(name: str) -> Iterator[str]:
    parser = parser_of("dvc", name)
    actions = parser.visible_actions
    slots = [action for action in actions if not action.option_strings]
    options = [action for action in actions if not _is_of_all(action) and action.option_strings]
    usage = [f"dvc {name}", *(["[options]"] if options else []), *map(_usage, slots)]
    yield from (f"## dvc {name}", "", COMMANDS[name].summary, "")
    yield from ("```", " ".join(usage), "```", "")
    yield from _also(name)
    if slots or options:
        yield from ("| argument | what for |", "|--|--|")
        for action in (*slots, *options):
            yield f"| {_cell(_shown(action))} | {_cell(_help(action))} |"
        yield ""
    examples, *others = _epilog(name)
    yield from ("```sh", *examples[1:], "```", "")
    for title, *lines in others:
        yield from (f"{title[0].upper()}{title[1:]}", "")
        if lines:
            yield from ("```", *lines, "```", "")


def _also(name: str) -> list[str]:
    others = [f"`dvc {one}`" for one in _other_names(name)]
    return [f"Also called {', '.join(others)}.", ""] if others else []


def _other_names(name: str) -> list[str]:
    """Of a whole group too: `dvc experiments` is `dvc exp`."""
    return [one for one, meant in {**ALIASES, **SUB_ALIASES}.items() if meant == name]


def _is_of_all(action: argparse.Action) -> bool:
    return any(option in OF_ALL_COMMANDS for option in action.option_strings)


def _usage(action: argparse.Action) -> str:
    word = _value(action)
    if action.nargs in ("*", argparse.REMAINDER):
        return f"[{word} ...]"
    if action.nargs == "+":
        return f"{word} [{word} ...]"
    return f"[{word}]" if action.nargs == "?" else word


def _value(action: argparse.Action) -> str:
    if isinstance(action.metavar, str) and action.metavar:
        return action.metavar
    if action.choices is not None and action.option_strings:
        return "{" + ",".join(map(str, action.choices)) + "}"
    return action.dest.upper() if action.option_strings else action.dest


def _shown(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{_value(action)}`"
    names = ", ".join(f"`{option}`" for option in action.option_strings)
    return names if action.nargs == 0 else f"{names} `{_value(action)}`"


def _help(action: argparse.Action) -> str:
    text = action.help or ""
    if action.choices is not None and not action.option_strings:
        text += f" (one of {', '.join(map(str, action.choices))})"
    return text


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("%%", "%")


def _epilog(name: str) -> list[list[str]]:
    """Paragraphs below the options in `--help`: a title, and the lines that are indented."""
    module = import_module(f"assay.cli.{COMMANDS[name].module}")
    found: list[list[str]] = []
    for line in getattr(module, "EXAMPLES", {}).get(name, "").splitlines():
        if not line.startswith("  ") or not found:
            found.append([])
        found[-1].append(line.strip())
    return found or [["examples:"]]


if __name__ == "__main__":
    sys.exit(main())
