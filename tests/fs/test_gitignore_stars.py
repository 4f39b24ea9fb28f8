"""A star stands for a name, never for no name at all."""

from __future__ import annotations

import re

import pytest

from assay.fs.gitignore import Pattern


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [("new/*", "new/", False), ("new/*", "new/a", True), ("*", "a", True), ("a*", "a", True)],
)
def test_a_lone_star_needs_a_name(pattern: str, path: str, matches: bool) -> None:
    parsed = Pattern.parse(pattern)
    assert parsed is not None
    assert bool(re.fullmatch(parsed.expression, path)) is matches
