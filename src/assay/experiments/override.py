"""One override as a record, and the spelling of its values.

`-S lr=0.1` is a set, `+lr=0.1` an addition, `++lr=0.1` either, `~lr` a removal (spec/overrides.md
§2). Reading the text is the business of `override_syntax`, doing it that of `override_merge`.
"""

from __future__ import annotations

from assay.errors import AssayError, UnexpectedError
from assay.regex import Match, regex
from assay.typed import Callable, Iterable, NamedTuple

SET, ADD, FORCE, REMOVE = "", "+", "++", "~"

# None, bool, int, float, str, Quoted, and lists and dicts of these.
Value = object

_INT = r"(?:0|[1-9](?:_?[0-9])*)"
_POINT = rf"(?:{_INT}\.|{_INT}?\.[0-9](?:_?[0-9])*)"
_EXPONENT = rf"(?:{_POINT}|{_INT})[eE][+-]?[0-9](?:_?[0-9])*"
_INTEGER = regex(rf"[+-]?{_INT}")
_FLOAT = regex(rf"[+-]?(?:{_EXPONENT}|{_POINT}|[Ii][Nn][Ff]|[Nn][Aa][Nn])")
_CONSTANTS = {"true": True, "false": False, "null": None}

# What a backslash takes the meaning from, and what may stand bare once that is done.
_SPECIAL = regex(r"([\\()\[\]{}:=, \t])")
_ESCAPABLE = regex(r"[A-Za-z0-9_/+.%*@?|$\\()\[\]{}:=, \t-]*")
_BEFORE_QUOTE = regex(r'(\\*)("|\Z)')


class InvalidOverride(AssayError):
    """An override that the file does not allow: an unknown key, one that is there already, …"""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Invalid `--set-param` value: {reason}")


class InvalidSyntax(UnexpectedError):
    """An override that the grammar does not know; the message is that of Hydra's parser."""


class Quoted:
    """A string that was given in quotes, and its text with them."""

    __slots__ = ("spelling", "text")

    def __init__(self, text: str, spelling: str) -> None:
        self.text = text
        self.spelling = spelling


class Sweep:
    """The values of a sweep, in order. Iterating may raise, and draws the order of a shuffle."""

    __slots__ = ("_values",)

    def __init__(self, values: Callable[[], Iterable[Value]]) -> None:
        self._values = values

    def spellings(self) -> list[str]:
        """Each value as it stands in a plain override."""
        return [spell(value) for value in self._values()]


class Override(NamedTuple):
    """An override that is understood.

    `key` is a dotted path; `package` is what stood behind an `@` in it. `value` is plain data (None
    for a removal of whatever is there, and for a sweep). `spelling` is the value's text in the
    form that reads back alike; `sweep` has the values if there are to be several experiments.
    """

    text: str
    operator: str
    key: str
    value: Value
    spelling: str
    sweep: Sweep | None = None
    package: str | None = None

    @property
    def target(self) -> str:
        """Operator and key as they were given: what an override of one combination starts with."""
        at_package = "" if self.package is None else f"@{self.package}"
        return f"{self.operator}{self.key}{at_package}"


def plain(value: Value) -> Value:
    """`value` as data: what was quoted is a string like any other."""
    if isinstance(value, Quoted):
        return value.text
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    return value


def spell(value: Value) -> str:
    """`value` in the form that is read again as the same value.

    These texts are shown to users ("Queueing with overrides …") and stored with queued tasks.
    """
    if value is None:
        return "null"
    if isinstance(value, Quoted):
        return value.spelling
    if isinstance(value, list):
        return f"[{','.join(map(_spell_inner, value))}]"
    if isinstance(value, dict):
        pairs = (f"{_spell_key(key)}:{_spell_inner(item)}" for key, item in value.items())
        return f"{{{','.join(pairs)}}}"
    return _spell_string(value) if isinstance(value, str) else str(value)


def _spell_inner(value: Value) -> str:
    return spell(value) or '""'


def _spell_key(key: Value) -> str:
    # Keys know no quotes.
    return _SPECIAL.sub(r"\\\1", key) if isinstance(key, str) else spell(key)


def _spell_string(text: str) -> str:
    """Bare, with backslashes where needed, if that means this string; else in double quotes."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    is_bare = isinstance(word(text), str) if escaped == text else text == text.strip(" \t")
    if is_bare and _ESCAPABLE.fullmatch(text):
        return escaped
    # Inside quotes backslashes count only before a quote, the closing one included.
    return f'"{_BEFORE_QUOTE.sub(_escaped_quote, text)}"'


def _escaped_quote(match: Match[str]) -> str:
    return match[1] * 2 + match[2].replace('"', '\\"')


def word(text: str) -> Value:
    """The value of a bare word: a number, true, false, null (in any case), or the string itself."""
    text = text.rstrip(" \t")
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return _CONSTANTS.get(text.lower(), text)
