"""Data sets: `dataset add` and `update`, stages that read `ds://name`, and mistakes in either."""

from __future__ import annotations

import pytest

from assay.formats.yaml_read import parse
from conftest import NewProject
from support.project import Project

UP_TO_DATE = "Data and pipelines are up to date."
READER = "stages:\n  read: {cmd: echo hi > out, deps: [ds://images], outs: [out]}\n"


@pytest.fixture
def source(new_project: NewProject) -> Project:
    """A repository with one commit and the tag v1."""
    made = new_project("source")
    made.write("images", "one\n")
    made.commit("one")
    made.git("tag", "v1")
    return made


def move_on(source: Project) -> str:
    """Another commit in the repository; its id."""
    source.write("images", "two\n")
    return source.commit("two")


def reader(project: Project, source: Project) -> None:
    """A stage that reads the data set `images`."""
    project.dvc("dataset", "add", "-q", "--dvc", str(source.root), "images")
    project.write("dvc.yaml", project.read("dvc.yaml") + READER)


def test_a_data_set_is_defined_and_locked(project: Project, source: Project) -> None:
    done = project.dvc(
        *("ds", "add", "--dvc", str(source.root), "--path", "images", "--rev", "v1", "pictures")
    )

    defined = {"name": "pictures", "url": str(source.root), "type": "dvc"} | {
        "path": "images",
        "rev": "v1",
    }
    assert f"Adding pictures ({source.root}:/images @ v1)" in done.out
    assert parse(project.read("dvc.yaml")) == {"datasets": [defined]}
    assert parse(project.read("dvc.lock")) == {
        "schema": "2.0",
        "datasets": [{**defined, "rev_lock": source.head}],
        "stages": {},
    }


def test_a_stage_runs_when_its_data_set_was_updated(project: Project, source: Project) -> None:
    old = source.head
    reader(project, source)
    assert project.dvc("status", "--json").json["read"][0] == {
        "changed deps": {"ds://images": "new"}
    }
    project.dvc("repro", "-q")
    assert not project.exists(".dvc/cache/runs"), "a run cache knows nothing about data sets"

    new = move_on(source)
    assert UP_TO_DATE in project.dvc("repro").out
    updated = project.dvc("ds", "update", "images")
    assert f"Updating images ({old[:9]} -> {new[:9]})" in updated.out
    assert "Nothing to update" in project.dvc("ds", "update", "images").out
    assert project.dvc("status", "--json").json == {
        "read": [{"changed deps": {"ds://images": "modified"}}]
    }
    assert "Running stage 'read'" in project.dvc("repro").out
    [item] = parse(project.read("dvc.lock"))["stages"]["read"]["deps"]
    assert item["dataset"]["rev_lock"] == new


def test_another_revision_is_written_into_the_definition(project: Project, source: Project) -> None:
    move_on(source)
    project.write(
        "dvc.yaml",
        f"# mine\ndatasets:\n- name: images # these\n  type: dvc\n  # from\n  url: {source.root}\n",
    )
    project.dvc("ds", "update", "images")
    project.dvc("ds", "update", "--rev", "v1", "images")

    text = project.read("dvc.yaml")
    assert text.startswith("# mine\ndatasets:\n- name: images # these\n")
    assert parse(text)["datasets"][0]["rev"] == "v1"
    assert (
        parse(project.read("dvc.lock"))["datasets"][0]["rev_lock"]
        == source.git("rev-parse", "v1").strip()
    )


def test_a_stage_cannot_run_on_what_is_not_locked(project: Project, source: Project) -> None:
    definition = f"datasets:\n- {{name: images, type: dvc, url: {source.root}"
    project.write("dvc.yaml", f"{definition}}}\n{READER}")
    assert "Dataset information missing from dvc.lock" in project.dvc("repro", code=255).err
    project.dvc("ds", "update", "-q", "images")
    project.write("dvc.yaml", f"{definition}, rev: v1}}\n{READER}")

    state = project.dvc("status", "--json").json["read"][0]
    assert state == {"changed deps": {"ds://images": "not in sync"}}
    assert "Run 'dvc ds update images' to sync." in project.dvc("repro", code=255).err
    assert not project.exists("out")


def test_experiments_read_data_sets(project: Project, source: Project) -> None:
    reader(project, source)
    project.dvc("repro", "-q")
    project.commit("read")
    assert "didn't change" in project.dvc("exp", "run", "--temp", "-n", "first").out
    assert "Running stage" in project.dvc("exp", "run", "-f", "-n", "second").out


