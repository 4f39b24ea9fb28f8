"""Plain data with templates in it, made into a function once and filled in per stage or member.

Whatever holds no template is passed through as it is, not copied.
"""

from __future__ import annotations

from assay.pipeline.templating.errors import Mistake
from assay.pipeline.templating.expression import (
    Reference,
    Template,
    has_opening,
    take_apart,
    unescaped,
)
from assay.pipeline.templating.scope import Lookup
from assay.pipeline.templating.unpack import ParsingOptions, as_options
from assay.typed import Any, Callable, NamedTuple

Fill = Callable[[Lookup], Any]


class Manner(NamedTuple):
    """What may be filled in. Maps inside a text are written as options by `parsing`."""

    parsing: ParsingOptions
    maps: bool = False
    lists: bool = False

    def check(self, value: object) -> None:
        """Raise Mistake for a list or a map that has no place here."""
        if (isinstance(value, dict) and not self.maps) or (
            isinstance(value, list) and not self.lists
        ):
            kind = type(value).__name__
            raise Mistake(f"Cannot interpolate data of type '{kind}'", is_block=True)

    def text_of(self, value: object) -> str:
        """A value as part of a text."""
        return as_options(value, self.parsing) if isinstance(value, dict) else as_text(value)


def as_text(value: object) -> str:
    """A scalar as YAML people write it, but null, which is `None` to Python people and to DVC."""
    if value is True:
        return "true"
    return "false" if value is False else str(value)


def compiled(node: Any, manner: Manner) -> Fill | None:
    """The function that gives `node` with its templates filled in; None when there are none.

    A template that cannot be parsed raises its Mistake when it is filled in, not before, so that
    mistakes are found in the order of the file.
    """
    if isinstance(node, str):
        return _text(node, manner) if has_opening(node) else None
    if isinstance(node, list):
        return _list(node, manner)
    if isinstance(node, dict):
        return _mapping(node, manner)
    return None


def _list(node: list[Any], manner: Manner) -> Fill | None:
    fills = [compiled(item, manner) for item in node]
    if not any(fills):
        return None
    pairs = list(zip(node, fills, strict=True))
    return lambda lookup: [item if fill is None else fill(lookup) for item, fill in pairs]


def _mapping(node: dict[Any, Any], manner: Manner) -> Fill | None:
    parts = [
        (key, compiled(key, manner), item, compiled(item, manner)) for key, item in node.items()
    ]
    if not any(fill_key or fill for _, fill_key, _, fill in parts):
        return None

    def fill_in(lookup: Lookup) -> dict[Any, Any]:
        return {
            key if fill_key is None else _key(fill_key(lookup)): (
                item if fill is None else fill(lookup)
            )
            for key, fill_key, item, fill in parts
        }

    return fill_in


def _key(value: object) -> object:
    if isinstance(value, dict | list):
        kind = type(value).__name__
        raise Mistake(f"Cannot interpolate data of type '{kind}'", is_block=True)
    return value


def _text(text: str, manner: Manner) -> Fill | None:
    try:
        template = take_apart(text)
    except Mistake as mistake:
        return _refuse(mistake)
    if template.is_whole:
        return _whole(template.references[0], manner)
    changes = template.references or unescaped(text) != text
    return _pieces(template, manner) if changes else None


def _refuse(mistake: Mistake) -> Fill:
    def fill_in(_lookup: Lookup) -> Any:
        raise mistake

    return fill_in


def _whole(reference: Reference, manner: Manner) -> Fill:
    def fill_in(lookup: Lookup) -> Any:
        value = lookup(reference)
        manner.check(value)
        return value

    return fill_in


def _pieces(template: Template, manner: Manner) -> Fill:
    first, *rest = template.literals
    parts = list(zip(template.references, rest, strict=True))

    def fill_in(lookup: Lookup) -> str:
        pieces = [first]
        for reference, literal in parts:
            value = lookup(reference)
            if not isinstance(value, str):
                manner.check(value)
                value = manner.text_of(value)
            pieces += (value, literal)
        return unescaped("".join(pieces))

    return fill_in
