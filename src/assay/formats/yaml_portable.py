"""New values for files that people and other programs read: spelled so that all readers agree.

YAML 1.1 (PyYAML, among many) reads `on` as true, `1:20` as 80 and `1e-05` as a text; YAML 1.2 does
not. What is spelled here has one meaning in both. Source: spec/overrides.md §5, defects.
"""

from __future__ import annotations

from assay.formats.yaml_spelling import Unspellable, number, one_line, quotes_of
from assay.regex import regex
from assay.typed import Iterator

# Texts that a YAML 1.1 reader takes for something else, and a 1.2 reader does not.
_OLD_MEANING = regex(
    r"""(?x)y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF
      | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?""",
)
_FLOW_SYNTAX = regex(r"[,\[\]{}:?\#]")
_BARE_EXPONENT = regex(r"^(-?\d+)e")


def scalar(value: object, *, in_flow: bool = False) -> str:
    """`value` on one line; `in_flow` between brackets or braces, where null has to be a word.

    Raises Unspellable for what is neither text, number, bool nor None.
    """
    if isinstance(value, str):
        return _text(value, in_flow=in_flow)
    if value is None:
        return "null" if in_flow else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _BARE_EXPONENT.sub(lambda found: f"{found[1]}.0e", number(value))
    raise Unspellable(repr(value))


def flow(value: object) -> str:
    """`value`, whatever it is, on one line: `[1, {a: b}]`."""
    if isinstance(value, dict):
        pairs = (f"{scalar(key, in_flow=True)}: {flow(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value, in_flow=True)


def is_block(value: object) -> bool:
    """Whether `value` needs lines of its own outside of flow collections."""
    return isinstance(value, dict | list | tuple) and bool(value)


class BlockStyle:
    """How deep a file indents: a map below its key by `step`, a dash below its key by `dash`."""

    __slots__ = ("dash", "step")

    def __init__(self, step: int = 2, dash: int = 0) -> None:
        self.step = step
        self.dash = dash

    def lines(self, value: object, column: int) -> Iterator[str]:
        """The lines, without ends, of a non-empty dict or list at `column`."""
        blanks = " " * column
        if isinstance(value, dict):
            for key, item in value.items():
                yield from self.entry(key, item, column)
        elif isinstance(value, list | tuple):
            for item in value:
                if is_block(item):
                    first, *others = self.lines(item, column + 2)
                    yield f"{blanks}- {first[column + 2 :]}"
                    yield from others
                else:
                    yield f"{blanks}- {flow(item)}"

    def entry(self, key: object, value: object, column: int) -> Iterator[str]:
        """The lines of one entry of a map at `column`."""
        head = " " * column + scalar(key, in_flow=True) + ":"
        if is_block(value):
            yield head
            offset = self.step if isinstance(value, dict) else self.dash
            yield from self.lines(value, column + offset)
        else:
            yield f"{head} {inline(value)}".rstrip(" ")


def inline(value: object) -> str:
    """A scalar or an empty collection, outside of flow collections."""
    return flow(value) if isinstance(value, dict | list | tuple) else scalar(value)


def _text(text: str, *, in_flow: bool) -> str:
    needs_quotes = _OLD_MEANING.fullmatch(text) or (in_flow and _FLOW_SYNTAX.search(text))
    if needs_quotes and not quotes_of(text):
        return "'" + text.replace("'", "''") + "'"
    return one_line(text)
