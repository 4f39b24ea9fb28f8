"""Colour appears only where a person wants it."""

from __future__ import annotations

import io

from assay.ui.style import PLAIN, style_for, terminal_width
from ui.terminals import Screen


def test_a_terminal_gets_colour() -> None:
    assert style_for(Screen(), {"TERM": "xterm"})("main", "bold") == "\x1b[1mmain\x1b[0m"


def test_a_pipe_gets_none() -> None:
    assert style_for(io.StringIO(), {})("main", "bold") == "main"


def test_no_color_wins_over_a_terminal() -> None:
    assert not style_for(Screen(), {"NO_COLOR": "1"}).enabled


def test_empty_no_color_does_not_count() -> None:
    assert style_for(Screen(), {"NO_COLOR": ""}).enabled


def test_a_dumb_terminal_gets_none() -> None:
    assert not style_for(Screen(), {"TERM": "dumb"}).enabled


def test_a_closed_stream_is_no_terminal() -> None:
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    assert not style_for(closed, {}).enabled


def test_plain_style_changes_nothing() -> None:
    assert PLAIN("x", "error") == "x"


def test_width_is_what_columns_says_else_eighty_off_a_terminal() -> None:
    assert terminal_width(io.StringIO(), {"COLUMNS": "123"}) == 123
    assert terminal_width(io.StringIO(), {"COLUMNS": "wide"}) == 80
    assert terminal_width(io.StringIO(), {"COLUMNS": "0"}) == 80
    assert terminal_width(io.StringIO(), {}) == 80
