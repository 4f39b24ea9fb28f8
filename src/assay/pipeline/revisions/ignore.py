"""What the `.dvcignore` files of a commit leave out: the rules of `assay.fs.ignore`, for content
that is not on disk.

Rules of a deeper file go before those above it, the last match in a file decides, and nothing
below an ignored directory can be taken back. Source: spec/data.md §5.
"""

from __future__ import annotations

import os.path

from assay.fs.gitignore import Pattern
from assay.fs.ignore import lines_of
from assay.typed import Mapping, Sequence

Rules = Mapping[str, Sequence[Pattern]]
"""Directory of a `.dvcignore` file, relative to the project root → its patterns."""


def read_patterns(data: bytes) -> tuple[Pattern, ...]:
    """The patterns in the content of a `.dvcignore` file; empty if it has only comments."""
    parsed = map(Pattern.parse, lines_of(data))
    return tuple(pattern for pattern in parsed if pattern is not None)


def is_left_out(path: str, rules: Rules) -> bool:
    """Whether the file at `path` (from the project root), or a directory above it, is ignored."""
    names = path.split("/")
    parents = ["/".join(names[:depth]) + "/" for depth in range(1, len(names))]
    return any(_is_ignored(place, rules) for place in (*parents, path))


def _is_ignored(place: str, rules: Rules) -> bool:
    """What the rules say about one place, which ends in a slash if it is a directory."""
    folder = os.path.dirname(place.rstrip("/"))
    while True:
        within = place[len(folder) + 1 :] if folder else place
        for pattern in reversed(rules.get(folder, ())):
            if pattern.matches(within):
                return not pattern.negated
        if not folder:
            return False
        folder = os.path.dirname(folder)
