"""Parameter files of any format: their values, and new bytes with some values changed.

The suffix decides, in any case: `.json`, `.toml`, `.py`; everything else is YAML (spec/pipelines.md
§4). Each format has its modules; they are imported when a file of that format turns up.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.formats.changes import Change
from assay.typed import Iterable, Sequence


class ParametersUnreadable(AssayError):
    """A parameter file is not text, or not of its format; the parser's words are in the message."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"unable to read: '{name}', {reason}")


def read_parameters(name: str, data: bytes) -> object:
    """The values in the file `name`: for sane files a dict, for an empty YAML file an empty one.

    Values are what the format's reader gives; Python files may hold tuples and sets too.
    Raises ParametersUnreadable. Nothing in the file is ever executed.
    """
    text = _decoded(name, data)
    match suffix(name):
        case ".json":
            return _read_json(name, text)
        case ".toml":
            return _read_toml(name, text)
        case ".py":
            return _read_python(name, text)
    return _read_yaml(name, text)


def edit_parameters(name: str, data: bytes, changes: Sequence[Change], values: object) -> bytes:
    """`data` with `changes` made, and every byte that they do not concern as it was.

    `values` are what `read_parameters` has made of it. Raises AssayError for what the format
    cannot hold.
    """
    return _edited(suffix(name), data.decode("utf-8"), changes, values).encode("utf-8")


def suffix(name: str) -> str:
    """What decides the format of a parameter file: `.json`, `.toml`, `.py`, or any other text."""
    return os.path.splitext(name)[1].lower()


def lookup(values: object, key_path: str) -> object:
    """The value at a dotted path, where a segment is a key or the index of a list item.

    An index may be negative; a key that is a number in the file is found by its digits.
    Raises KeyError with the whole path.
    """
    for segment in key_path.split("."):
        try:
            values = _step(values, segment)
        except (KeyError, IndexError, ValueError):
            raise KeyError(key_path) from None
    return values


def missing_keys(values: object, key_paths: Iterable[str]) -> list[str]:
    """Those of `key_paths` that `lookup` does not find, in their order."""
    return [key_path for key_path in key_paths if not _has(values, key_path)]


def _step(values: object, segment: str) -> object:
    if isinstance(values, dict):
        return values[segment] if segment in values else values[int(segment)]
    if isinstance(values, list | tuple):
        return values[int(segment)]
    raise KeyError(segment)


def _has(values: object, key_path: str) -> bool:
    try:
        lookup(values, key_path)
    except KeyError:
        return False
    return True


def _edited(suffix: str, text: str, changes: Sequence[Change], values: object) -> str:
    # Each of the four drags in a parser that the other three do not need.
    if suffix == ".json":
        from assay.formats import json_edit

        return json_edit.edit(text, changes)
    if suffix == ".toml":
        from assay.formats import toml_edit

        return toml_edit.edit(text, changes)
    if suffix == ".py":
        from assay.formats import python_edit

        return python_edit.edit(text, changes)
    from assay.formats import yaml_edit

    return yaml_edit.edit_known(text, values, changes)


def _decoded(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise ParametersUnreadable(name, f"is not valid utf-8: {problem}") from None


def _corrupted(name: str, kind: str, reason: object) -> ParametersUnreadable:
    return ParametersUnreadable(name, f"{kind} file structure is corrupted: {reason}")


def _read_yaml(name: str, text: str) -> object:
    from assay.formats.yaml_read import YamlProblem, parse

    try:
        values = parse(text)
    except YamlProblem as problem:
        raise _corrupted(name, "YAML", problem) from None
    return {} if values is None else values


def _read_json(name: str, text: str) -> object:
    from assay import quick_json

    try:
        return quick_json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise _corrupted(name, "JSON", problem) from None


def _read_toml(name: str, text: str) -> object:
    # tomllib drags in datetime and friends; tomlkit's refusal comes from toml_edit.
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        from assay.formats.toml_edit import refusal

        raise _corrupted(name, "TOML", refusal(text) or problem) from None


def _read_python(name: str, text: str) -> object:
    # The compiler's front end costs several milliseconds to import.
    from assay.formats.python_literals import read

    try:
        return read(text, name)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise _corrupted(name, "Python", problem) from None
