"""What differs between the parameters or metrics of two revisions.

Source of the rules: spec/experiments.md §6 and §7.
"""

from __future__ import annotations

from assay.compare.leaves import leaves
from assay.compare.readings import Failure, Files
from assay.typed import Mapping, NamedTuple


class Change(NamedTuple):
    """One value before and after; None stands for null and for "not there" alike."""

    old: object
    new: object

    @property
    def difference(self) -> int | float | None:
        """`new - old` if both are numbers, a truth value being 0 or 1; else None."""
        if not isinstance(self.old, int | float) or not isinstance(self.new, int | float):
            return None
        try:
            return self.new - self.old
        except OverflowError:  # an integer beyond the range of floats
            return None

    @property
    def is_real(self) -> bool:
        """Whether the values differ. 1, 1.0 and true are equal; "not a number" equals itself."""
        both_nan = self.old != self.old and self.new != self.new
        return self.old != self.new and not both_nan


Changes = Mapping[str, Mapping[str, Change]]
"""File → dotted key → change. A file whose whole content is one value has the key ""."""


def changes(old: Files, new: Files, *, unchanged: bool = False) -> Changes:
    """What differs, file by file, and with `unchanged` also what does not.

    Lists are compared and given as one string. A file that could not be read counts as empty.
    Files and keys come in the order of `old`, then those that are only in `new`.
    """
    found = {
        file: _value_changes(_values(old.get(file)), _values(new.get(file)), unchanged=unchanged)
        for file in dict.fromkeys((*old, *new))
    }
    return {file: values for file, values in found.items() if values}


def as_json(found: Changes) -> dict[str, dict[str, dict[str, object]]]:
    """The form of `--json`: `{file: {key: {"old": …, "new": …, "diff": …}}}`.

    `diff` is there only between two numbers.
    """
    return {
        file: {key: _change_as_json(change) for key, change in values.items()}
        for file, values in found.items()
    }


def _change_as_json(change: Change) -> dict[str, object]:
    item: dict[str, object] = {"old": change.old, "new": change.new}
    difference = change.difference
    if difference is not None:
        item["diff"] = difference
    return item


def _value_changes(
    old: Mapping[str, object], new: Mapping[str, object], *, unchanged: bool
) -> dict[str, Change]:
    pairs = {key: Change(old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new))}
    return {key: change for key, change in pairs.items() if unchanged or change.is_real}


def _values(content: object) -> dict[str, object]:
    if content is None or isinstance(content, Failure):
        return {}
    flat = leaves(content) if isinstance(content, dict) else {"": content}
    return {key: _comparable(value) for key, value in flat.items()}


def _comparable(value: object) -> object:
    return str(value) if isinstance(value, list) else value
