"""Which pager is used, and that text is never lost when it does not work."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assay.ui.console import Console
from assay.ui.pager import page, pager_command
from ui.terminals import pseudo_terminal

OURS = "less --quit-if-one-screen --no-init --RAW-CONTROL-CHARS --chop-long-lines"


@pytest.fixture
def path_with_less(tmp_path: Path) -> str:
    program = tmp_path / "less"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return str(tmp_path)


def test_dvc_pager_comes_before_pager() -> None:
    assert pager_command({"DVC_PAGER": "most -w", "PAGER": "more"}) == "most -w"
    assert pager_command({"DVC_PAGER": "", "PAGER": "more"}) == "more"


def test_less_is_the_default_and_has_our_flags(path_with_less: str) -> None:
    assert pager_command({"PATH": path_with_less}) == OURS
    assert pager_command({"PATH": path_with_less, "PAGER": "less"}) == OURS


def test_settings_in_less_are_respected(path_with_less: str) -> None:
    command = pager_command({"PATH": path_with_less, "LESS": "-F"})
    assert command == "less --RAW-CONTROL-CHARS --chop-long-lines"


def test_without_less_there_is_no_pager(tmp_path: Path) -> None:
    assert pager_command({"PATH": str(tmp_path)}) is None


def test_off_a_terminal_the_text_is_printed_and_no_pager_runs() -> None:
    console = Console(out=io.StringIO())
    page("a table", console, {"PAGER": "false"})
    assert isinstance(console.out, io.StringIO)
    assert console.out.getvalue() == "a table\n"


def test_on_a_terminal_the_pager_gets_the_text() -> None:
    with pseudo_terminal() as (written, read):
        page("a table é", Console(out=written), {"PAGER": "sed s/table/paged/"})
        assert read.readline() == "a paged é\n"


def test_a_pager_that_is_missing_does_not_lose_the_text() -> None:
    with pseudo_terminal() as (written, read):
        environ = {"PAGER": "no-such-program 2>/dev/null"}
        page("a table", Console(out=written), environ)
        written.flush()
        assert read.readline() == "a table\n"


def test_a_pager_that_quits_early_is_fine() -> None:
    with pseudo_terminal() as (written, read):
        text = "line\n" * 100_000
        page(text, Console(out=written), {"PAGER": "head -n 1"})
        assert read.readline() == "line\n"
