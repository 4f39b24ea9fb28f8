"""Everything that can go wrong for a user, as one family of exceptions.

An error carries what failed (`message`), one thing to do about it (`hint`) and the exit code that
`spec/pipelines.md` §0 fixes. Context is added by raising a new error *from* the old one; only
`assay.cli.main` turns the chain into text: `message: cause: cause`.
"""

from __future__ import annotations


class AssayError(Exception):
    """Base of all errors that a user can cause or must know about.

    `exit_code` is a class attribute; subclasses override it, single errors may too.
    """

    exit_code = 255

    def __init__(self, message: str, *, hint: str = "", exit_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if exit_code is not None:
            self.exit_code = exit_code

    def chain(self) -> str:
        """The whole story on one line: this message, then each cause that is ours."""
        parts = [self.message]
        cause = self.__cause__
        while isinstance(cause, AssayError):
            parts.append(cause.message)
            cause = cause.__cause__
        return ": ".join(part for part in parts if part)


class FileProblem(AssayError):
    """A file the user wrote cannot be read or has the wrong shape.

    The message is a whole paragraph (place, source lines); it is printed without `ERROR:`
    in front, as the specs want it (spec/pipelines.md §13).
    """


class UnexpectedError(AssayError):
    """A user's mistake that DVC reports as `unexpected error - …`; other tools match that text."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"unexpected error - {message}", hint=hint)


class ConfigError(AssayError):
    """A configuration file or value is wrong (exit code 251)."""

    exit_code = 251


class Interrupted(AssayError):
    """Ctrl-C or SIGTERM outside a stage's command (exit code 252)."""

    exit_code = 252

    def __init__(self) -> None:
        super().__init__("interrupted by the user")


class NotAProject(AssayError):
    """The current directory is in no project (exit code 253)."""

    exit_code = 253


class UsageError(AssayError):
    """The command line cannot be understood (exit code 254)."""

    exit_code = 254


class GitRequired(AssayError):
    """The command needs a Git repository and there is none, or `core.no_scm` is set."""

    def __init__(self) -> None:
        super().__init__(
            "Only supported for Git repositories. If you're seeing this error in a Git repo, "
            "try updating the DVC configuration with `dvc config core.no_scm false`."
        )


class UnsafePath(AssayError):
    """A name from a file, a cache or a remote points outside the place it belongs to."""
