"""Questions to the person at the terminal. Without one the answer is no, and nothing waits.

Clients hold stdin open and never write to it: a question put to them would hang for ever
(spec/clients.md §1.1). `confirm_from_stdin` is for commands that no such client calls.
"""

from __future__ import annotations

import sys

from assay.typed import TextIO
from assay.ui.console import Console
from assay.ui.style import is_terminal

_ANSWERS = {"yes": True, "y": True, "no": False, "n": False}


def confirm(question: str, console: Console, stdin: TextIO | None = None) -> bool:
    """Whether the user says yes; no when stdout is not a terminal or the input ends.

    Asks again until the answer is one of y, yes, n, no in any case (spec/pipelines.md §5.3).
    """
    return is_terminal(console.out) and _answer(f"{question} [y/n] ", console, stdin)


def confirm_from_stdin(question: str, console: Console, stdin: TextIO | None = None) -> bool:
    """Whether the user, or what is piped into the command, says yes; no when the input ends.

    For what `-f` would do unasked: scripts answer it with `yes |` (spec/data.md §7 and §10).
    """
    return _answer(f"{question} [y/n]: ", console, stdin)


def _answer(prompt: str, console: Console, stdin: TextIO | None) -> bool:
    while True:
        answer = _ask(prompt, console, stdin or sys.stdin)
        if answer is None:
            return False
        if answer.lower() in _ANSWERS:
            return _ANSWERS[answer.lower()]
        console.info("Your response must be one of: ['yes', 'no', 'y', 'n']. Please try again.")


def _ask(prompt: str, console: Console, stdin: TextIO) -> str | None:
    console.out.write(prompt)
    console.out.flush()
    line = stdin.readline()
    return line.rstrip("\n") if line else None
