"""From an exception to the `Failure` that a table or a JSON document shows in place of data."""

from __future__ import annotations

import os

from assay.compare.readings import Failure
from assay.errors import AssayError, FileProblem, UnexpectedError

_FORMATS = {".json": "JSON", ".toml": "TOML", ".py": "Python"}
_CORRUPTED = "file structure is corrupted"


def failure_of(error: AssayError | OSError, path: str = "") -> Failure:
    """Why something could not be read; `path` is the file, if it is about one.

    The kinds have the names that the original gives them, clients know those.
    """
    if isinstance(error, OSError):
        return Failure(type(error).__name__, _system_text(error, path))
    return Failure(_kind(error, path), _one_line(error))


def _system_text(error: OSError, path: str) -> str:
    reason = error.strerror or os.strerror(error.errno or 0)
    return f"[Errno {error.errno}] {reason}: '{path or error.filename}'"


def _one_line(error: AssayError) -> str:
    from assay.pipeline.schema import SchemaProblem  # with its rules, which a warm start spares

    if isinstance(error, SchemaProblem):
        return error.summary()
    if isinstance(error, FileProblem):
        return error.message.partition("\n")[0].removesuffix(".")
    text = error.chain().removeprefix(UnexpectedError("").message)
    # A parser that needs several lines says in the first only what it was doing.
    return text if "\n" not in text else text.partition(_CORRUPTED)[0] + _CORRUPTED


def _kind(error: AssayError, path: str) -> str:
    # As above: parsers, schema and templates.
    from assay.formats.parameters import ParametersUnreadable, suffix
    from assay.formats.yaml_read import Undecodable
    from assay.pipeline.schema import SchemaProblem
    from assay.pipeline.templating.errors import TemplatingError

    if isinstance(error, ParametersUnreadable):
        return f"{_FORMATS.get(suffix(path), 'YAML')}FileCorruptedError"
    if isinstance(error, SchemaProblem):
        return "YAMLValidationError"
    if isinstance(error, FileProblem):
        return "YAMLSyntaxError"
    if isinstance(error, TemplatingError):
        return "ResolveError"
    if isinstance(error, Undecodable):
        return "EncodingError"
    return type(error).__name__
