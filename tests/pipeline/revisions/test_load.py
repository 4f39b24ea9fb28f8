"""A commit must tell the same as a workspace that holds it, at the cost of what is new in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assay.errors import AssayError, FileProblem
from assay.git.objects import ObjectReader
from assay.pipeline.load import Loader, Pipeline
from assay.pipeline.revisions.load import RevisionLoader
from assay.pipeline.revisions.objects import RevisionObjects
from assay.pipeline.revisions.source import RevisionSource
from assay.pipeline.workspace import Workspace
from assay.project import open_project
from support.project import Project

PARSING = ("store_true", "nargs")

PIPELINE = """\
vars: [vars.yaml]
params: [top.yaml]
metrics: [top.json]
stages:
  fit:
    foreach: [a, b]
    do:
      cmd: fit ${item} ${speed}
      params: [lr]
      outs: ["model-${item}"]
"""
LOCK = """\
schema: '2.0'
stages:
  fit@a:
    cmd: fit a 3
    outs:
    - path: model-a
      hash: md5
      md5: ae11f27ea217f93e8987410ad59e834a
      size: 3
"""
FILES = {
    "dvc.yaml": PIPELINE,
    "dvc.lock": LOCK,
    "vars.yaml": "speed: 3\n",
    "params.yaml": "lr: 0.1\n",
    "deep/down/data.dvc": "outs:\n- path: data\n  md5: ae11f27ea217f93e8987410ad59e834a\n",
}

Load = Callable[..., Pipeline]


@pytest.fixture
def load(project: Project) -> Iterator[Load]:
    """The pipeline of a commit; all calls of a test share what they have read."""
    with ObjectReader(str(project.root)) as reader:
        objects = RevisionObjects(reader)
        loader = RevisionLoader(objects, str(project.root), PARSING)

        def load(commit: str = "HEAD", folder: str = "") -> Pipeline:
            return loader.load(source(objects, commit, folder))

        yield load


def source(objects: RevisionObjects, commit: str = "HEAD", folder: str = "") -> RevisionSource:
    commits = [found for found in objects.commits([commit]) if found is not None]
    root = objects.roots(commits, folder)[0]
    assert root is not None
    objects.fetch_trees([root])
    return RevisionSource(objects, root)


@pytest.fixture
def committed(project: Project) -> Iterator[Callable[[dict[str, str]], RevisionSource]]:
    """The source of a commit with these files."""
    with ObjectReader(str(project.root)) as reader:

        def commit(files: dict[str, str]) -> RevisionSource:
            project.write_all(files)
            project.commit()
            return source(RevisionObjects(reader))

        yield commit


def in_workspace(project: Project) -> Pipeline:
    opened = open_project(str(project.root), project.env)
    loader = Loader(
        Workspace(opened), opened.root, parsing=PARSING, warn=print, shown=lambda name: name
    )
    return loader.load()


def test_a_commit_tells_the_same_as_the_workspace(project: Project, load: Load) -> None:
    project.write_all(FILES)
    project.commit()
    assert load() == in_workspace(project)


def test_a_change_of_dvc_lock_builds_no_stage_again(project: Project, load: Load) -> None:
    project.write_all(FILES)
    project.commit()
    project.write("dvc.lock", LOCK.replace("size: 3", "size: 4"))
    project.commit()
    old, new = load("HEAD~1"), load("HEAD")
    assert new.stages is old.stages
    assert new.entries != old.entries


def test_a_change_of_a_variable_builds_its_stages_again(project: Project, load: Load) -> None:
    project.write_all(FILES)
    project.commit()
    project.write("vars.yaml", "speed: 4\n")
    project.commit()
    assert load("HEAD~1").stages["dvc.yaml:fit@a"].command == "fit a 3"
    assert load("HEAD").stages["dvc.yaml:fit@a"].command == "fit a 4"
    assert load("HEAD~1").stages["dvc.yaml:fit@a"].command == "fit a 3"


def test_parameters_that_no_template_asks_for_build_nothing_again(
    project: Project, load: Load
) -> None:
    project.write_all({"dvc.yaml": "stages: {a: {cmd: b, params: [lr]}}", "params.yaml": "lr: 1"})
    project.commit()
    project.write("params.yaml", "lr: 2")
    project.commit()
    assert load("HEAD").stages is load("HEAD~1").stages


def test_parameters_that_cannot_be_read_are_a_mistake_all_the_same(
    project: Project, load: Load
) -> None:
    project.write_all({"dvc.yaml": "stages: {a: {cmd: b}}", "params.yaml": "lr: ["})
    project.commit()
    with pytest.raises(AssayError, match="YAML file structure is corrupted"):
        load()


@pytest.mark.parametrize(
    "files",
    [
        {"dvc.yaml": "stages: ["},
        {"dvc.yaml": "stages: {a: {nonsense: 1}}"},
        {"dvc.yaml": "stages: {a: {cmd: b}}", "dvc.lock": "- 1"},
        {"data.dvc": "outs: 1"},
    ],
)
def test_a_broken_file_is_told_each_time(
    project: Project, load: Load, files: dict[str, str]
) -> None:
    project.write_all(files)
    project.commit()
    for _ in range(2):
        with pytest.raises(FileProblem):
            load()


def test_stage_files_inside_an_output_belong_to_the_data(project: Project, load: Load) -> None:
    project.write_all(
        {
            "dvc.yaml": "stages: {a: {cmd: b, outs: [{out: {cache: false}}]}}",
            "out/dvc.yaml": "metrics: [m.json]",
        }
    )
    project.commit()
    assert list(load().files) == ["dvc.yaml"]


def test_the_project_may_lie_below_the_repository(project: Project, load: Load) -> None:
    project.write_all({f"sub/{path}": content for path, content in FILES.items()})
    project.commit()
    assert list(load(folder="sub").files) == ["dvc.yaml"]


def test_other_projects_ignored_files_and_links_are_left_out(project: Project, load: Load) -> None:
    project.write_all(
        {
            "dvc.yaml": "metrics: [m.json]",
            "other/.dvc/config": "",
            "other/dvc.yaml": "metrics: [m.json]",
            ".dvcignore": "# a comment\n/old\nnew/gone\n*.dvc\n!kept.dvc\n",
            "old/dvc.yaml": "metrics: [m.json]",
            "new/gone/dvc.yaml": "metrics: [m.json]",
            "new/kept/dvc.yaml": "metrics: [m.json]",
            "new/data.dvc": "outs: [{path: data}]",
            "new/kept.dvc": "outs: [{path: model}]",
            "deep/.dvcignore": "dvc.yaml\n",
            "deep/dvc.yaml": "metrics: [m.json]",
        }
    )
    project.path("link.dvc").symlink_to("dvc.yaml")
    project.commit()
    found = load()
    assert [*found.files, *found.stages] == ["dvc.yaml", "new/kept/dvc.yaml", "new/kept.dvc"]
    project.path("link.dvc").unlink()
    assert in_workspace(project) == found


def test_links_are_followed_as_far_as_they_stay_in_the_project(
    project: Project, committed: Callable[[dict[str, str]], RevisionSource]
) -> None:
    project.path("folder").mkdir()
    project.path("folder/up.yaml").symlink_to("../real.yaml")
    project.path("alias").symlink_to("folder")
    project.path("out.yaml").symlink_to("/etc/passwd")
    project.path("above.yaml").symlink_to("../above.yaml")
    project.path("round.yaml").symlink_to("round.yaml")
    found = committed({"real.yaml": "a: 1"})
    assert found.values("alias/up.yaml") == {"a": 1}
    assert [found.read(f"{name}.yaml") for name in ("out", "above", "round")] == [None] * 3


def test_paths_outside_of_the_project_do_not_exist(
    project: Project, committed: Callable[[dict[str, str]], RevisionSource]
) -> None:
    found = committed({"sub/a.yaml": "a: 1"})
    assert found.is_file("sub/../sub/./a.yaml")
    assert not found.is_file("/sub/a.yaml")
    assert not found.is_file("../project/sub/a.yaml")


def test_directories_are_told_from_files(
    committed: Callable[[dict[str, str]], RevisionSource],
) -> None:
    found = committed({"sub/b/a.yaml": "a: 1", "sub/c": "", "sub/x/.dvc/config": "", "sub/x/y": ""})
    assert found.below("sub") == ["sub/b/a.yaml", "sub/c"]
    assert found.below("sub/c") == []
    assert found.is_directory("sub")
    assert not found.is_directory("sub/c")
    with pytest.raises(IsADirectoryError, match="Is a directory: 'sub'"):
        found.read("sub")
    with pytest.raises(FileNotFoundError, match="No such file or directory: 'nope'"):
        found.values("nope")


def test_a_tree_of_absurd_depth_does_no_harm(project: Project, load: Load) -> None:
    project.shell(
        "tree=$(git mktree </dev/null); for i in $(seq 1200); do "
        "tree=$(printf '040000 tree %s\\tx\\n' $tree | git mktree); done; "
        "git update-ref refs/heads/deep $(git commit-tree $tree -m deep)"
    )
    assert load("deep") == Pipeline({}, {}, {})
