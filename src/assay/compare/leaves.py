"""Nested data as one level: `{"net": {"depth": 3}}` is `{"net.depth": 3}`."""

from __future__ import annotations

from assay.typed import Mapping


def leaves(tree: Mapping[object, object]) -> dict[str, object]:
    """Dotted key → value, in the order of the file.

    Lists are values. Empty mappings vanish. Where a dotted key and a nested one collide, the last
    one counts.
    """
    flat: dict[str, object] = {}
    _gather(tree, "", flat)
    return flat


def _gather(tree: Mapping[object, object], prefix: str, flat: dict[str, object]) -> None:
    for key, value in tree.items():
        if isinstance(value, dict):
            _gather(value, f"{prefix}{key}.", flat)
        else:
            flat[f"{prefix}{key}"] = value
