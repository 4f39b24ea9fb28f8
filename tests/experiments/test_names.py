from __future__ import annotations

import random
import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.experiments import words
from assay.experiments.names import (
    InvalidName,
    check_name,
    folder_of,
    parse_ref,
    random_name,
    ref_name,
)

BASELINE = "0123456789abcdef0123456789abcdef01234567"


class Everything:
    """A set of names that holds every plain one."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.count("-") == 1


# generated names


def test_a_generated_name_is_an_adjective_and_a_noun() -> None:
    name = random_name(())
    assert re.fullmatch("[a-z]{5}-[a-z]{4}", name)
    check_name(name)


def test_there_are_enough_words_each_once() -> None:
    for text, length in ((words.ADJECTIVES, 5), (words.NOUNS, 4)):
        found = text.split()
        assert len(set(found)) == len(found) >= 300
        assert {len(word) for word in found} == {length}
        assert all(re.fullmatch("[a-z]+", word) for word in found)


def test_a_taken_name_is_not_given() -> None:
    bytes_drawn = iter([b"\0\0\0\0", b"\0\0\0\0", b"\0\0\0\1"])
    first = random_name((), random_bytes=lambda _: next(bytes_drawn))
    assert random_name({first}, random_bytes=lambda _: next(bytes_drawn)) != first


def test_when_all_names_are_taken_a_number_helps() -> None:
    assert re.fullmatch(r"[a-z]{5}-[a-z]{4}-\d+", random_name(Everything()))


def test_a_seed_of_the_user_has_no_influence() -> None:
    names = set()
    for _ in range(5):
        random.seed(0)
        names.add(random_name(()))
    assert len(names) > 1


def test_names_are_spread_over_all_words() -> None:
    names = [random_name(()) for _ in range(2000)]
    assert len({name[:5] for name in names}) > 300
    assert len({name[6:] for name in names}) > 300


# given names


@pytest.mark.parametrize("name", ["-x", "@", "HEAD", "ünï", "lr=0.1", "a#b", "{x}", "1"])
def test_accepted_names(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["a/b", "a b", "a..b", "x.lock", "", ".x", "x.", "a\nb", "x@{1}"])
def test_refused_names(name: str) -> None:
    with pytest.raises(InvalidName) as error:
        check_name(name)
    assert error.value.message == (
        f"Invalid exp name {name}, the exp name must follow rules in "
        "https://git-scm.com/docs/git-check-ref-format"
    )
    assert error.value.exit_code == 255


@settings(deadline=None)
@given(st.text(st.sampled_from("ab./@{~^:?*[\\ -\x7fü"), max_size=5))
def test_the_verdict_is_that_of_git(name: str) -> None:
    command = ["git", "check-ref-format", f"refs/exps/x/y/{name}"]
    accepted = "/" not in name and subprocess.run(command, check=False).returncode == 0
    try:
        check_name(name)
    except InvalidName:
        assert not accepted
    else:
        assert accepted


# references


def test_the_reference_of_an_experiment() -> None:
    expected = "refs/exps/01/23456789abcdef0123456789abcdef01234567/plain-name"
    assert ref_name(BASELINE, "plain-name") == expected
    assert expected.startswith(folder_of(BASELINE))


@given(
    st.text("0123456789abcdef", min_size=40, max_size=40)
    | st.text("0123456789abcdef", min_size=64, max_size=64),
    st.text(st.characters(exclude_characters="/"), min_size=1),
)
def test_parsing_undoes_building(baseline: str, name: str) -> None:
    assert parse_ref(ref_name(baseline, name)) == (baseline, name)


@pytest.mark.parametrize(
    "ref",
    [
        "refs/exps/stash",
        "refs/exps/celery/stash",
        "refs/exps/exec/EXEC_HEAD",
        "refs/exps/apply/ORIG_HEAD",
        "refs/exps/temp/head-abc",
        "refs/exps/foo",
        "refs/heads/main",
        folder_of(BASELINE),
        folder_of(BASELINE).rstrip("/"),
        ref_name(BASELINE, "a/b"),
        ref_name(BASELINE.upper(), "x"),
        ref_name(BASELINE[:-1], "x"),
        "x" + ref_name(BASELINE, "x"),
    ],
)
def test_references_of_others_are_no_experiments(ref: str) -> None:
    assert parse_ref(ref) is None
