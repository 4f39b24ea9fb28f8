"""`git-hook`: what happens when Git runs us, mostly by letting Git do it."""

from __future__ import annotations

import shutil

import pytest

from support.project import Project

CLEAN = "Data and pipelines are up to date.\n"


@pytest.fixture
def hooked(project: Project) -> Project:
    """A tracked file and directory, our hooks, and Git told to use our merge driver."""
    project.write_all({"f": "f\n", "d/1": "1\n", "d/sub/2": "2\n"})
    project.dvc("add", "-q", "f", "d")
    project.write(".gitattributes", "*.dvc merge=dvc\n")
    project.commit("data")
    project.dvc("install")
    return project


def changed(project: Project, **files: str | None) -> None:
    """Change files of `d` (named with `_` for a slash) and track the result."""
    for name, content in files.items():
        path = f"d/{name.strip('_').replace('_', '/')}"
        if content is None:
            project.path(path).unlink()
        else:
            project.write(path, content)
    project.dvc("add", "-q", "d")


def branches(project: Project, ours: dict[str, str | None], theirs: dict[str, str | None]) -> None:
    """Two branches with changes of `d` on each; the first is checked out."""
    project.git("checkout", "-q", "-b", "theirs")
    changed(project, **theirs)
    project.commit("theirs")
    project.git("checkout", "-q", "main")
    changed(project, **ours)
    project.commit("ours")


def test_a_commit_shows_the_status_and_goes_through(hooked: Project) -> None:
    hooked.write("f", "changed\n")
    said = hooked.run(["git", "commit", "--allow-empty", "-m", "x"])
    assert "f.dvc:\n\tchanged outs:\n\t\tmodified:           f\n" in said.out + said.err


def test_pre_commit(hooked: Project) -> None:
    assert hooked.dvc("git-hook", "pre-commit").out == CLEAN
    assert hooked.dvc("git-hook", "pre-commit", "any.file", "--", "-x").out == CLEAN


def test_a_broken_project_stops_the_commit(hooked: Project) -> None:
    hooked.write("bad.dvc", "nonsense: 1\n")
    assert "validation failed" in hooked.dvc("git-hook", "pre-commit", code=1).err


def test_git_checkout_brings_the_data_along(hooked: Project) -> None:
    hooked.git("checkout", "-q", "-b", "other")
    changed(hooked, _1="other\n")
    hooked.commit("other")
    hooked.git("checkout", "-q", "main")
    assert hooked.read("d/1") == "1\n"
    hooked.git("checkout", "-q", "other")
    assert hooked.read("d/1") == "other\n"


def test_checkout_of_files_and_in_a_rebase_leave_data_alone(hooked: Project) -> None:
    hooked.path("f").unlink()
    assert hooked.dvc("git-hook", "post-checkout", "old", "new", "0").out == ""
    assert hooked.dvc("git-hook", "post-checkout").out == ""
    hooked.path(".git/rebase-merge").mkdir()
    assert hooked.dvc("git-hook", "post-checkout", "old", "new", "1").out == ""
    hooked.path(".git/rebase-merge").rmdir()
    assert hooked.dvc("git-hook", "post-checkout", "old", "new", "1").out == "A\tf\n"


def test_the_pre_commit_tool_says_it_in_the_environment(hooked: Project) -> None:
    hooked.path("f").unlink()
    said = hooked.dvc("git-hook", "post-checkout", env={"PRE_COMMIT_CHECKOUT_TYPE": "1"})
    assert said.out == "A\tf\n"


def test_a_push_takes_the_data_first(hooked: Project) -> None:
    upstream = hooked.root.parent / "upstream.git"
    hooked.git("init", "-q", "--bare", str(upstream))
    hooked.git("remote", "add", "origin", str(upstream))
    refused = hooked.run(["git", "push", "-q", "origin", "main"], code=1).err
    assert "no remote specified" in refused
    hooked.dvc("remote", "add", "-q", "-d", "store", "../store")
    hooked.git("push", "-q", "origin", "main")
    assert len(list((hooked.root.parent / "store").rglob("*"))) > 3


def test_outside_of_a_project_hooks_do_nothing(empty_folder: Project) -> None:
    for name in ("pre-commit", "pre-push", "post-checkout"):
        said = empty_folder.dvc("git-hook", name, "a", "b", "1")
        assert (said.out, said.err) == ("", "")


def test_a_hook_must_be_named(empty_folder: Project) -> None:
    empty_folder.dvc("git-hook", code=254)
    empty_folder.dvc("git-hook", "nonsense", code=254)


