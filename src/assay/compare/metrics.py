"""What counts as a metric: numbers, texts and truth values, however deep in mappings."""

from __future__ import annotations


def extract(content: object) -> object:
    """The metrics in a parsed file, in the shape of the file.

    Lists, nulls and what holds nothing else are left out. A file that is one value is that value;
    one without metrics, or with only an empty or zero value, is `{}` (spec/experiments.md §7).
    """
    return _metrics_in(content) or {}


def _metrics_in(content: object) -> object:
    if isinstance(content, int | float | str):
        return content
    if not isinstance(content, dict):
        return None
    return {
        key: found
        for key, value in content.items()
        if (found := _metrics_in(value)) is not None and found != {}
    }
