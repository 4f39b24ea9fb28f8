"""What a command line can be but a call: wrong, or a question for help."""

from __future__ import annotations

from assay.errors import UsageError


class Misused(UsageError):
    """A wrong command line; `help_text` goes to stdout before the error (spec/pipelines.md §0)."""

    def __init__(self, message: str, help_text: str) -> None:
        super().__init__(message)
        self.help_text = help_text


class Contradiction(UsageError):
    """`-q` together with `-v`: exit code 2, usage on stderr (spec/experiments.md §1)."""

    exit_code = 2


class ShowHelp(Exception):
    """Help was asked for; the text is the only argument."""
