from __future__ import annotations

import pytest

from conftest import NewProject
from support.pipelines import two_stages
from support.project import Project


@pytest.fixture
def two(project: Project) -> Project:
    """A committed pipeline that was run, with the experiments `slow` and `fast`; all clean."""
    two_stages(project)
    project.write("readme.txt", "hello\n")
    project.dvc("repro", "-q")
    project.commit("ran")
    project.dvc("exp", "run", "-q", "-n", "slow", "-S", "lr=0.01")
    project.dvc("exp", "run", "-q", "-n", "fast", "-S", "lr=0.5")
    project.git("reset", "-q", "--hard")
    project.dvc("checkout", "-q")
    return project


def files(project: Project) -> dict[str, bytes]:
    """All files of the workspace and their content, without what `.dvc` holds."""
    names = [name for name in project.listing() if not name.startswith(".dvc/")]
    return {name: project.path(name).read_bytes() for name in names}


def test_everything_is_as_it_was_before_the_apply(two: Project) -> None:
    two.write("params.yaml", "lr: 9\nseed: 1\n")
    two.write("train.py", "# mine\n")
    two.path("data.txt").unlink()
    before = files(two)
    two.dvc("exp", "apply", "slow")
    assert files(two) != before
    undone = two.dvc("undo")
    assert undone.lines[0] == "Undone: exp apply slow"
    assert undone.lines[-1] == "\tdvc undo --redo"
    assert files(two) == before


def test_index_head_and_branch_are_not_touched(two: Project) -> None:
    two.write("readme.txt", "staged\n")
    two.git("add", "readme.txt")
    two.write("readme.txt", "and edited\n")
    index, head = two.path(".git/index").read_bytes(), two.head
    two.dvc("exp", "apply", "slow")
    two.dvc("undo")
    assert (two.path(".git/index").read_bytes(), two.head) == (index, head)
    assert two.git("status", "--porcelain") == "MM readme.txt"


def test_it_goes_back_step_by_step_and_forward_again(two: Project) -> None:
    states = [files(two)]
    for name in ("slow", "fast", "slow"):
        two.dvc("exp", "apply", name)
        states.append(files(two))
    assert [line.partition("  ")[2] for line in two.dvc("undo", "--list").lines] == [
        "exp apply slow",
        "exp apply fast",
        "exp apply slow",
    ]
    for state in reversed(states[:-1]):
        two.dvc("undo")
        assert files(two) == state
    nothing = two.dvc("undo", code=255)
    assert nothing.err == "ERROR: nothing to undo\n"
    for state in states[1:]:
        assert two.dvc("undo", "--redo").out.startswith("Redone: exp apply ")
        assert files(two) == state
    assert two.dvc("undo", "--redo", code=255).err == "ERROR: nothing to redo\n"


def test_untracked_and_ignored_files_that_were_in_the_way_come_back(two: Project) -> None:
    two.write_all({"new.txt": "theirs\n", "run.log": "theirs\n"})
    two.dvc("exp", "save", "-q", "-n", "with-files", "-I", "new.txt", "-I", "run.log")
    two.write(".gitignore", two.read(".gitignore") + "*.log\n")
    two.write_all({"new.txt": "mine\n", "run.log": "mine\n"})
    before = files(two)
    two.dvc("exp", "apply", "with-files")
    assert (two.read("new.txt"), two.read("run.log")) == ("theirs\n", "theirs\n")
    two.dvc("undo")
    assert files(two) == before


def test_new_files_of_the_experiment_go_away_again(two: Project) -> None:
    two.write("new.txt", "theirs\n")
    two.dvc("exp", "save", "-q", "-n", "with-file", "-I", "new.txt")
    two.path("new.txt").unlink()
    two.dvc("exp", "apply", "with-file")
    assert two.exists("new.txt")
    two.dvc("undo")
    assert not two.exists("new.txt")


def test_an_output_that_was_edited_by_hand_comes_back(two: Project) -> None:
    two.path("model.txt").unlink()
    two.write("model.txt", "by hand\n").chmod(0o755)
    two.dvc("exp", "apply", "slow")
    assert two.read("model.txt") == "3 rows, lr 0.01\n"
    two.dvc("undo")
    assert two.read("model.txt") == "by hand\n"
    assert two.path("model.txt").stat().st_mode & 0o100
    two.dvc("undo", "--redo")
    assert two.read("model.txt") == "3 rows, lr 0.01\n"


def test_a_folder_of_data_that_no_record_knows_comes_back(project: Project) -> None:
    project.write("make.py", "import os; os.makedirs('d'); open('d/a', 'w').write('1')\n")
    stage = "stages: {make: {cmd: python make.py, deps: [make.py], outs: [d]}}\n"
    project.write_all({"dvc.yaml": stage, ".gitignore": "/d\n"})
    project.commit()
    project.dvc("exp", "run", "-q", "-n", "made")
    project.path("d/a").unlink()
    project.write_all({"d/mine": "precious\n", "d/deep/er": "too\n"})
    project.dvc("exp", "apply", "made")
    assert project.listing("d") == ["a"]
    project.dvc("undo")
    assert project.listing("d") == ["deep/er", "mine"]
    assert project.read("d/mine") == "precious\n"


def test_work_done_after_the_apply_is_kept_too(two: Project) -> None:
    two.dvc("exp", "apply", "slow")
    two.write("train.py", "# after\n")
    two.path("model.txt").unlink()
    two.write("model.txt", "after\n")
    after = files(two)
    two.dvc("undo")
    assert "# after" not in two.read("train.py")
    two.dvc("undo", "--redo")
    assert files(two) == after


