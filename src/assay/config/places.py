"""Where a project's own configuration may lead: what Git brings along must not reach into Git (P5).

Whoever clones a project takes its `.dvc/config`. A cache or remote in `.git`, or in the place of
the project itself, would let `push`, `add` and `gc` work on files that are no data. What users
write into their own files, `config.local` among them, is their own affair.
"""

from __future__ import annotations

import os

from assay.config.levels import Level, is_path, split_section
from assay.config.schema import Problem
from assay.fs.paths import is_gits
from assay.typed import Iterator


def misplaced(level: Level) -> Iterator[Problem]:
    """The paths of a project's file that are refused; none of any other level."""
    if level.name != "project":
        return
    root = os.path.dirname(os.path.dirname(level.path))
    for section, options in level.sections.items():
        for option, value in options.items():
            if not is_path(section, option) or not isinstance(value, str) or "://" in value:
                continue
            reason = _reason_against(value, root) or _reason_against(
                os.path.realpath(value), os.path.realpath(root)
            )
            if reason:
                place = "".join(f"['{part}']" for part in (*split_section(section), option) if part)
                written = level.written[section][option]
                yield Problem(
                    f"refusing the path '{written}' @ data{place}: {reason}", section, option
                )


def _reason_against(path: str, root: str) -> str:
    relative = os.path.relpath(path, root)
    if relative in (os.curdir, ".dvc"):
        return "it is the project itself"
    if any(map(is_gits, relative.split(os.sep))):
        return "it leads into a directory of Git's own"
    return ""
