"""JSON as the state of the program is kept in, without what loading `json` costs.

`json` brings the module of regular expressions with it, half of Python's whole start, for the sake
of its slow paths. The fast ones are functions of its C module, which are called here directly;
where Python has no such module, and for every text that is not plain, `json` itself is asked. So
values, texts and errors are those of `json`, which a property test checks.
"""

from __future__ import annotations

import sys

from assay.modules import load
from assay.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.typed import Callable

_IS_DEBUGGED = hasattr(sys, "gettotalrefcount")  # such a Python ends where others raise

_fast: Any
try:
    _fast = None if _IS_DEBUGGED else load("_json")
except ImportError:  # another Python than CPython
    _fast = None

_BLANKS = " \t\n\r"


class _Reading:
    """What the scanner asks about how to read."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int

    @staticmethod
    def parse_constant(name: str) -> float:
        return float(name.replace("Infinity", "inf"))


_scan = _fast and _fast.make_scanner(_Reading)


def loads(text: str | bytes) -> Any:
    """The value that `text` stands for. Raises ValueError."""
    if _scan:
        try:
            plain = text if isinstance(text, str) else text.decode()
            value, end = _scan(plain, 0)
        except (StopIteration, ValueError, SystemError):
            pass  # blanks before it, another encoding, or no JSON: to say so it needs `json`
        else:
            if end == len(plain) or not plain[end:].strip(_BLANKS):
                return value
    import json

    return json.loads(text)


def dumps(
    value: object,
    *,
    default: Callable[[Any], Any] | None = None,
    ensure_ascii: bool = True,
    indent: int | str | None = None,
    separators: tuple[str, str] = (", ", ": "),
    sort_keys: bool = False,
) -> str:
    """The text of a value, on one line unless it is indented.

    Raises TypeError for what JSON cannot tell, ValueError for what contains itself.
    """
    if _fast is None or indent is not None:
        import json

        return json.dumps(
            value,
            default=default,
            ensure_ascii=ensure_ascii,
            indent=indent,
            separators=separators if indent is None else None,
            sort_keys=sort_keys,
        )
    between, colon = separators
    quote = quoted if ensure_ascii else _fast.encode_basestring
    encode = _fast.make_encoder(
        {}, default or _refuse, quote, None, colon, between, sort_keys, False, True
    )
    return "".join(encode(value, 0))


def _refuse(value: object) -> None:
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _quoted(text: str) -> str:
    from json.encoder import encode_basestring_ascii

    return encode_basestring_ascii(text)


quoted: Callable[[str], str] = _fast.encode_basestring_ascii if _fast else _quoted
"""A text as JSON, in ASCII."""
