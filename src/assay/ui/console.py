"""Where words for people come out: one object, handed down, so that the library stays silent.

Results go to stdout whatever the verbosity; information to stdout unless `-q`; warnings and
errors to stderr (spec/pipelines.md, conventions).
"""

from __future__ import annotations

import sys

from assay.typed import TYPE_CHECKING, Iterator, TextIO, TypeVar

if TYPE_CHECKING:
    from assay.ui.bars import Bars

QUIET, NORMAL, VERBOSE = -1, 0, 1

Piece = TypeVar("Piece", bytes, int)


class Console:
    """Prints for one command. `level` is QUIET, NORMAL or VERBOSE."""

    __slots__ = ("_bars", "err", "level", "out")

    def __init__(
        self, level: int = NORMAL, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self.level = level
        self.out = out if out is not None else sys.stdout
        self.err = err if err is not None else sys.stderr
        self._bars: list[Bars] = []  # one, or none before it is wanted

    def result(self, text: str) -> None:
        """What was asked for: printed even with `-q`."""
        self._clear()
        self.out.write(text + "\n")

    def info(self, text: str = "") -> None:
        """What is going on. Flushed at once: clients stream it, and a stage's output follows."""
        if self.level >= NORMAL:
            self._clear()
            self.out.write(text + "\n")
            self.out.flush()

    def detail(self, text: str) -> None:
        """Only for those who asked with `-v`."""
        if self.level >= VERBOSE:
            self.info(text)

    def warning(self, text: str) -> None:
        """Something the user can act on."""
        self.note(f"{self._prefix('WARNING:', 'warning')} {text}")

    def error(self, text: str) -> None:
        """Why the command failed."""
        self.note(f"{self._prefix('ERROR:', 'error')} {text}")

    def note(self, text: str) -> None:
        """A line on stderr without a prefix."""
        if self.level >= NORMAL:
            self._clear()
            self.out.flush()
            self.err.write(text + "\n")
            self.err.flush()

    @property
    def has_bars(self) -> bool:
        """Whether there is a person to look at progress bars."""
        from assay.ui.style import is_terminal  # most commands are done too soon for any

        return self.level >= NORMAL and is_terminal(self.err)

    def bars(self) -> Bars:
        """The progress bars on stderr; text that is written here does not run into them."""
        if not self._bars:
            from assay.ui.bars import Bars  # most commands are done before anything is shown

            self._bars.append(Bars(self.err))
        return self._bars[0]  # the same for threads that ask for it at one moment

    def watched(self, path: str, size: int, pieces: Iterator[Piece], /) -> Iterator[Piece]:
        """The pieces of a large file of `size` bytes, or how many bytes each has, with a bar for
        people as they go by."""
        from assay.ui.progress import BYTES, Progress  # few files are so large

        with Progress(self, path.rpartition("/")[2], total=size, unit=BYTES) as progress:
            for piece in pieces:
                yield piece
                progress.advance(piece if isinstance(piece, int) else len(piece))

    def _clear(self) -> None:
        if self._bars:
            self._bars[0].step_aside()

    def _prefix(self, word: str, what: str) -> str:
        from assay.ui.style import style_for  # most commands have nothing to complain about

        return style_for(self.err)(word, what)


class Silence(Console):
    """For library users: says nothing."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(QUIET)

    def result(self, text: str) -> None:
        """Library users get results as values."""
