"""`metrics show` and `metrics diff` as people and scripts see them."""

from __future__ import annotations

from typing import Any

import pytest

from support.pipelines import two_stages
from support.project import Project


@pytest.fixture
def ready(project: Project) -> Project:
    """Tags v1 (acc 0.123456789) and v2 (acc 0.5, HEAD); `sub/n.yaml` never changes."""
    project.write_all(
        {
            "dvc.yaml": "metrics: [m.json, sub/n.yaml]",
            "m.json": '{"acc": 0.123456789, "text": "a"}',
            "sub/n.yaml": "deep: {x: 1}\n",
        }
    )
    project.commit()
    project.git("tag", "v1")
    project.write("m.json", '{"acc": 0.5, "text": "b"}')
    project.commit()
    project.git("tag", "v2")
    return project


def test_show_as_table_and_json(ready: Project) -> None:
    assert ready.dvc("metrics", "show").out == (
        "Path        acc    deep.x    text\n"
        "m.json      0.5    -         b\n"
        "sub/n.yaml  -      1         -\n"
    )
    assert ready.dvc("metrics", "show", "--json").json == {
        "": {
            "data": {
                "m.json": {"data": {"acc": 0.5, "text": "b"}},
                "sub/n.yaml": {"data": {"deep": {"x": 1}}},
            }
        }
    }


def test_show_many_revisions(ready: Project) -> None:
    assert ready.dvc("metrics", "show", "-T", "--md", "m.json").out == (
        "| Revision   | Path   | acc     | text   |\n"
        "|------------|--------|---------|--------|\n"
        "| workspace  | m.json | 0.5     | b      |\n"
        "| v1         | m.json | 0.12346 | a      |\n"
        "| v2         | m.json | 0.5     | b      |\n"
        "\n"
    )
    assert list(ready.dvc("metrics", "show", "-a", "--json").json) == ["main"]


def test_paths_are_those_from_the_current_directory(ready: Project) -> None:
    found = ready.dvc("metrics", "show", "--json", cwd="sub").json[""]["data"]
    assert list(found) == ["../m.json", "n.yaml"]
    found = ready.dvc("metrics", "show", "--json", "n.yaml", cwd="sub").json[""]["data"]
    assert list(found) == ["n.yaml"]
    found = ready.dvc("metrics", "diff", "--json", "v1", cwd="sub").json
    assert list(found) == ["../m.json"]


def test_diff_as_table_and_json(ready: Project) -> None:
    assert ready.dvc("metrics", "diff", "v1", "v2").out == (
        "Path    Metric    v1       v2    Change\n"
        "m.json  acc       0.12346  0.5   0.37654\n"
        "m.json  text      a        b     -\n"
    )
    assert ready.dvc("metrics", "diff", "--json", "v1").json == {
        "m.json": {
            "acc": {"old": 0.123456789, "new": 0.5, "diff": 0.376543211},
            "text": {"old": "a", "new": "b"},
        }
    }
    assert ready.dvc("metrics", "diff").out == ""
    assert ready.dvc("metrics", "diff", "--json").out == "{}\n"


def test_diff_of_targets(ready: Project) -> None:
    options = ("--all", "--no-path", "--precision", "2", "--targets", "m.json")
    assert ready.dvc("metrics", "diff", "v1", *options).out == (
        "Metric    v1    workspace    Change\n"
        "acc       0.12  0.5          0.38\n"
        "text      a     b            -\n"
    )
    missing = ready.dvc("metrics", "diff", "v1", "--targets", "nope.json")
    assert missing.out == ""
    assert missing.err == (
        "DVC failed to load some metrics for following revisions: 'v1, workspace'.\n"
    )


def test_a_file_that_cannot_be_read_hides_no_other(ready: Project) -> None:
    ready.write("m.json", "{")
    found = ready.dvc("metrics", "show")
    assert found.lines == [
        "Path        deep.x",
        "m.json      -",
        "sub/n.yaml  1",
    ]
    assert found.err == "DVC failed to load some metrics for following revisions: ''.\n"
    ready.path("m.json").unlink()
    assert ready.dvc("metrics", "show", "--json").json[""]["data"]["m.json"] == {
        "error": {
            "type": "FileNotFoundError",
            "msg": "[Errno 2] No such file or directory: 'm.json'",
        }
    }


def test_a_pipeline_that_cannot_be_read_is_an_empty_revision(ready: Project) -> None:
    ready.write("dvc.yaml", "foo: 1")
    found = ready.dvc("metrics", "diff", "--json")
    assert found.json["sub/n.yaml"] == {"deep.x": {"old": 1, "new": None}}
    assert found.err == (
        "WARNING: failed to load metrics in revision 'workspace', './dvc.yaml' validation failed\n"
        "DVC failed to load some metrics for following revisions: 'workspace'.\n"
    )


def test_a_revision_that_does_not_exist(ready: Project) -> None:
    said = ready.dvc("metrics", "diff", "nope", code=255).err
    assert said == "ERROR: unknown Git revision 'nope'\n"


def test_show_works_without_git(bare_project: Project) -> None:
    bare_project.write_all({"dvc.yaml": "metrics: [m.json]", "m.json": '{"a": 1}'})
    assert bare_project.dvc("metrics", "show").out == "Path    a\nm.json  1\n"
    bare_project.dvc("metrics", "diff", code=255)


def test_outside_of_a_project(empty_folder: Project) -> None:
    empty_folder.write("m.json", '{"a": 1}')
    assert empty_folder.dvc("metrics", "show", "--json").json == {"": {"data": {}}}
    assert empty_folder.dvc("metrics", "show", "m.json").out == "Path    a\nm.json  1\n"
    assert "Only supported for Git" in empty_folder.dvc("metrics", "diff", code=255).err


def test_before_the_first_commit(new_project: Any) -> None:
    project = new_project(git=False)
    project.git("init", "-q")
    project.write_all({"dvc.yaml": "metrics: [m.json]", "m.json": '{"a": 1}'})
    assert project.dvc("metrics", "show").out == "Path    a\nm.json  1\n"
    assert project.dvc("metrics", "diff").out == ""


def test_the_original_says_the_same(ready: Project, real_dvc: str) -> None:
    ready.write("m.json", '{"acc": 0.25, "new": true}')
    for words in ("show", "show -a", "show -A --md", "diff", "diff v1 v2 --all --md"):
        for options in ([], ["--json"]):
            command = ("metrics", *words.split(), *options)
            ours, theirs = ready.dvc(*command), ready.dvc(*command, by=real_dvc)
            if options:
                assert ours.json == theirs.json
            else:
                assert sorted(ours.lines) == sorted(theirs.lines)


def test_a_file_that_git_keeps_is_not_looked_for_in_the_cache(project: Project) -> None:
    """The run cache has its bytes too, but the workspace has lost it."""
    two_stages(project)
    project.dvc("repro")
    project.path("metrics.json").unlink()
    [lost] = project.dvc("metrics", "show", "--json").json[""]["data"].values()
    assert lost["error"]["msg"] == "[Errno 2] No such file or directory: 'metrics.json'"
