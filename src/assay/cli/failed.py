"""How commands that answer with exit code 1 report an error (spec/pipelines.md §0)."""

from __future__ import annotations

from assay.errors import AssayError, FileProblem


def failed(what: str, error: AssayError) -> AssayError:
    """The error to raise instead: `failed to <what> - …`; a broken file speaks for itself."""
    if isinstance(error, FileProblem):
        error.exit_code = 1
        return error
    return AssayError(f"failed to {what} - {error.chain()}", hint=error.hint, exit_code=1)
