"""Output of several programs on one screen: whole lines, each with the name of who wrote it."""

from __future__ import annotations

from assay.typed import Callable, TextIO

LONGEST = 1 << 16
"""A line of more bytes is shown in pieces, so that nothing without a line end piles up."""


class PrefixedLines:
    """Cuts the bytes of one stream into lines and writes each with a prefix.

    A line that redraws itself (progress bars end their states with a carriage return) is shown as
    it is when it ends. Bytes are passed on as they are, whatever their encoding.
    """

    __slots__ = ("_prefix", "_rest", "_write")

    def __init__(self, prefix: str, write: Callable[[bytes], None]) -> None:
        self._prefix = prefix.encode("utf-8", "surrogateescape")
        self._write = write
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Write the lines that `data` completes, in one go."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[_start_of_state(rest) :]
        if len(self._rest) > LONGEST:
            lines.append(self._rest)
            self._rest = b""
        if lines:
            self._write(b"".join(self._prefix + _last_state(line) + b"\n" for line in lines))

    def close(self) -> None:
        """The stream ended: write what has no line end."""
        if self._rest:
            self.feed(b"\n")


def byte_writer(stream: TextIO) -> Callable[[bytes], None]:
    """Writes bytes to a text stream, in order with its text; kept as they are if it can."""
    raw = getattr(stream, "buffer", None)

    def write(data: bytes) -> None:
        stream.flush()
        if raw is None:
            stream.write(data.decode("utf-8", "replace"))
        else:
            raw.write(data)
            raw.flush()

    return write


def _last_state(line: bytes) -> bytes:
    """What a terminal would show of a line in the end."""
    return line[_start_of_state(line) :].rstrip(b"\r") if b"\r" in line else line


def _start_of_state(line: bytes) -> int:
    return line.rstrip(b"\r").rfind(b"\r") + 1
