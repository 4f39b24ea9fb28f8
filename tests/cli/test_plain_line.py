"""What is read off a plain command line is what argparse reads off it, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.cli.commands import COMMANDS
from assay.cli.declared import options_of
from assay.cli.misuse import Misused
from assay.cli.parser import parser_of, read_fully
from assay.cli.plain_line import read_plainly
from assay.errors import UsageError

WORDS = ("a", "b/c", "lr=0.1", "3", "", "-", "--", "-1", "x y", "bash", "asc", "core.remote", "A.b")


def lines(name: str) -> st.SearchStrategy[list[str]]:
    """Words that the command may or may not understand."""
    flags = [flag for one in options_of(name)[0].made for flag in one.flags if flag[0] == "-"]
    flag, word = st.sampled_from(flags), st.sampled_from(WORDS)
    spelled = st.one_of(
        flag,
        flag,
        word,
        word,
        st.builds("{}={}".format, flag, word),
        st.builds("{}{}".format, flag, word),
        st.builds(lambda flag, end: flag[: -end or None], flag, st.integers(0, 3)),
        st.builds(lambda flag: f"--no-{flag.lstrip('-')}", flag),
    )
    return st.lists(spelled, max_size=6)


@pytest.mark.parametrize("name", COMMANDS)
@given(data=st.data())
def test_it_agrees_with_argparse_wherever_it_answers(name: str, data: st.DataObject) -> None:
    words = data.draw(lines(name))
    plain = read_plainly(options_of(name)[0], words)
    if plain is not None:
        assert vars(plain) == vars(read_fully(parser_of("dvc", name), words))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_alone_is_read_as_argparse_reads_it(name: str) -> None:
    options = options_of(name)[0]
    for flag in (flag for one in options.made for flag in one.flags if flag[0] == "-"):
        for words in ([flag], [flag, "1"], [flag, "a", "b"], ["a", flag, "b"], [f"{flag}=a"]):
            plain = read_plainly(options, words)
            if plain is not None:
                assert vars(plain) == vars(read_fully(parser_of("dvc", name), words))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("status", ""),
        ("exp run", "-S lr=0.1 -S net.depth=3 --queue -n deeper"),
        ("exp run", "--set-param=lr=0.1 train evaluate --temp"),
        ("repro", "-f train"),
        ("queue start", "-j 2"),
        ("exp show", "--json -n 3"),
        ("push", "--no-run-cache -r store"),
        ("metrics diff", "main --targets a.json b.json"),
        ("config", "--local core.remote store"),
        ("remote add", "-d store /tmp/store"),
    ],
)
def test_everyday_lines_are_plain(name: str, line: str) -> None:
    assert read_plainly(options_of(name)[0], line.split()) is not None


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("repro", "-j4"),
        ("repro", "--forc"),
        ("repro", "train -f evaluate"),
        ("repro", "-q -v"),
        ("repro", "--help"),
        ("repro", "--jobs x"),
        ("repro", "--force=yes"),
        ("exp run", "-S -1"),
        ("remote add", "store"),
        ("dataset add", "images"),
        ("stage add", "-n train python train.py"),
    ],
)
def test_what_is_not_plain_is_left_to_argparse(name: str, line: str) -> None:
    assert read_plainly(options_of(name)[0], line.split()) is None


def test_what_does_not_fit_is_told_in_the_words_of_its_option() -> None:
    with pytest.raises(Misused, match="a remote needs a name"):
        read_fully(parser_of("dvc", "remote remove"), [" "])


def test_a_mistake_is_no_plain_line() -> None:
    for name in COMMANDS:
        words = ["--no-such-option"]
        assert read_plainly(options_of(name)[0], words) is None
        with pytest.raises(UsageError):
            read_fully(parser_of("dvc", name), words)
