"""The text of an override: what it asks for.

The everyday forms (words, numbers, quotes, lists, dicts, comma lists, `choice`, `range`) are read
here at the cost of a few regular expressions. Everything else goes to Hydra's parser, whose import
costs half a second and whose words are the error messages that users know. This reader never
guesses: what it reads, Hydra reads alike (spec/overrides.md §2, §3, §4).
"""

from __future__ import annotations

from math import isfinite

from assay.experiments.override import (
    REMOVE,
    SET,
    Override,
    Quoted,
    Sweep,
    Value,
    plain,
    spell,
    word,
)
from assay.regex import Expression, regex
from assay.typed import Callable, Iterator, TypeGuard, TypeVar

_T = TypeVar("_T")
_MAX_DEPTH = 20

_ID = r"[A-Za-z_][A-Za-z0-9_-]*"
_PART = rf"(?:{_ID}|0|[1-9][0-9]*)"
_EVERYDAY = regex(
    rf"(?s)(\+\+?|~)?((?:{_ID}(?:/{_ID})+)|{_ID}|{_PART}(?:\.{_PART})+)(?:=[ \t]*(.*))?"
)

_LETTER = r"(?:[A-Za-z0-9_/+.%*@?|\-]|\$(?!\{))"
# Blanks around a colon belong to the colon, so a word that ends in one has none behind it.
_WORD = regex(rf"(?:{_LETTER}|:)++(?:[ \t]+{_LETTER}(?:{_LETTER}|:)*+)*+(?:(?<!:)[ \t]*|(?![ \t]))")
_KEY = regex(rf"{_LETTER}+(?:[ \t]+{_LETTER}+)*[ \t]*")
_QUOTED = regex(r'"[^"\\]*"' r"|'[^'\\]*'")
_COMMA = regex(r"[ \t]*,[ \t]*")
_COLON = regex(r"[ \t]*:[ \t]*")
_OPENING = regex(r"[\[{(][ \t]*")
_CLOSING = regex(r"[ \t]*[\]})]")
_FUNCTION = regex(r"(?:choice|range)(?=\()")


class _NotEveryday(ValueError):
    """The text needs Hydra's own parser: it is unusual, or wrong."""


def parse(text: str) -> Override:
    """What `text`, a `-S` argument without its file, asks for. Raises InvalidSyntax."""
    try:
        return _everyday(text)
    except _NotEveryday:
        # Half a second of import: only for those who need it.
        from assay.experiments.override_hydra import parse_with_hydra

        return parse_with_hydra(text)


def _everyday(text: str) -> Override:
    key, _, number_text = text.partition("=")
    number = _number(number_text)
    if number is not None and key.isascii() and all(map(str.isidentifier, key.split("."))):
        return Override(text, SET, key, number, spell(number))
    match = _EVERYDAY.fullmatch(text)
    if match is None:
        raise _NotEveryday(text)
    operator, key, value_text = match[1] or SET, match[2], match[3]
    if value_text is None:
        if operator != REMOVE:
            raise _NotEveryday(text)
        return Override(text, operator, key, None, spell(None))
    value = _read(value_text)
    if not isinstance(value, Sweep):
        return Override(text, operator, key, plain(value), spell(value))
    if operator == REMOVE:
        raise _NotEveryday(text)
    return Override(text, operator, key, None, "", value)


def _number(text: str) -> int | float | None:
    """What most overrides set, seen without regular expressions: `12` or `0.5`; None for others."""
    whole, dot, part = text.partition(".")
    if not text.isascii() or not whole.isdigit() or (whole[0] == "0" != whole):
        return None
    if not dot:
        return int(whole)
    return float(text) if part.isdigit() else None


def _read(text: str) -> Value | Sweep:
    """The value that `text` spells; raises _NotEveryday when a full parser has to look."""
    reader = _Reader(text)
    value = reader.value()
    if reader.position != len(text):
        raise _NotEveryday(text)
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def value(self) -> Value | Sweep:
        if not self.text:
            return ""
        if function := self._take(_FUNCTION):
            arguments = self._enclosed(")", lambda: self._element(0))
            return _range(arguments) if function == "range" else _choice(arguments)
        elements = self._separated(lambda: self._element(0))
        return elements[0] if len(elements) == 1 else Sweep(lambda: elements)

    def _element(self, depth: int) -> Value:
        if depth > _MAX_DEPTH:
            raise _NotEveryday(self.text)
        if quoted := self._take(_QUOTED):
            return Quoted(quoted[1:-1], quoted)
        match self.text[self.position : self.position + 1]:
            case "[":
                return self._enclosed("]", lambda: self._element(depth + 1))
            case "{":
                return dict(self._enclosed("}", lambda: self._pair(depth + 1)))
        return word(self._required(_WORD))

    def _pair(self, depth: int) -> tuple[Value, Value]:
        key = word(self._required(_KEY))
        self._required(_COLON)
        return key, self._element(depth)

    def _enclosed(self, closing: str, item: Callable[[], _T]) -> list[_T]:
        self._required(_OPENING)
        items = [] if self._at_closing() else self._separated(item)
        if not self._required(_CLOSING).endswith(closing):
            raise _NotEveryday(self.text)
        return items

    def _at_closing(self) -> bool:
        return _CLOSING.match(self.text, self.position) is not None

    def _separated(self, item: Callable[[], _T]) -> list[_T]:
        items = [item()]
        while self._take(_COMMA):
            items.append(item())
        return items

    def _required(self, pattern: Expression[str]) -> str:
        taken = self._take(pattern)
        if not taken:
            raise _NotEveryday(self.text)
        return taken

    def _take(self, pattern: Expression[str]) -> str:
        """What `pattern` matches here, passed over; empty if it does not match."""
        match = pattern.match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match[0]


def _choice(options: list[Value]) -> Sweep:
    if not options or None in options:
        raise _NotEveryday("choice")
    # Quotes have done their duty: what is left is a string, quoted again only where it must be.
    values = [option.text if isinstance(option, Quoted) else option for option in options]
    return Sweep(lambda: values)


def _range(arguments: list[Value]) -> Sweep:
    """range(stop), range(start, stop) or range(start, stop, step); stop is not part of it."""
    numbers = [number for number in arguments if _is_finite_number(number)]
    if len(numbers) != len(arguments) or not 1 <= len(numbers) <= 3:
        raise _NotEveryday("range")
    start, stop, step = numbers if len(numbers) == 3 else (*([0, *numbers][-2:]), 1)
    if not step:
        raise _NotEveryday("range")
    if isinstance(start, int) and isinstance(stop, int) and isinstance(step, int):
        whole = range(start, stop, step)
        return Sweep(lambda: whole)
    return Sweep(lambda: _steps(start, stop, step))


def _is_finite_number(value: Value) -> TypeGuard[int | float]:
    return type(value) is int or (type(value) is float and isfinite(value))


def _steps(start: float, stop: float, step: float) -> Iterator[float]:
    # Only ranges of floats need it. Exact sums of inexact floats: 0.8999999999999999 is right.
    from decimal import Decimal

    at, end, by = Decimal(start), Decimal(stop), Decimal(step)
    while at < end if by > 0 else at > end:
        yield float(at)
        at += by