def test_git_merges_directories_by_path(hooked: Project) -> None:
    branches(hooked, {"new_ours": "o\n", "_1": "same\n"}, {"new_theirs": "t\n", "sub_2": None})
    hooked.git("merge", "-q", "--no-edit", "theirs")
    assert "size: 9\n  nfiles: 3\n" in hooked.read("d.dvc")
    hooked.dvc("checkout", "-q")
    assert hooked.listing("d") == ["1", "new/ours", "new/theirs"]
    assert hooked.read("d/1") == "same\n"


def test_a_conflict_is_left_to_the_user(hooked: Project) -> None:
    branches(hooked, {"_1": "ours\n", "sub_2": "ours\n"}, {"_1": "theirs\n", "sub_2": None})
    before = hooked.read("d.dvc")
    said = hooked.run(["git", "merge", "-q", "--no-edit", "theirs"], code=1)
    assert "ERROR: unable to auto-merge the following paths:\n1\nsub/2\n" in said.out + said.err
    assert hooked.read("d.dvc") == before
    assert "UU d.dvc" in hooked.git("status", "--porcelain")


def versions(project: Project, *texts: str) -> list[str]:
    """Options of the merge driver, for versions of a .dvc file in the order O, A, B."""
    names = ("O", "A", "B")
    for name, text in zip(names, texts, strict=True):
        project.write(name, text)
    return [*("--ancestor", "O"), *("--our", "A"), *("--their", "B")]


def test_merging_one_file_of_data(hooked: Project) -> None:
    """Only when one side changed: there is no way to merge the inside of a file."""
    record = "outs:\n- md5: {}\n  size: 2\n  hash: md5\n  path: f\n"
    one, two, three = (record.format(letter * 32) for letter in "abc")
    hooked.dvc("git-hook", "merge-driver", *versions(hooked, one, one, two))
    assert hooked.read("A") == two
    hooked.dvc("git-hook", "merge-driver", *versions(hooked, one, two, "# said\n" + one))
    assert hooked.read("A") == two
    said = hooked.dvc("git-hook", "merge-driver", *versions(hooked, one, two, three), code=255)
    assert said.err == "ERROR: unable to auto-merge outputs that are not directories\n"
    assert hooked.read("A") == two


@pytest.mark.parametrize(
    ("theirs", "problem"),
    [
        ("outs:\n- path: other\n", "unable to auto-merge outputs with different options"),
        (
            "deps:\n- path: x\nouts:\n- path: f\n",
            "unable to auto-merge DVC files that weren't created by `dvc add`",
        ),
        (
            "outs:\n- path: f\n- path: g\n",
            "unable to auto-merge DVC files that weren't created by `dvc add`",
        ),
    ],
)
def test_what_only_a_person_can_merge(hooked: Project, theirs: str, problem: str) -> None:
    ours = "outs:\n- md5: d751713988987e9331980363e24189ce.dir\n  hash: md5\n  path: f\n"
    arguments = versions(hooked, "", ours, theirs)
    said = hooked.dvc("git-hook", "merge-driver", *arguments, code=255)
    assert said.err == f"ERROR: {problem}\n"
    assert hooked.read("A") == ours


def test_a_listing_that_is_not_here(hooked: Project) -> None:
    record = "outs:\n- md5: {}.dir\n  hash: md5\n  path: d\n"
    arguments = versions(hooked, "", *(record.format(letter * 32) for letter in "ab"))
    said = hooked.dvc("git-hook", "merge-driver", *arguments, code=255)
    assert said.err.startswith(f"ERROR: the cache lacks '{'a' * 32}.dir', which lists the files")


def test_a_merge_outside_of_a_project_is_a_conflict(empty_folder: Project) -> None:
    """Success would tell Git that ours is the result, and theirs would be lost."""
    empty_folder.dvc("git-hook", "merge-driver", *versions(empty_folder, "", "", ""), code=253)


def test_the_same_merge_as_dvc(hooked: Project, real_dvc: str) -> None:
    base = hooked.read("d.dvc")
    changed(hooked, new="n\n", _1="changed\n")
    ours = hooked.read("d.dvc")
    shutil.rmtree(hooked.path("d"))
    hooked.write_all({"d/1": "1\n", "d/other/x": "x\n"})
    hooked.dvc("add", "-q", "d")
    theirs = hooked.read("d.dvc")
    results = []
    for by in ("dvc", real_dvc):
        hooked.dvc("git-hook", "merge-driver", *versions(hooked, base, ours, theirs), by=by)
        results.append(hooked.read("A"))
    assert results[0] == results[1] != ours
