from __future__ import annotations

import pytest

from assay.experiments.references import AmbiguousName, Experiment, experiments_in, pick

BASE, OTHER = "a" * 40, "b" * 40
ONE = Experiment("one", "1234" + "0" * 36, BASE)
DUP, DUP_THERE = Experiment("dup", "dddd" + "0" * 36, BASE), Experiment("dup", "eeee1" * 8, OTHER)
HEXLIKE = Experiment("1234", "cafe" + "0" * 36, BASE)
ALL = [DUP, HEXLIKE, ONE, DUP_THERE]


def test_references_of_other_tools_are_passed_over() -> None:
    commit = "c" * 40
    foreign = [
        "refs/exps/foo",
        "refs/exps/exec/EXEC_HEAD",
        "refs/exps/stash",
        "refs/exps/celery/stash",
        "refs/exps/apply/ORIG_HEAD",
        "refs/exps/temp/head-abc",
        f"refs/exps/aa/{'a' * 38}/two/parts",
        f"refs/exps/aa/{'a' * 38}/bad..name",
    ]
    values = dict.fromkeys([*foreign, ONE.ref], commit)
    assert experiments_in(values) == [ONE._replace(commit=commit)]


@pytest.mark.parametrize("name", ["one", ONE.ref, ONE.commit, ONE.commit[:7]])
def test_an_experiment_answers_to_name_reference_and_commit(name: str) -> None:
    assert pick([ONE, DUP], name, head=None) == ONE


def test_a_name_that_looks_like_a_commit_is_a_name() -> None:
    assert pick(ALL, "1234", head=None) == HEXLIKE
    assert pick(ALL, "12340", head=None) == ONE


def test_three_digits_are_no_commit() -> None:
    assert pick(ALL, "123", head=None) is None


def test_of_several_that_of_head_is_meant() -> None:
    assert pick(ALL, "dup", head=OTHER) == DUP_THERE
    assert pick(ALL, "dup", head=BASE) == DUP
    assert pick(ALL, DUP.ref, head=OTHER) == DUP


@pytest.mark.parametrize("head", ["c" * 40, None])
def test_several_without_one_of_head_are_named(head: str | None) -> None:
    with pytest.raises(AmbiguousName) as error:
        pick(ALL, "dup", head=head)
    assert error.value.message == (
        "Ambiguous name 'dup' refers to multiple experiments. Use one of the following full "
        f"refnames instead:\n\n\t{DUP.ref}\n\t{DUP_THERE.ref}"
    )


def test_one_commit_under_two_names_is_ambiguous() -> None:
    twin = ONE._replace(name="twin")
    with pytest.raises(AmbiguousName, match="twin"):
        pick([ONE, twin], ONE.commit[:7], head=BASE)
