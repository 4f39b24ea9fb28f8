"""What can be wrong with a template, first on its own and then with the place where it stands."""

from __future__ import annotations

from assay.errors import AssayError


class TemplatingError(AssayError):
    """A dvc.yaml whose templates or variables cannot be resolved; the message says where."""


class Mistake(AssayError):
    """Something wrong, raised where the place is not known yet. `at` turns it into an error.

    `is_block` says that the text goes on lines of its own, below the place.
    """

    def __init__(self, message: str, *, is_block: bool = False) -> None:
        super().__init__(message)
        self.is_block = is_block

    def at(self, place: str, file: str) -> TemplatingError:
        """The error about `place` in `file`: `'stages.a.cmd'` or `stage 'a'`, quotes included."""
        gap = "\n" if self.is_block else " "
        return TemplatingError(f"failed to parse {place} in '{file}':{gap}{self.message}")


class BadVars(Mistake):
    """A mistake in how `vars` is written, not in what it loads."""


def wrong_kind(place: str, file: str, *, expected: str, got: object) -> TemplatingError:
    """A template gave a value that cannot stand at `place` (such as `stages.a.foreach`)."""
    kind = type(got).__name__
    return TemplatingError(
        f"failed to resolve '{place}' in '{file}': expected {expected}, got {kind}"
    )
