"""Names of experiments, and the references that carry them.

An experiment is the reference `refs/exps/<2>/<38>/<name>`; the digits are the commit that it
started from. Source: spec/experiments.md §2.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.experiments import words
from assay.git.refs import is_valid_name
from assay.typed import Callable, Container, NamedTuple

PREFIX = "refs/exps/"

_HEX_DIGITS = "0123456789abcdef"
_PLAIN_DRAWS = 200


class InvalidName(AssayError):
    """A name that cannot be the last part of a Git reference."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Invalid exp name {name}, the exp name must follow rules in "
            "https://git-scm.com/docs/git-check-ref-format"
        )
        self.name = name


class ExperimentRef(NamedTuple):
    """What a reference of an experiment says: the commit it started from, and its name."""

    baseline: str
    name: str


def ref_name(baseline: str, name: str) -> str:
    """The reference of the experiment `name` of the commit `baseline` (all its digits)."""
    return f"{folder_of(baseline)}{name}"


def folder_of(baseline: str) -> str:
    """Where the references of all experiments of the commit `baseline` are; ends with "/"."""
    return f"{PREFIX}{baseline[:2]}/{baseline[2:]}/"


def parse_ref(ref: str) -> ExperimentRef | None:
    """Baseline and name of the reference `ref`; None if it is no experiment's.

    Queues, stashes and whatever other tools keep below `refs/exps/` are not.
    """
    if not ref.startswith(PREFIX):
        return None
    head, _, rest = ref[len(PREFIX) :].partition("/")
    tail, _, name = rest.partition("/")
    is_id = len(head) == 2 and len(tail) in (38, 62) and not (head + tail).strip(_HEX_DIGITS)
    return ExperimentRef(head + tail, name) if is_id and name and "/" not in name else None


def check_name(name: str) -> None:
    """Raise InvalidName unless an experiment may be called `name`."""
    if "/" in name or not is_valid_name(f"{PREFIX}x/y/{name}"):
        raise InvalidName(name)


def random_name(taken: Container[str], *, random_bytes: Callable[[int], bytes] = os.urandom) -> str:
    """An `adjective-noun` that is not in `taken`.

    The system's randomness, never the `random` module: a run that seeds that one would draw the
    same name each time. When free names get rare the name ends in a number.
    """
    adjectives, nouns = words.ADJECTIVES.split(), words.NOUNS.split()
    name = ""
    draws = 0
    while not name or name in taken:
        choice, noun = divmod(int.from_bytes(random_bytes(4), "big"), len(nouns))
        name = f"{adjectives[choice % len(adjectives)]}-{nouns[noun]}"
        if draws >= _PLAIN_DRAWS:
            name = f"{name}-{draws}"
        draws += 1
    return name
