"""JSON on stdout, for programs and for people."""

from __future__ import annotations

from assay.compare.json_text import json_text
from assay.ui.console import Console
from assay.ui.style import is_terminal


def print_json(data: object, console: Console) -> None:
    """One line for programs, indented for a person at a terminal."""
    console.result(json_text(data, indent=2 if is_terminal(console.out) else None))


def print_json_text(text: str, console: Console) -> None:
    """The same for a document that is one line already."""
    if is_terminal(console.out):
        from assay import quick_json

        print_json(quick_json.loads(text), console)
    else:
        console.result(text)
