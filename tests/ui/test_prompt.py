"""Questions: what is asked, what counts as an answer, and that nothing ever hangs."""

from __future__ import annotations

import io

import pytest

from assay.ui.console import Console
from assay.ui.prompt import confirm, confirm_from_stdin
from ui.terminals import Screen

QUESTION = "Going to reproduce stage: 'a'. Are you sure you want to continue?"
PROMPT = f"{QUESTION} [y/n] "
AGAIN = "Your response must be one of: ['yes', 'no', 'y', 'n']. Please try again.\n"


def asked(typed: str) -> tuple[bool, str]:
    screen = Screen()
    answer = confirm(QUESTION, Console(out=screen), io.StringIO(typed))
    return answer, screen.getvalue()


@pytest.mark.parametrize("typed", ["y\n", "yes\n", "Y\n", "YES\n", "y"])
def test_yes(typed: str) -> None:
    assert asked(typed) == (True, PROMPT)


@pytest.mark.parametrize("typed", ["n\n", "no\n", "No\n"])
def test_no(typed: str) -> None:
    assert asked(typed) == (False, PROMPT)


def test_end_of_input_is_no() -> None:
    assert asked("") == (False, PROMPT)


def test_anything_else_is_asked_again() -> None:
    assert asked("maybe\n\ny\n") == (True, PROMPT + AGAIN + PROMPT + AGAIN + PROMPT)


def test_without_a_terminal_the_answer_is_no_and_stdin_is_not_read() -> None:
    stdin, out = io.StringIO("y\n"), io.StringIO()
    assert confirm(QUESTION, Console(out=out), stdin) is False
    assert (stdin.tell(), out.getvalue()) == (0, "")


@pytest.mark.parametrize(("typed", "answer"), [("y\n", True), ("x\nno\n", False), ("", False)])
def test_a_piped_answer_counts_where_it_is_wanted(typed: str, answer: bool) -> None:
    out = io.StringIO()
    assert confirm_from_stdin("Really?", Console(out=out), io.StringIO(typed)) is answer
    assert out.getvalue().startswith("Really? [y/n]: ")
