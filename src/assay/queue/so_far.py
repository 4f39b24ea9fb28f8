"""What an experiment on another host holds so far: parameters and metrics, as text that travels.

    {"params": {"params.yaml": {"data": {"lr": 0.1}}},
     "metrics": {"m.json": {"error": ["FileNotFoundError", "…"]}}}

It comes from a host and may be anything: what is no such text counts as nothing.
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.compare.contents import Contents
from assay.compare.plain_values import plain
from assay.compare.readings import Failure, Files
from assay.errors import AssayError
from assay.fs.reading import read_file
from assay.typed import Any, NamedTuple

MOST_BYTES = 256 * 1024
"""More does not travel; a scheduler keeps some of these texts in memory."""

_DAMAGE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, AssayError)


class SoFar(NamedTuple):
    """The two things of an experiment that change while it runs."""

    params: Files
    metrics: Files


def as_text(contents: Contents) -> bytes:
    """What is to travel of `contents`; empty if that is too much."""
    data = quick_json.dumps(
        {"params": _packed(contents.params), "metrics": _packed(contents.metrics)}
    )
    text = data.encode()
    return text if len(text) <= MOST_BYTES else b""


def so_far(path: str) -> SoFar | None:
    """What the file at `path` says; None if there is none, or one that is damaged."""
    try:
        if os.stat(path).st_size > MOST_BYTES:
            return None
        data = quick_json.loads(read_file(path))
        return SoFar(_files(data["params"]), _files(data["metrics"]))
    except (OSError, *_DAMAGE):
        return None


def _packed(files: Files) -> dict[str, object]:
    return {
        path: {"error" if isinstance(content, Failure) else "data": content}
        for path, content in files.items()
    }


def _files(item: dict[str, Any]) -> dict[str, object]:
    return {path: _content(file) for path, file in item.items()}


def _content(file: dict[str, Any]) -> object:
    if "error" not in file:
        return plain(file["data"])
    kind, text = file["error"]
    return Failure(str(kind), str(text))
