"""`-S` from the command line to the files: split, check, expand sweeps, apply.

    -S lr=1,2 -S conf.json:+k=x --queue
    group_by_file    {"params.yaml": ["lr=1,2"], "conf.json": ["+k=x"]}
    expand           [{"params.yaml": ["lr=1"], "conf.json": ["+k=x"]},
                      {"params.yaml": ["lr=2"], "conf.json": ["+k=x"]}]
    apply_overrides  new bytes of one file

Nothing here reads or writes a file. Source: spec/overrides.md.
"""

from __future__ import annotations

from itertools import product

from assay.errors import AssayError
from assay.experiments.override import Override
from assay.experiments.override_interpolation import resolved
from assay.experiments.override_merge import Parameters, merged
from assay.experiments.override_syntax import parse
from assay.formats.changes import difference
from assay.formats.parameters import edit_parameters, read_parameters
from assay.typed import Iterable, Mapping, NamedTuple, Sequence

DEFAULT_FILE = "params.yaml"

# File as it was given → texts of overrides.
ByFile = dict[str, list[str]]


class ParameterFile(NamedTuple):
    """A parameter file before it is changed; `data` is None if it does not exist."""

    name: str
    data: bytes | None
    values: Parameters


class SweepNeedsQueue(AssayError):
    """Several values were given to a run that makes one experiment."""

    def __init__(self) -> None:
        super().__init__("Sweep overrides can't be used without `--queue`")


class NotAMapping(AssayError):
    """A parameter file whose top has no keys that could be set."""

    def __init__(self, name: str, found: object) -> None:
        super().__init__(
            f"'{name}' has no parameters to set: expected a dictionary at its top, "
            f"got '{type(found).__name__}'"
        )


def group_by_file(arguments: Iterable[str]) -> ByFile:
    """`[FILE:]OVERRIDE` texts by FILE, both in the order in which they came.

    FILE is what stands before the first `:` that comes before the first `=`.
    """
    by_file: ByFile = {}
    for argument in arguments:
        head, equals, value = argument.partition("=")
        name, colon, key = head.partition(":")
        if not colon:
            name, key = DEFAULT_FILE, head
        by_file.setdefault(name, []).append(f"{key}{equals}{value}")
    return by_file


def check_plain(by_file: Mapping[str, Sequence[str]]) -> None:
    """Raises InvalidSyntax for what cannot be read and SweepNeedsQueue for what is several."""
    for texts in by_file.values():
        parsed = [parse(text) for text in texts]
        if any(override.sweep is not None for override in parsed):
            raise SweepNeedsQueue


def expand(by_file: Mapping[str, Sequence[str]]) -> list[ByFile]:
    """One set of plain overrides for each combination; none if a sweep is empty.

    The first file and, in a file, the first override vary slowest. Every text is spelt anew.
    Raises InvalidSyntax, and UnexpectedError for sweeps that cannot be counted.
    """
    per_file = [
        [list(texts) for texts in product(*_alternatives(map(parse, texts)))]
        for texts in by_file.values()
    ]
    return [dict(zip(by_file, combination, strict=True)) for combination in product(*per_file)]


def parameter_file(name: str, data: bytes | None) -> ParameterFile:
    """The file `name`, which holds `data`. Raises ParametersUnreadable and NotAMapping."""
    found = {} if data is None else read_parameters(name, data)
    if not isinstance(found, dict):
        raise NotAMapping(name, found)
    return ParameterFile(name, data, found)


def apply_overrides(file: ParameterFile, overrides: Sequence[str]) -> bytes:
    """The bytes of the file with plain `overrides` applied in order.

    Only what the overrides name changes; if nothing does, the very bytes come back. Raises
    InvalidSyntax, InvalidOverride, UnexpectedError, and AssayError for what the format cannot hold.
    """
    parsed = [parse(text) for text in overrides]
    after = file.values
    for override in parsed:
        after = merged(after, override)
    changes = difference(file.values, resolved(after, parsed))
    data = file.data or b""
    return edit_parameters(file.name, data, changes, file.values) if changes else data


def _alternatives(overrides: Iterable[Override]) -> Iterable[list[str]]:
    """For each override the texts that it may become.

    What is given twice counts once: the later values, at the first place. Dicts merge, so each of
    them counts.
    """
    alternatives: dict[tuple[str, int], list[str]] = {}
    for number, override in enumerate(overrides):
        spellings = override.sweep.spellings() if override.sweep else [override.spelling]
        key = (override.target, number if isinstance(override.value, dict) else -1)
        alternatives[key] = [f"{override.target}={spelling}" for spelling in spellings]
    return alternatives.values()
