"""Changes to TOML text that keep comments, order and spacing. tomlkit does the work.

This module is imported only when a TOML file changes or cannot be read.
"""

from __future__ import annotations

import tomllib

import tomlkit
from tomlkit.exceptions import TOMLKitError

from assay.errors import AssayError, UnexpectedError
from assay.formats.changes import Change, Path, Set, same
from assay.typed import Any, Sequence


def refusal(text: str) -> str:
    """Why tomlkit does not read `text`, in its words; empty if it does. DVC shows these words."""
    try:
        tomlkit.parse(text)
    except (TOMLKitError, ValueError, RecursionError) as problem:
        return str(problem)
    return ""


def edit(text: str, changes: Sequence[Change]) -> str:
    """`text` with `changes` made; raises UnexpectedError for what TOML cannot hold (null)."""
    document = tomlkit.parse(text)
    for change in changes:
        parent = _at(document, change.path[:-1])
        if isinstance(change, Set):
            _refuse_unfit(change.value, change.path)
            parent[change.path[-1]] = change.value
        else:
            del parent[change.path[-1]]
    return _checked(tomlkit.dumps(document), document)


def _at(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def _checked(text: str, document: tomlkit.TOMLDocument) -> str:
    """`text`, if it says what `document` holds: tomlkit has slips with tables out of order."""
    try:
        is_right = same(tomllib.loads(text), document.unwrap())
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise AssayError("the change cannot be written into this TOML file without harm to it")
    return text


def _refuse_unfit(value: object, path: Path) -> None:
    name = ".".join(map(str, path))
    if value is None:
        raise UnexpectedError(
            f"Unable to convert an object of {type(value)} to a TOML item",
            hint=f"TOML has no null: leave '{name}' out instead",
        )
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise UnexpectedError(f"'{name}' cannot have the key {key}: keys in TOML are text")
            _refuse_unfit(item, (*path, key))
    if isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_unfit(item, (*path, index))
