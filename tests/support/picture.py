"""What is in a picture that a browser has drawn, dot by dot."""

from __future__ import annotations

import zlib
from collections import Counter
from pathlib import Path

Colour = tuple[int, int, int]


def colours(picture: Path) -> Counter[Colour]:
    """How many dots of each colour a PNG has."""
    return Counter(_dots(picture.read_bytes()))


def dots_like(seen: Counter[Colour], colour: Colour) -> int:
    """How many dots are of about this colour: edges of lines are mixed with what is behind them."""
    return sum(
        count
        for dot, count in seen.items()
        if all(abs(one - other) < 24 for one, other in zip(dot, colour, strict=True))
    )


def _dots(png: bytes) -> list[Colour]:
    """The dots of a PNG as browsers write it: 8 bits, RGB or RGBA, not interlaced (RFC 2083)."""
    width, height = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    assert png[24] == 8 and png[25] in (2, 6) and png[28] == 0
    step = 3 if png[25] == 2 else 4
    packed, at = b"", 8
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        packed += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += 12 + size
    data, stride = zlib.decompress(packed), width * step
    above = bytearray(stride)
    dots: list[Colour] = []
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(data[start + 1 : start + 1 + stride])
        _unfilter(data[start], line, above, step)
        dots += zip(line[::step], line[1::step], line[2::step], strict=True)
        above = line
    return dots


def _unfilter(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    for at in range(len(line)) if kind else ():
        left = line[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        up = above[at]
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            near = left + up - corner
            guess = min((left, up, corner), key=lambda one: abs(near - one))
        line[at] = (line[at] + guess) & 255
