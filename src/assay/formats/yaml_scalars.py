"""What an unquoted YAML scalar means: the YAML 1.2 rules as DVC's parser applies them.

The readers, the writer and the editor of this package agree because all of them ask here.
Source: spec/pipelines.md §2 (YAML notes) and §6.3.
"""

from __future__ import annotations

from assay.regex import regex
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

STRING, INTEGER, FLOAT, BOOLEAN, NULL = "str", "int", "float", "bool", "null"
TIMESTAMP, MERGE, VALUE = "timestamp", "merge", "value"

# The words that are not strings; whatever else starts with a letter is one.
WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}

# Float before integer: `1_0.` is a float, and nothing is both.
_NUMBER_LIKE = regex(
    r"""(?x)(?P<float>
          [-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
        | [-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
        | [-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?
        | [-+]?\.(?:inf|Inf|INF)
        | \.(?:nan|NaN|NAN)
    )|(?P<int>
          [-+]?0b[01_]+ | [-+]?0o?[0-7_]+ | [-+]?[0-9_]+ | [-+]?0x[0-9a-fA-F_]+
    )|(?P<timestamp>
          [0-9]{4}-[0-9]{2}-[0-9]{2}
        | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}
          (?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?
          (?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?
    )""",
)
_NUMBER_STARTS = frozenset("-+.0123456789")
_DIGITS = frozenset("0123456789")
_IN_NUMBERS = frozenset("0123456789_.eE+-obTtZ: \t")
"""What stands in a number or a time, but for infinity and hexadecimal digits."""
_BASES = {"0b": 2, "0o": 8, "0x": 16}


class Unresolved(ValueError):
    """The scalar is of a kind that only a full parser should turn into a value."""


def kind(text: str) -> str:
    """The kind of the unquoted scalar `text`: STRING, INTEGER, FLOAT, BOOLEAN, NULL, …"""
    if text in WORDS:
        return NULL if WORDS[text] is None else BOOLEAN
    if text[0] in _NUMBER_STARTS:
        if text[0] in _DIGITS and text[1:2] != "x" and not _IN_NUMBERS.issuperset(text):
            return STRING  # such as most MD5 sums
        match = _NUMBER_LIKE.fullmatch(text)
        return STRING if match is None else str(match.lastgroup)
    if text == "<<":
        return MERGE
    return VALUE if text == "=" else STRING


def resolve(text: str) -> object:
    """The value of the unquoted scalar `text`.

    Raises Unresolved for date-times, merge keys, `=` and spellings without a value (`+_`).
    """
    found = kind(text)
    if found == STRING:
        return text
    if found in (NULL, BOOLEAN):
        return WORDS[text]
    try:
        if found == INTEGER:
            return integer(text)
        if found == FLOAT:
            return real(text)
        if found == TIMESTAMP and len(text) == 10:
            return date(text)
    except ValueError as error:
        raise Unresolved(text) from error
    raise Unresolved(text)


def integer(text: str) -> int:
    """The number that an INTEGER scalar spells: `017` is 17, `0o17` is 15, `1_000` is 1000."""
    digits = text.replace("_", "")
    sign = -1 if digits[:1] == "-" else 1
    digits = digits.lstrip("+-")
    base = _BASES.get(digits[:2])
    return sign * (int(digits) if base is None else int(digits[2:], base))


def real(text: str) -> float:
    """The number that a FLOAT scalar spells."""
    digits = text.replace("_", "").lower()
    if digits.endswith(("inf", "nan")):
        digits = digits.replace(".", "")
    return float(digits)


def date(text: str) -> datetime.date:
    """The day that a ten-character TIMESTAMP scalar spells."""
    import datetime  # a few files only hold dates

    return datetime.date(int(text[:4]), int(text[5:7]), int(text[8:]))
