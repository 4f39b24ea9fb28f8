"""Data as the text of `--json`: one line, ASCII, dates in ISO form.

Not strict JSON: `NaN` and `Infinity` occur, and clients expect them (spec/clients.md §1.1).
"""

from __future__ import annotations

from assay import quick_json
from assay.compare.readings import Failure


def json_text(data: object, *, indent: int | None = None) -> str:
    """`data` on one line, or over many with an `indent` for people."""
    try:
        return quick_json.dumps(data, default=_text, indent=indent)
    except TypeError:  # a key that JSON does not know, such as a date in a YAML file
        return quick_json.dumps(_with_text_keys(data), default=_text, indent=indent)


def text_or_null(text: str | None) -> str:
    """A text, or nothing, as JSON."""
    return "null" if text is None else quick_json.quoted(text)


def file_as_json(content: object) -> dict[str, object]:
    """The content of a file, or the failure to read it, as all `--json` outputs give it."""
    return failure_as_json(content) if isinstance(content, Failure) else {"data": content}


def failure_as_json(failure: Failure) -> dict[str, object]:
    """What stands in place of `data`."""
    return {"error": {"type": failure.type, "msg": failure.msg}}


def _text(value: object) -> str:
    """Dates and times of YAML and TOML files; whatever else a parser may give."""
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat() if isoformat else value)


def _with_text_keys(value: object) -> object:
    if isinstance(value, dict):
        return {_key(key): _with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_text_keys(item) for item in value]
    return value


def _key(key: object) -> object:
    return key if isinstance(key, str | int | float | None) else _text(key)
