"""Colour for people: only on a terminal, never against NO_COLOR, and only to repeat what words say.

`Style(enabled)` is handed down; a disabled one gives every text back as it is.
"""

from __future__ import annotations

import os

from assay.typed import Mapping, TextIO

_CODES = {
    "bold": "1",
    "success": "1;32",
    "warning": "33",
    "error": "1;31",
    "added": "32",
    "changed": "33",
    "missing": "31",
    "untracked": "36",
    "note": "34",
    "best": "1;32",
    "worst": "31",
    "heading": "30;48;5;255",
    "metrics": "30;48;5;230",
    "params": "30;48;5;195",
    "deps": "30;48;5;183",
}
"""What a text is → the codes between `ESC [` and `m` that show it (ECMA-48 §8.3.117)."""


class Style:
    """Paints text by what it is: a key of the table above."""

    __slots__ = ("enabled",)

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled

    def __call__(self, text: str, what: str) -> str:
        """`text` as a terminal shows it when it is `what`; unchanged when disabled."""
        return f"\x1b[{_CODES[what]}m{text}\x1b[0m" if self.enabled else text


PLAIN = Style(False)


def style_for(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Style:
    """Colours if `stream` is a terminal that knows them and the user has not set NO_COLOR.

    Source: https://no-color.org – any value but the empty one means no.
    """
    wanted = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return Style(wanted and is_terminal(stream))


def is_terminal(stream: TextIO) -> bool:
    """Whether a person may be looking at `stream`; False when it is closed."""
    try:
        return stream.isatty()
    except ValueError:
        return False


def terminal_width(stream: TextIO, environ: Mapping[str, str] = os.environ) -> int:
    """Columns that a line may take: $COLUMNS, else the terminal's, else 80."""
    columns = environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
