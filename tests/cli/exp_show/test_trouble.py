"""What cannot be shown fails nothing but itself."""

from __future__ import annotations

from typing import Any

from support.exp_show import Save, experiments, rows, shown
from support.project import Project


def test_before_the_first_commit_there_is_nothing(new_project: Any) -> None:
    project = new_project(git=False)
    project.git("init", "-q")
    assert project.dvc("exp", "show", "--rev", "", "--json").out == "[]\n"
    assert project.dvc("exp", "show").out == ""
    assert project.dvc("exp", "show", "--csv").out.startswith("Experiment,rev,typ,Created,parent")


def test_git_is_needed(bare_project: Project) -> None:
    said = bare_project.dvc("exp", "show", code=1).err
    assert said.startswith(
        "ERROR: failed to show experiments - Only supported for Git repositories."
    )


def test_outside_of_a_project(empty_folder: Project) -> None:
    empty_folder.dvc("exp", "show", code=253)


def test_broken_files_fail_nothing_but_themselves(ready: Project, save: Save) -> None:
    save("file", {"m.json": "{"})
    save("stage", {"dvc.yaml": "stages: ["})
    save("lock", {"dvc.lock": "x: ["})
    save("good", {"params.yaml": "lr: 5\n"})
    ready.write("dvc.yaml", "foo: 1")
    for _ in range(2):  # once read, once remembered
        workspace, main = shown(ready)
        found = {item["name"]: item["revs"][0] for item in main["experiments"]}
        assert workspace["data"] is None
        assert workspace["error"] == {
            "msg": "'./dvc.yaml' validation failed",
            "type": "YAMLValidationError",
        }
        assert found["file"]["data"]["metrics"]["m.json"]["error"]["type"] == (
            "JSONFileCorruptedError"
        )
        assert found["stage"]["error"]["type"] == "YAMLSyntaxError"
        assert found["lock"]["error"]["type"] == "YAMLSyntaxError"
        assert found["good"]["data"]["params"]["params.yaml"]["data"] == {"lr": 5}
    assert {row["Experiment"] or row["rev"]: row["acc"] for row in rows(ready)} == {
        "workspace": "",
        "main": "0.5",
        "good": "0.5",
        "file": "!",
        "stage": "",
        "lock": "",
    }


def test_a_reference_to_nothing_is_an_error_of_its_row(ready: Project, save: Save) -> None:
    save("one", {"params.yaml": "lr: 5\n"})
    base = ready.head
    folder = ready.path(f".git/refs/exps/{base[:2]}/{base[2:]}")
    (folder / "lost").write_text("1" * 40 + "\n")
    found = {item["name"]: item["revs"][0] for item in shown(ready)[1]["experiments"]}
    assert found["lost"]["data"] is None
    assert found["one"]["error"] is None


def test_references_of_others_are_passed_over(ready: Project, save: Save) -> None:
    save("one", {"params.yaml": "lr: 5\n"})
    for name in ("exec/EXEC_HEAD", "stash", "celery/stash", "apply/ORIG_HEAD", "foo"):
        ready.git("update-ref", f"refs/exps/{name}", "HEAD")
    assert experiments(ready, "-A") == ["one"]