def test_what_was_written_by_hand_outlives_gc(two: Project) -> None:
    two.path("model.txt").unlink()
    two.write("model.txt", "by hand\n")
    for _ in range(2):
        two.dvc("exp", "apply", "slow")
        two.dvc("gc", "-w", "-f")
        two.dvc("undo")
        assert two.read("model.txt") == "by hand\n"
        assert not two.path("model.txt").is_symlink()
    assert not [ref for ref in two.refs("refs/assay/unsaved/") if "/undo/" in ref]


def test_a_broken_pipeline_comes_back_broken(two: Project) -> None:
    two.write("dvc.yaml", "stages: [\n")
    two.path("model.txt").unlink()
    two.write("model.txt", "by hand\n")
    two.dvc("exp", "apply", "slow")
    assert two.read("model.txt") == "3 rows, lr 0.01\n"
    undone = two.dvc("undo")
    assert "WARNING: outputs were left as they are: " in undone.err
    assert two.read("dvc.yaml") == "stages: [\n"
    assert two.read("model.txt") == "by hand\n"


def test_data_that_was_collected_meanwhile_is_named(two: Project) -> None:
    two.path("model.txt").unlink()
    two.write("model.txt", "by hand\n")
    two.dvc("exp", "apply", "slow")
    kept = two.git("log", "-1", "--format=%b", *two.refs("refs/assay/undo/"))
    md5 = kept.split('"md5": "')[1][:32]
    two.path(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}").unlink()
    undone = two.dvc("undo")
    assert "WARNING: 'model.txt' could not be brought back" in undone.err


def test_only_so_many_steps_are_kept(two: Project) -> None:
    for _ in range(11):
        two.dvc("exp", "apply", "slow")
        two.dvc("exp", "apply", "fast")
    assert len(two.dvc("undo", "--list").lines) == 20
    two.dvc("undo")
    assert len(two.refs("refs/assay/undo/")) == 19


def test_after_an_undo_an_apply_does_not_take_old_files_for_edits(two: Project) -> None:
    two.write("readme.txt", "of the third\n")
    two.dvc("exp", "save", "-q", "-n", "third")
    two.git("checkout", "-q", "readme.txt")
    two.dvc("exp", "apply", "slow")
    two.dvc("exp", "apply", "third")
    two.dvc("undo")
    two.write("readme.txt", "of the third\n")
    assert "changes in 'readme.txt' were kept" in two.dvc("exp", "apply", "slow").out


def test_linked_work_trees_have_histories_of_their_own(two: Project) -> None:
    two.dvc("exp", "apply", "slow")
    two.git("worktree", "add", "-q", "../linked", "-b", "linked")
    linked = two.root.parent / "linked"
    (linked / ".dvc/config").write_text(f"[cache]\n    dir = {two.root}/.dvc/cache\n")
    assert two.dvc("undo", cwd="../linked", code=255).err == "ERROR: nothing to undo\n"
    two.dvc("exp", "apply", "fast", cwd="../linked")
    assert "lr: 0.01" in two.read("params.yaml")
    two.dvc("undo", cwd="../linked")
    two.dvc("undo")
    assert two.read("params.yaml") == (linked / "params.yaml").read_text()


def test_a_project_beside_is_told_where_to_undo(new_project: NewProject) -> None:
    both = new_project(dvc=False)
    for name in ("one", "two"):
        both.write_all({f"{name}/.dvc/config": "", f"{name}/.dvc/.gitignore": "/tmp\n/cache\n"})
        both.write(f"{name}/params.yaml", "a: 1\n")
    both.commit()
    both.write("one/params.yaml", "a: 2\n")
    both.dvc("exp", "save", "-q", "-n", "exp", cwd="one")
    both.git("checkout", "-q", ".")
    both.write("two/params.yaml", "a: 3\n")
    both.dvc("exp", "apply", "exp", cwd="one")
    assert both.read("one/params.yaml") == "a: 2\n"
    assert both.read("two/params.yaml") == "a: 3\n"
    refused = both.dvc("undo", cwd="two", code=255)
    assert refused.err == (
        "ERROR: 'exp apply exp' was run in the project in 'one'\nhint: undo it there\n"
    )
    both.dvc("undo", cwd="one")
    assert both.read("one/params.yaml") == "a: 1\n"
    assert both.read("two/params.yaml") == "a: 3\n"


def test_a_broken_entry_of_somebody_else_is_passed_over(two: Project) -> None:
    two.dvc("exp", "apply", "slow")
    two.git("update-ref", "refs/assay/undo/main/99", "HEAD")
    assert len(two.dvc("undo", "--list").lines) == 1
    two.dvc("undo")
    assert "lr: 0.1" in two.read("params.yaml")
    two.dvc("exp", "apply", "fast")
    assert len(two.dvc("undo", "--list").lines) == 1


def test_the_program_calls_itself_by_the_name_it_was_called_with(project: Project) -> None:
    two_stages(project)
    project.dvc("exp", "run", "-n", "first")
    assert project.assay("exp", "apply", "first").lines[-1] == "\tassay undo"
    assert project.dvc("exp", "apply", "first").lines[-1] == "\tdvc undo"
    assert project.assay("undo").lines[-1] == "\tassay undo --redo"
