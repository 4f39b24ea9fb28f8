"""A mapping inside a command, written out as options: `${model}` → `--units 7 --act relu`.

Source: spec/pipelines.md §3.4; how switches and lists look is for the `parsing` section of the
configuration to say.
"""

from __future__ import annotations

from assay.pipeline.templating.errors import Mistake
from assay.typed import Any, Iterator, NamedTuple

STORE_TRUE, BOOLEAN_OPTIONAL = "store_true", "boolean_optional"
NARGS, APPEND = "nargs", "append"


class ParsingOptions(NamedTuple):
    """The `parsing` section of the configuration.

    `booleans` (`parsing.bool`): `store_true` leaves a false switch out, `boolean_optional` writes
    `--no-…`. `lists` (`parsing.list`): `nargs` writes the option once, `append` before each value.
    """

    booleans: str = STORE_TRUE
    lists: str = NARGS


def as_options(values: dict[str, Any], parsing: ParsingOptions) -> str:
    """`values` as command line options, maps inside flattened with dots.

    Raises Mistake for a list that holds a list or a map.
    """
    return " ".join(_options(values, "", parsing))


def _options(values: dict[str, Any], prefix: str, parsing: ParsingOptions) -> Iterator[str]:
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _options(value, f"{name}.", parsing)
        elif isinstance(value, list):
            yield from _repeated(name, value, parsing)
        elif value is True:
            yield f"--{name}"
        elif value is not False:
            yield f"--{name} {_word(value)}"
        elif parsing.booleans == BOOLEAN_OPTIONAL:
            yield f"--no-{name}"


def _repeated(name: str, values: list[Any], parsing: ParsingOptions) -> Iterator[str]:
    if any(isinstance(value, dict | list) for value in values):
        raise Mistake(f"Cannot interpolate nested iterable in '{name}'", is_block=True)
    if parsing.lists == APPEND:
        yield from (f"--{name} {_word(value)}" for value in values)
    elif values:
        yield " ".join([f"--{name}", *map(_word, values)])


def _word(value: object) -> str:
    # Few commands unpack a map, every command loads this module.
    from shlex import quote

    return quote(value) if isinstance(value, str) else str(value)
