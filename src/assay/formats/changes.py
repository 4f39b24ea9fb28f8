"""Changes to a file of nested values, told apart from how the file writes them.

Whoever edits a format gets a list of changes: few, small, in the order in which they
are to be made. A path runs from the top of the file: keys of mappings, indices of lists.
"""

from __future__ import annotations

from assay.typed import Iterator, Mapping, NamedTuple

Key = str | int | float | bool | None
Path = tuple[Key, ...]


class Set(NamedTuple):
    """The value at `path` becomes `value`; all of the path but its last key exists."""

    path: Path
    value: object


class Delete(NamedTuple):
    """The last key of `path`, which exists and belongs to a mapping, goes away."""

    path: Path


Change = Set | Delete


def difference(
    before: Mapping[Key, object], after: Mapping[Key, object], *, path: Path = ()
) -> list[Change]:
    """The changes that make `after` out of `before`, order of keys included.

    A key that stands later in `after` than it did (it was deleted and added again) is deleted and
    set anew. Lists of one length change item by item, others as a whole. What the two share by
    identity is not looked into, so the cost follows the change, whatever hangs on the rest.
    """
    kept = set(_kept_in_order(before, after))
    changes: list[Change] = [Delete((*path, key)) for key in before if key not in kept]
    for key, value in after.items():
        if key in kept:
            changes += _value_changes(before[key], value, (*path, key))
        else:
            changes.append(Set((*path, key), value))
    return changes


def same(one: object, other: object) -> bool:
    """Whether a reader of the file could not tell the two apart.

    Unlike `==` this tells 1 from 1.0 from true, and calls NaN equal to itself. A tuple is a list:
    only Python files have both, and no override can spell the former.
    """
    if one is other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and one != one:
        return isinstance(other, float) and other != other
    return type(one) is type(other) and one == other


def _kept_in_order(before: Mapping[Key, object], after: Mapping[Key, object]) -> Iterator[Key]:
    """The keys that head `after` in the order in which `before` has them."""
    standing = iter(before)
    for key in after:
        # `in` moves the iterator on: what it passes over is not in its old place any more.
        if key not in standing:
            return
        yield key


def _value_changes(old: object, new: object, path: Path) -> list[Change]:
    if old is new:
        return []
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return difference(old, new, path=path)
    if same(old, new):
        return []
    if not isinstance(old, list | tuple) or not isinstance(new, list | tuple):
        return [Set(path, new)]
    if len(old) != len(new):
        return [Set(path, new)]
    return [
        change
        for index, pair in enumerate(zip(old, new, strict=True))
        for change in _value_changes(*pair, (*path, index))
    ]
