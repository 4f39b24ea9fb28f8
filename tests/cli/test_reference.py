"""docs/reference/ names every command and option, and its examples are command lines that work."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from assay.cli.command_line import parse
from assay.cli.commands import COMMANDS, GROUPS
from assay.cli.parser import parser_of
from support.commands import ROOT
from support.environment import SOURCES

PAGES = ROOT / "docs/reference"


def section(name: str) -> str:
    """What the reference says about one command."""
    group = name.split()[0]
    page = (PAGES / f"{group if group in GROUPS else 'commands'}.md").read_text("utf-8")
    _, found, rest = page.partition(f"\n## dvc {name}\n")
    assert found, f"no section about `dvc {name}`: run `make docs`"
    return rest.partition("\n## ")[0]


def test_the_pages_are_what_the_parsers_say() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/reference.py"), "--check"],
        env={"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_its_options_and_examples_that_work(name: str) -> None:
    text = section(name)
    parser = parser_of("dvc", name)
    assert "SUPPRESS" not in parser.format_help()
    for action in parser.visible_actions:
        assert action.help, f"{action.option_strings or action.dest} has no help"
        for option in action.option_strings:
            if option not in ("-h", "--help", "-q", "--quiet", "-v", "--verbose"):
                assert f"`{option}`" in text
    examples = [words[1:] for words in example_lines(text)]
    assert any(words[: len(name.split())] == name.split() for words in examples), "no example"
    for words in examples:
        parse("dvc", words)


def example_lines(text: str) -> list[list[str]]:
    """The words of our commands in the block of examples, without what a shell would do."""
    found: list[list[str]] = [[]]
    for line in text.partition("```sh\n")[2].partition("```")[0].splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        found.append([])
        for word in words:
            if set(word) <= set("()<>|&;$"):
                found.append([])
            else:
                found[-1].append(word)
    return [words for words in found if words[:1] in (["dvc"], ["assay"])]
