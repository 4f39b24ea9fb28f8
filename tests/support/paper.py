"""What a browser has printed, by the colours of its inks."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

from support.picture import Colour

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_INK = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b")


def inks(paper: Path) -> set[Colour]:
    """The colours of all that is drawn in a PDF as browsers write it (ISO 32000-1, 8.6)."""
    found: set[Colour] = set()
    for packed in _STREAM.findall(paper.read_bytes()):
        try:
            content = zlib.decompress(packed)
        except zlib.error:
            continue  # a font or a function: nothing is drawn there
        for red, green, blue in _INK.findall(content):
            found.add((_of_255(red), _of_255(green), _of_255(blue)))
    return found


def _of_255(part: bytes) -> int:
    return round(float(part) * 255)
