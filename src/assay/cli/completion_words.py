"""What may follow each command, read off the parsers, as a shell function for `completion`."""

from __future__ import annotations

import argparse

from assay.cli.commands import ALIASES, COMMANDS, GROUPS, SUB_ALIASES
from assay.cli.parser import parser_of
from assay.typed import Iterable, Iterator

# Kinds of words, as shell/common.sh knows them.
_KINDS = {
    "a_rev": "revision",
    "b_rev": "revision",
    "command": "file",
    "experiment": "experiment",
    "git_remote": "git-remote",
    "new": "revision",
    "old": "revision",
    "overrides": "text",
    "remote": "remote",
    "rev": "revision",
    "target": "target",
    "targets": "target",
    "wdir": "folder",
}
_KINDS_IN = {
    "add targets": "file",
    "cache dir value": "folder",
    "check-ignore targets": "file",
    "dag target": "stage",
    "diff targets": "file",
    "exp diff new": "experiment",
    "exp diff old": "experiment",
    "exp run targets": "stage",
    "exp save targets": "stage",
    "freeze targets": "stage",
    "move dst": "file",
    "move src": "file",
    "remote default name": "remote",
    "remote modify name": "remote",
    "remote remove name": "remote",
    "remote rename name": "remote",
    "remote rename new": "text",
    "remove targets": "stage",
    "repro targets": "stage",
    "stage list targets": "stage",
    "unfreeze targets": "stage",
    "unprotect targets": "file",
}
_HELP_FLAGS = ("-h", "--help")
_GLOBAL_FLAGS = (*_HELP_FLAGS, "-V", "--version", "-q", "-v", "--cd", "--wait-for-lock")
_PATHS = ("path", "file")
_MANY = ("*", "+", argparse.REMAINDER)


def describe() -> str:
    """The function `__assay_describe` of the completion scripts."""
    lines = ["__assay_describe() {", "    subcommands= flags= valued= slots="]
    lines += ['    case "$1" in', *_cases(), "    esac", "}", ""]
    return "\n".join(lines)


def _cases() -> Iterator[str]:
    top = sorted({name.split()[0] for name in COMMANDS} | set(ALIASES))
    yield from _case([""], flags=_GLOBAL_FLAGS, valued=["--cd=folder"])
    yield f'        subcommands="{" ".join(top)}" ;;'
    for group in GROUPS:
        names = [name.split()[1] for name in (*COMMANDS, *SUB_ALIASES) if _is_in(group, name)]
        yield from _case(_spellings(group), flags=_HELP_FLAGS)
        yield f'        subcommands="{" ".join(sorted(names))}" ;;'
    for name in COMMANDS:
        actions = parser_of("dvc", name).visible_actions
        options = [action for action in actions if action.option_strings]
        slots = [_kind(name, action) for action in actions if not action.option_strings]
        flags = [flag for option in options for flag in option.option_strings]
        yield from _case(_spellings(name), flags=flags, valued=_valued(name, options))
        yield f'        slots="{" ".join(slots)}" ;;'


def _case(spellings: list[str], *, flags: Iterable[str], valued: Iterable[str] = ()) -> list[str]:
    patterns = " | ".join(f'"{spelling}"' for spelling in spellings)
    texts = {"flags": " ".join(flags), "valued": " ".join(valued)}
    return [f"    {patterns})", *_settings(texts)]


def _settings(texts: dict[str, str]) -> list[str]:
    return [f'        {name}="{text}"' for name, text in texts.items() if text]


def _is_in(group: str, name: str) -> bool:
    return name.startswith(f"{group} ")


def _spellings(name: str) -> list[str]:
    """The command under all its names."""
    group, _, rest = name.partition(" ")
    groups = [group, *(alias for alias, meant in ALIASES.items() if meant == group)]
    names = [name, *(alias for alias, meant in SUB_ALIASES.items() if meant == name)]
    if not rest:
        return groups
    return [f"{first} {one.split()[1]}" for first in groups for one in names]


def _valued(name: str, options: list[argparse.Action]) -> Iterator[str]:
    for option in options:
        if option.nargs != 0:
            for flag in option.option_strings:
                yield f"{flag}={_kind(name, option)}"


def _kind(name: str, action: argparse.Action) -> str:
    """The kind of words that an option or argument takes."""
    many = "*" if action.nargs in _MANY else ""
    if action.choices is not None:
        return f"one-of:{','.join(map(str, action.choices))}{many}"
    known = _KINDS_IN.get(f"{name} {action.dest}") or _KINDS.get(action.dest)
    metavar = str(action.metavar or "").lower()
    return (known or ("file" if any(word in metavar for word in _PATHS) else "text")) + many
