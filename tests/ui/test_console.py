"""Words on stderr, as they are on a terminal and in a file."""

from __future__ import annotations

import io

import pytest

from assay.ui.console import Console
from ui.terminals import Screen


@pytest.fixture(autouse=True)
def colourful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def complaints(err: io.StringIO) -> str:
    console = Console(out=io.StringIO(), err=err)
    console.error("gone")
    console.warning("old")
    return err.getvalue()


def test_on_a_terminal_the_first_word_is_coloured() -> None:
    assert complaints(Screen()) == ("\x1b[1;31mERROR:\x1b[0m gone\n\x1b[33mWARNING:\x1b[0m old\n")


def test_elsewhere_it_is_not() -> None:
    assert complaints(io.StringIO()) == "ERROR: gone\nWARNING: old\n"


def test_nor_where_nobody_wants_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert complaints(Screen()) == "ERROR: gone\nWARNING: old\n"