def test_a_data_set_of_that_name_is_replaced_only_when_told(
    project: Project, source: Project
) -> None:
    project.dvc("ds", "add", "-q", "--dvc", str(source.root), "images")
    again = ("ds", "add", "--dvc", str(source.root), "--rev", "v1", "images")
    assert "images already exists in dvc.yaml" in project.dvc(*again, code=255).err
    project.dvc(*again, "--force")
    assert [item["rev"] for item in parse(project.read("dvc.yaml"))["datasets"]] == ["v1"]


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("[]", "dataset not found: 'images'"),
        ("3", "'datasets' in 'dvc.yaml' is not a list of maps with a 'name'"),
        ("[images]", "'datasets' in 'dvc.yaml' is not a list of maps with a 'name'"),
        ("[{name: images}]", "data set 'images' in 'dvc.yaml' has no type"),
        ("[{name: images, type: x}]", "is of the unknown type 'x'"),
        ("[{name: images, type: dvc}]", "data set 'images' in 'dvc.yaml' has no url"),
        ("[{name: images, type: dvc, url: 3}]", "'url' of data set 'images' in 'dvc.yaml' is not"),
        ("[{name: images, type: dc, url: dc://a}]", "that takes DataChain"),
        ("[{name: images, type: url, url: /a}]", "'/a' is in no bucket of S3"),
        ("[{name: images, type: dvc, url: /nowhere}]", "Failed to clone repo '/nowhere'"),
    ],
)
def test_what_is_wrong_with_a_data_set_is_said(project: Project, section: str, told: str) -> None:
    project.write("dvc.yaml", f"datasets: {section}\n{READER}")
    assert told in project.dvc("ds", "update", "images", code=None).err
    assert "read" in project.dvc("dag", "--dot").out, "only those who need it are told"


@pytest.mark.parametrize("locked", ["3", "[3]", "[{name: images, type: dvc}]"])
def test_what_is_wrong_with_a_lock_is_said(project: Project, source: Project, locked: str) -> None:
    reader(project, source)
    project.write("dvc.lock", f"schema: '2.0'\ndatasets: {locked}\nstages: {{}}\n")
    assert "the dvc.lock beside 'dvc.yaml'" in project.dvc("status", code=1).err


def test_a_definition_made_by_a_template_is_not_edited(project: Project, source: Project) -> None:
    project.write(
        "dvc.yaml",
        f"vars: [{{rev: v1}}]\ndatasets:\n- {{name: images, type: dvc, url: {source.root}, "
        "rev: '${rev}'}\n" + READER,
    )
    project.dvc("ds", "update", "images")
    assert project.dvc("repro").code == 0
    refused = project.dvc("ds", "update", "--rev", "HEAD", "images", code=255)
    assert "cannot update a parametrized dataset entry" in refused.err


@pytest.mark.parametrize("ours_first", [True, False])
def test_both_programs_agree_about_data_sets(
    project: Project, source: Project, real_dvc: str, ours_first: bool
) -> None:
    first, second = ("dvc", real_dvc) if ours_first else (real_dvc, "dvc")
    project.dvc("ds", "add", "-q", "--dvc", str(source.root), "images", by=first)
    project.write("dvc.yaml", project.read("dvc.yaml") + READER)
    project.dvc("repro", "-q", by=first)
    assert UP_TO_DATE in project.dvc("status", by=second).out
    move_on(source)
    project.dvc("ds", "update", "-q", "--rev", "HEAD", "images", by=second)
    states = [project.dvc("status", "--json", by=program).json for program in (first, second)]
    assert states[0] == states[1] == {"read": [{"changed deps": {"ds://images": "modified"}}]}
    project.dvc("repro", "-q", by=second)
    assert UP_TO_DATE in project.dvc("repro", by=first).out


def test_both_programs_write_the_same_files(
    new_project: NewProject, source: Project, real_dvc: str
) -> None:
    written = []
    for name, program in (("ours", "dvc"), ("theirs", real_dvc)):
        made = new_project(name)
        made.dvc("ds", "add", "-q", "--dvc", str(source.root), "images", by=program)
        made.dvc("ds", "add", "-q", "--dvc", str(source.root), "--rev", "v1", "b", by=program)
        made.write("dvc.yaml", made.read("dvc.yaml") + READER)
        made.dvc("repro", "-q", by=program)
        written.append((made.read("dvc.yaml"), made.read("dvc.lock")))
    assert written[0] == written[1]
