"""What an override does to the values of a parameter file.

Dicts merge, everything else is replaced; a key that is not there needs `+` (spec/overrides.md §2).
All functions are pure: they give new containers along the changed path and share the rest, so the
cost follows the override, whatever the size of the file and however its aliases are knotted.
The texts of the refusals are those of Hydra and OmegaConf, which users and other tools know.
"""

from __future__ import annotations

from assay.experiments.override import ADD, REMOVE, SET, InvalidOverride, Override
from assay.formats.changes import Key, Path

Parameters = dict[Key, object]


class Absent:
    """What stands where nothing stands."""


ABSENT = Absent()


def merged(parameters: Parameters, override: Override) -> Parameters:
    """`parameters` after `override`, which is no sweep. Raises InvalidOverride."""
    if override.package is not None:
        raise InvalidOverride(
            f"Override {override.text} looks like a config group override, "
            f"but config group '{override.key}' does not exist."
        )
    path = key_path(parameters, override.key)
    found = value_at(parameters, path)
    if override.operator == REMOVE:
        _refuse_other(found, override)
        result = _without(parameters, path)
    else:
        if override.operator == ADD:
            _refuse_existing(found, override)
        result = _Assignment(override, path).into(parameters, 0)
    assert isinstance(result, dict)
    return result


def key_path(parameters: Parameters, key: str) -> Path:
    """The path that a dotted `key` names: digits are an index where the file has a list."""
    path: list[Key] = []
    here: object = parameters
    for part in key.split("."):
        step = int(part) if isinstance(here, list | tuple) and part.isdecimal() else part
        path.append(step)
        here = _child(here, step)
    return tuple(path)


def value_at(parameters: Parameters, path: Path) -> object:
    """What stands at `path`, or ABSENT."""
    here: object = parameters
    for key in path:
        here = _child(here, key)
    return here


def replaced(here: object, path: Path, value: object) -> object:
    """`here` with the value at `path`, which exists, replaced by `value`."""
    if not path:
        return value
    return _with_child(here, path[0], replaced(_child(here, path[0]), path[1:], value))


def _child(here: object, key: Key) -> object:
    if isinstance(here, dict):
        return here.get(key, ABSENT)
    if isinstance(here, list | tuple) and isinstance(key, int) and key < len(here):
        return here[key]
    return ABSENT


def _with_child(here: object, key: Key, value: object) -> object:
    if isinstance(here, dict):
        return {**here, key: value}
    assert isinstance(here, list | tuple) and isinstance(key, int)
    return [*here[:key], value, *here[key + 1 :]]


def _without(here: object, path: Path) -> object:
    key, *rest = path
    if rest:
        return _with_child(here, key, _without(_child(here, key), tuple(rest)))
    if isinstance(here, dict):
        return {name: value for name, value in here.items() if name != key}
    assert isinstance(here, list | tuple) and isinstance(key, int)
    return [*here[:key], *here[key + 1 :]]


def _refuse_other(found: object, override: Override) -> None:
    """A removal needs something to remove, and the very value if it names one."""
    if found is ABSENT:
        raise InvalidOverride(f"Could not delete from config. '{override.key}' does not exist.")
    if override.value is not None and override.value != found:
        raise InvalidOverride(
            f"Could not delete from config. "
            f"The value of '{override.key}' is {found} and not {override.value}."
        )


def _refuse_existing(found: object, override: Override) -> None:
    """`+` adds, it does not change; but it may merge into a dict and replace null or a list."""
    if override.key and (found in (None, ABSENT) or isinstance(override.value, dict | list)):
        return
    raise InvalidOverride(
        f"Could not append to config. An item is already at '{override.key}'.\n"
        f"Either remove + prefix: '{override.text[1:]}'\n"
        f"Or add a second + to add or override '{override.key}': '+{override.text}'"
    )


class _Assignment:
    """Puts the value of one override where it belongs."""

    __slots__ = ("override", "path")

    def __init__(self, override: Override, path: Path) -> None:
        self.override = override
        self.path = path

    def into(self, here: object, depth: int) -> object:
        """`here`, which stands at the first `depth` keys of the path, with the value in it."""
        if depth == len(self.path):
            return self._combined(here)
        key = self.path[depth]
        if isinstance(here, list | tuple):
            self._check_index(here, depth)
        else:
            # A scalar gives way to a dict.
            here = here if isinstance(here, dict) else {}
            if key not in here and self.override.operator == SET:
                raise self._not_there(self.path[: depth + 1])
        child = _child(here, key)
        return _with_child(here, key, self.into(child, depth + 1))

    def _combined(self, old: object) -> object:
        new = self.override.value
        self._check_keys(new)
        self._check_kinds(old, new)
        if isinstance(old, dict) and isinstance(new, dict):
            return self._merged(old, new, self.path)
        return new

    def _merged(self, old: Parameters, new: Parameters, path: Path) -> Parameters:
        result = dict(old)
        for key, value in new.items():
            here = (*path, key)
            if key not in old and self.override.operator == SET:
                raise self._not_there(here)
            existing = old.get(key)
            self._check_kinds(existing, value)
            both = isinstance(existing, dict) and isinstance(value, dict)
            result[key] = self._merged(existing, value, here) if both else value  # type: ignore[arg-type]
        return result

    def _check_kinds(self, old: object, new: object) -> None:
        """A list and a dict do not merge."""
        is_mixed = isinstance(old, list | tuple) and isinstance(new, dict)
        if is_mixed or (isinstance(old, dict) and isinstance(new, list)):
            raise self._failed("Cannot merge DictConfig with ListConfig", self.path, "dict")

    def _check_keys(self, value: object) -> None:
        if not isinstance(value, dict | list):
            return
        if isinstance(value, dict) and None in value:
            raise self._failed("Incompatible key type 'NoneType'", self.path, "dict")
        for item in value.values() if isinstance(value, dict) else value:
            self._check_keys(item)

    def _check_index(self, items: list[object] | tuple[object, ...], depth: int) -> None:
        index, path = self.path[depth], self.path[: depth + 1]
        if not isinstance(index, int):
            raise self._failed(f"Index '{index}' (str) is not an int", path, "list")
        if index >= len(items):
            raise self._failed("list index out of range", path, "list")

    def _not_there(self, path: Path) -> InvalidOverride:
        return InvalidOverride(
            f"Could not override '{self.override.key}'.\n"
            f"To append to your config use +{self.override.text}: "
            f"Key '{path[-1]}' is not in struct\n{_place(path, 'dict')}"
        )

    def _failed(self, reason: str, path: Path, kind: str) -> InvalidOverride:
        return InvalidOverride(
            f"Error merging override {self.override.text}: {reason}\n{_place(path, kind)}"
        )


def _place(path: Path, kind: str) -> str:
    name = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return f"    full_key: {name.removeprefix('.')}\n    object_type={kind}"
