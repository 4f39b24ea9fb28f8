from __future__ import annotations

import pytest

from support.project import Project


@pytest.fixture
def saved(project: Project) -> Project:
    """A project with the experiments `one` and `two` of different content."""
    for name in ("one", "two"):
        project.write("params.yaml", f"name: {name}\n")
        project.commit() if name == "one" else None
        project.dvc("exp", "save", "-n", name)
    return project


def names(project: Project) -> dict[str, str]:
    return {ref.rpartition("/")[2]: commit for ref, commit in project.refs().items()}


def test_the_reference_moves_and_the_commit_stays(saved: Project) -> None:
    before = names(saved)
    renamed = saved.dvc("exp", "rename", "one", "uno")
    assert (renamed.out, renamed.err) == ("Renamed experiments: 'one'\n", "")
    assert names(saved) == {"uno": before["one"], "two": before["two"]}


def test_its_own_name_changes_nothing(saved: Project) -> None:
    before = names(saved)
    assert saved.dvc("exp", "rename", "one", "one").out == "No experiments to rename.\n"
    assert names(saved) == before


def test_a_taken_name_names_the_remedy(saved: Project) -> None:
    before = names(saved)
    refused = saved.dvc("exp", "rename", "one", "two", code=255)
    assert refused.err == (
        "ERROR: Experiment conflicts with existing experiment 'two'. "
        "To overwrite the existing experiment run:\n\n\tdvc exp rename -f ...\n\n"
    )
    assert names(saved) == before
    saved.dvc("exp", "rename", "-f", "one", "two")
    assert names(saved) == {"two": before["one"]}


@pytest.mark.parametrize("new", ["b ad", "a/b", "a..b", "x.lock"])
def test_a_bad_name_is_refused(saved: Project, new: str) -> None:
    before = names(saved)
    refused = saved.dvc("exp", "rename", "one", new, code=255)
    assert f"Invalid exp name {new}, the exp name must follow rules in" in refused.err
    assert names(saved) == before


def test_the_unknown_and_the_missing(saved: Project) -> None:
    unknown = saved.dvc("exp", "rename", "nope", "other", code=255)
    assert unknown.err == "ERROR: 'nope' is not a valid experiment name\n"
    alone = saved.dvc("exp", "rename", "one", code=255)
    assert alone.err == ("ERROR: An experiment to rename and a new experiment name are required.\n")
    nothing = saved.dvc("exp", "rename", code=254)
    assert "the following arguments are required: <name>" in nothing.err


def test_of_several_baselines_only_that_of_head_is_renamed(saved: Project) -> None:
    saved.commit("next")
    saved.dvc("exp", "save", "-n", "one")
    saved.dvc("exp", "rename", "one", "new")
    assert sorted(names(saved)) == ["new", "one", "two"]
    assert saved.dvc("exp", "list", "--name-only").out == "new\n"


def test_an_ambiguous_name_needs_a_full_reference(saved: Project) -> None:
    saved.commit("next")
    saved.dvc("exp", "save", "-n", "one")
    saved.commit("and next")
    refused = saved.dvc("exp", "rename", "one", "new", code=255)
    full = [ref for ref in saved.refs() if ref.endswith("/one")]
    assert refused.err.startswith("ERROR: Ambiguous name 'one' refers to multiple experiments.")
    assert refused.err.endswith("\n".join(f"\t{ref}" for ref in full) + "\n")
    saved.dvc("exp", "rename", full[0], "new")
    assert sorted(ref.rpartition("/")[2] for ref in saved.refs()) == ["new", "one", "two"]


def test_a_short_commit_id_is_a_name_too(saved: Project) -> None:
    saved.dvc("exp", "rename", names(saved)["two"][:7], "zwei")
    assert sorted(names(saved)) == ["one", "zwei"]


def test_a_packed_reference_is_renamed(saved: Project) -> None:
    saved.git("pack-refs", "--all")
    saved.dvc("exp", "rename", "one", "uno")
    assert sorted(names(saved)) == ["two", "uno"]


def test_the_real_dvc_sees_the_new_name(saved: Project, real_dvc: str) -> None:
    saved.dvc("exp", "rename", "one", "uno")
    assert sorted(saved.dvc("exp", "list", "--name-only", by=real_dvc).lines) == ["two", "uno"]
