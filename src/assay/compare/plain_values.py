"""Values as JSON knows them, whatever the format they come from.

What is shown of a file must be the same when it was just read and when it comes out of a JSON
cache. So dates become texts in ISO form, keys become texts, tuples and sets become lists.
"""

from __future__ import annotations

from assay import quick_json
from assay.errors import AssayError

_DEEPEST = 200
"""Levels of nesting; readers of what we give walk it recursively."""

_MOST_BITS = 8192
"""Python refuses to write longer integers as text (sys.set_int_max_str_digits)."""

_SAME = frozenset({str, float, bool, type(None)})


class Unshowable(AssayError):
    """A file holds what no table and no JSON document can show."""


def plain(value: object, _depth: int = 0) -> object:
    """`value` made of mappings with text keys, lists, texts, numbers, truth values and null.

    Raises Unshowable.
    """
    if type(value) in _SAME:
        return value
    if type(value) is int:
        if value.bit_length() > _MOST_BITS:
            raise Unshowable(f"an integer has more than {_MOST_BITS} bits")
        return value
    if _depth == _DEEPEST:
        raise Unshowable(f"nested deeper than {_DEEPEST} levels")
    if isinstance(value, dict):
        return {
            _key(key): item if type(item) in _SAME else plain(item, _depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain(item, _depth + 1) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item, _depth + 1) for item in value), key=repr)
    return _text(value)


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    return quick_json.dumps(key) if isinstance(key, int | float | None) else _text(key)


def _text(value: object) -> str:
    """Dates and times in ISO form; numbers, texts and what else a parser may give as they print."""
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat() if isoformat else value)
