"""Metrics and parameters of the workspace and of commits, as the commands get them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from assay.compare.collect import RevisionChoice, contents_of, metrics, metrics_of, params_of
from assay.compare.contents import Contents
from assay.compare.readings import Failure, Files
from assay.errors import GitRequired
from assay.experiments.references import AmbiguousName
from assay.git.repository import UnknownRevision
from assay.project import Project as Opened
from assay.project import open_project
from assay.ui.console import Console
from support.project import Project

MD5 = "ae11f27ea217f93e8987410ad59e834a"
GONE = Failure("FileNotFoundError", "[Errno 2] No such file or directory: 'gone.json'")
NOWHERE = RevisionChoice()


def opened(project: Project) -> Opened:
    return open_project(str(project.root), project.env)


def console() -> Console:
    return Console(out=io.StringIO(), err=io.StringIO())


def here(project: Project, *targets: str) -> Files | Failure:
    """The metrics of the workspace."""
    wanted = [str(project.path(target)) for target in targets]
    return metrics(opened(project), NOWHERE, targets=wanted, console=console())[""]


def at_head(project: Project, *targets: str) -> Files | Failure:
    """The metrics of HEAD."""
    wanted = [str(project.path(target)) for target in targets]
    sides = ("HEAD", "workspace")
    return metrics_of(opened(project), sides, targets=wanted, console=console())[0]


def labels(project: Project, choice: RevisionChoice) -> list[str]:
    return list(metrics(opened(project), choice, targets=[], console=console()))


def params(
    project: Project, *, deps_only: bool = False, targets: tuple[str, ...] = ()
) -> Files | Failure:
    """The parameters of HEAD, which must be those of the workspace too."""
    wanted = [str(project.path(target)) for target in targets]
    old, new = params_of(
        opened(project),
        ("HEAD", "workspace"),
        targets=wanted,
        deps_only=deps_only,
        console=console(),
    )
    assert old == new
    return old


# which files


def test_metrics_come_from_stages_and_from_the_top_level(project: Project) -> None:
    project.write_all(
        {
            "dvc.yaml": "metrics: [top.json]\nstages: {a: {cmd: b, wdir: sub, metrics: [m.yaml]}}",
            "top.json": '{"t": 1, "list": [1], "none": null}',
            "sub/m.yaml": "acc: 0.5\nnested: {}\n",
        }
    )
    project.commit()
    expected = {"sub/m.yaml": {"acc": 0.5}, "top.json": {"t": 1}}
    assert here(project) == expected
    assert at_head(project) == expected


def test_a_directory_stands_for_the_files_in_it(project: Project) -> None:
    project.write_all(
        {
            "dvc.yaml": "metrics: [runs]",
            ".dvcignore": "*.tmp",
            "runs/a.json": "1",
            "runs/b/c.json": "2",
            "runs/b/d.tmp": "3",
        }
    )
    project.commit()
    expected = {"runs/a.json": 1, "runs/b/c.json": 2}
    assert here(project) == expected
    assert at_head(project) == expected
    assert at_head(project, "runs/b") == {"runs/b/c.json": 2}


def test_targets_need_not_be_metrics(project: Project) -> None:
    project.write_all({"dvc.yaml": "metrics: [m.json]", "m.json": "1", "other.yaml": "x: 1"})
    project.commit()
    assert here(project, "other.yaml") == {"other.yaml": {"x": 1}}
    assert at_head(project, "other.yaml") == {"other.yaml": {"x": 1}}


def test_targets_are_read_even_if_the_pipeline_is_broken(project: Project) -> None:
    project.write_all({"dvc.yaml": "stages: [", "m.json": "1", "d/n.json": "2"})
    project.commit()
    assert here(project, "m.json", "d") == {"m.json": 1, "d/n.json": 2}
    assert at_head(project, "m.json", "d") == {"m.json": 1, "d/n.json": 2}


def test_files_outside_of_the_project_are_not_read(project: Project, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("1")
    project.write("dvc.yaml", f"metrics: [../secret.json, {tmp_path}/secret.json]")
    project.commit()
    for found in (here(project), at_head(project)):
        assert isinstance(found, dict)
        assert [failure.type for failure in found.values()] == ["FileNotFoundError"]


# files of the cache


def cached(project: Project, content: str, suffix: str = "") -> str:
    """The MD5 of an object that is put into the cache."""
    import hashlib

    md5 = hashlib.md5(content.encode()).hexdigest()
    project.write(f".dvc/cache/files/md5/{md5[:2]}/{md5[2:]}{suffix}", content)
    return md5 + suffix


def test_a_metric_that_git_does_not_track_comes_from_the_cache(project: Project) -> None:
    md5 = cached(project, '{"acc": 1}')
    project.write_all(
        {
            "dvc.yaml": "stages: {a: {cmd: b, metrics: [m.json]}}",
            "dvc.lock": "schema: '2.0'\nstages:\n  a:\n    cmd: b\n    outs:\n"
            f"    - path: m.json\n      hash: md5\n      md5: {md5}\n",
        }
    )
    project.commit()
    assert here(project) == {"m.json": {"acc": 1}}
    assert at_head(project) == {"m.json": {"acc": 1}}
    project.write("m.json", '{"acc": 2}')
    assert here(project) == {"m.json": {"acc": 2}}
    assert at_head(project) == {"m.json": {"acc": 1}}


def test_metrics_in_a_tracked_directory_come_from_the_cache(project: Project) -> None:
    inner = cached(project, '{"acc": 1}')
    md5 = cached(project, f'[{{"md5": "{inner}", "relpath": "sub/m.json"}}]', ".dir")
    project.write_all(
        {
            "dvc.yaml": "metrics: [out/sub, out/none.json]",
            "out.dvc": f"outs:\n- path: out\n  hash: md5\n  md5: {md5}\n",
            "out/extra.json": "3",
            "out/sub/new.json": "2",
            ".gitignore": "/out",
        }
    )
    project.commit()
    gone = Failure("FileNotFoundError", "[Errno 2] No storage files available: 'out/none.json'")
    assert at_head(project) == {"out/sub/m.json": {"acc": 1}, "out/none.json": gone}
    assert here(project) == {
        "out/sub/m.json": {"acc": 1},
        "out/sub/new.json": 2,
        "out/none.json": gone,
    }


def test_what_the_cache_lacks_is_a_failure_of_that_file(project: Project) -> None:
    project.write_all(
        {
            "dvc.yaml": "metrics: [m.json, gone.json, evil.json]",
            "m.json.dvc": f"outs:\n- path: m.json\n  hash: md5\n  md5: {MD5}\n",
            "evil.json.dvc": "outs:\n- path: evil.json\n  hash: md5\n  md5: ../../../../x\n",
        }
    )
    project.commit()
    for found in (here(project), at_head(project)):
        assert isinstance(found, dict)
        assert found["m.json"] == Failure(
            "FileNotFoundError", "[Errno 2] No storage files available: 'm.json'"
        )
        assert found["gone.json"] == GONE
        assert found["evil.json"].type == "UnsafePath"


# files that cannot be read


@pytest.mark.parametrize(
    ("name", "content", "kind", "text"),
    [
        ("m.json", "{", "JSONFileCorruptedError", "JSON file structure is corrupted: Expecting"),
        ("m.yaml", "a: [", "YAMLFileCorruptedError", "YAML file structure is corrupted"),
        ("m.toml", "a =", "TOMLFileCorruptedError", "TOML file structure is corrupted"),
        ("m.py", "a = (", "PythonFileCorruptedError", "Python file structure is corrupted"),
        ("m.yaml", b"\xff", "YAMLFileCorruptedError", "is not valid utf-8"),
        ("m.json", "[" * 400 + "]" * 400, "Unshowable", "nested deeper than 200 levels"),
    ],
)
def test_a_broken_file_is_a_failure_of_that_file(
    project: Project, name: str, content: str | bytes, kind: str, text: str
) -> None:
    project.write_all({"dvc.yaml": f"metrics: [{name}, ok.json]", name: content, "ok.json": "1"})
    project.commit()
    for found in (here(project), at_head(project)):
        assert isinstance(found, dict)
        assert found["ok.json"] == 1
        assert found[name].type == kind
        assert text in found[name].msg
        assert "\n" not in found[name].msg


@pytest.mark.parametrize(
    ("files", "kind", "text"),
    [
        ({"dvc.yaml": "stages: ["}, "YAMLSyntaxError", "'./dvc.yaml' is invalid"),
        ({"dvc.yaml": "foo: 1"}, "YAMLValidationError", "'./dvc.yaml' validation failed"),
        (
            {"dvc.yaml": "stages: {a: {cmd: '${x}'}}"},
            "ResolveError",
            "failed to parse 'stages.a.cmd' in 'dvc.yaml': Could not find 'x'",
        ),
        (
            {"dvc.yaml": "stages: {}", "params.yaml": "a: ["},
            "YAMLFileCorruptedError",
            "unable to read: 'params.yaml', YAML file structure is corrupted",
        ),
    ],
)
def test_a_broken_pipeline_is_a_failure_of_the_revision(
    project: Project, files: dict[str, str], kind: str, text: str
) -> None:
    project.write_all(files)
    project.commit()
    talk = console()
    sides = ("HEAD", "workspace")
    found = metrics_of(opened(project), sides, targets=[], console=talk)
    assert found == (Failure(kind, text), Failure(kind, text))
    said = talk.err.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
    assert said == "".join(
        f"WARNING: failed to load metrics in revision '{side}', {text}\n" for side in sides
    )


# parameters


def test_parameters_of_stages_are_their_keys_and_the_default_file_is_whole(
    project: Project,
) -> None:
    project.write_all(
        {
            "dvc.yaml": "params: [top.toml]\nstages: {a: {cmd: b, params: "
            "[lr, {other.yaml: [net.depth, l.1, gone]}, {sub/all.yaml: }]}}",
            "params.yaml": "lr: 1\nunused: 2\n",
            "other.yaml": "net: {depth: 3, width: 4}\nl: [5, 6]\n",
            "sub/all.yaml": "x: 7\n",
            "top.toml": "y = 8\n",
        }
    )
    project.commit()
    tracked = {
        "params.yaml": {"lr": 1},
        "other.yaml": {"net": {"depth": 3}, "l": [None, 6]},
        "sub/all.yaml": {"x": 7},
    }
    assert params(project, deps_only=True) == tracked
    assert params(project) == {
        **tracked,
        "params.yaml": {"lr": 1, "unused": 2},
        "top.toml": {"y": 8},
    }
    assert params(project, targets=("other.yaml",)) == {
        "other.yaml": {"net": {"depth": 3, "width": 4}, "l": [5, 6]}
    }


def test_the_default_file_is_shown_without_any_stage(project: Project) -> None:
    project.write("params.yaml", "lr: 1\n")
    project.commit()
    assert params(project) == {"params.yaml": {"lr": 1}}
    assert params(project, deps_only=True) == {}


def test_a_parameter_file_that_is_missing_is_a_failure(project: Project) -> None:
    project.write("dvc.yaml", "stages: {a: {cmd: b, params: [{gone.json: [x]}]}}")
    project.commit()
    assert params(project) == {"gone.json": GONE}


# which revisions


def metrics_on_branches(project: Project) -> str:
    """Commits with metrics 1 (tag v1, branch old) and 2 (main, branch same); the first commit."""
    project.write_all({"dvc.yaml": "metrics: [m.json]", "m.json": "1"})
    first = project.commit()
    project.git("tag", "-a", "v1", "-m", "annotated")
    project.git("branch", "old")
    project.write("m.json", "2")
    project.commit()
    project.git("branch", "same")
    return first


def test_without_a_choice_there_is_only_the_workspace(project: Project) -> None:
    metrics_on_branches(project)
    assert labels(project, NOWHERE) == [""]


def test_names_of_one_commit_share_a_row(project: Project) -> None:
    first = metrics_on_branches(project)
    everywhere = RevisionChoice(all_branches=True, all_tags=True)
    assert labels(project, everywhere) == ["workspace", "main,same", "old,v1"]
    assert labels(project, RevisionChoice(all_tags=True)) == ["workspace", "v1"]
    commits = labels(project, RevisionChoice(all_branches=True, all_commits=True))
    assert commits == ["workspace", project.head, first, project.git("rev-parse", "HEAD~2")]


def test_the_workspace_is_left_out_if_it_equals_the_current_branch(project: Project) -> None:
    metrics_on_branches(project)
    project.git("branch", "-D", "same")
    branches = RevisionChoice(all_branches=True)
    assert labels(project, branches) == ["main", "old"]
    project.write("m.json", "3")
    assert labels(project, branches) == ["workspace", "main", "old"]
    project.path("m.json").unlink()
    assert labels(project, branches) == ["workspace", "main", "old"]


def test_commits_before_the_project_are_left_out(new_project) -> None:  # type: ignore[no-untyped-def]
    project = new_project(dvc=False)
    project.write_all({"sub/.dvc/config": "", "sub/dvc.yaml": "metrics: [m]", "sub/m": "1"})
    project.commit()
    sub = open_project(str(project.path("sub")), project.env)
    found = metrics(sub, RevisionChoice(all_commits=True), targets=[], console=console())
    assert list(found) == ["workspace", project.head]
    assert found[project.head] == {"m": 1}
    sides = metrics_of(sub, ("HEAD~1", "HEAD"), targets=[], console=console())
    assert sides == ({}, {"m": 1})


def test_an_experiment_is_a_revision(project: Project) -> None:
    first = metrics_on_branches(project)
    base = project.head
    project.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/sunny-day", first)
    assert metrics_of(opened(project), ("sunny-day", "HEAD"), targets=[], console=console()) == (
        {"m.json": 1},
        {"m.json": 2},
    )


def test_a_branch_outweighs_an_experiment_of_its_name(project: Project) -> None:
    first = metrics_on_branches(project)
    base = project.head
    project.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/same", first)
    sides = ("same", "same")
    found = metrics_of(opened(project), sides, targets=[], console=console())
    assert found == ({"m.json": 2}, {"m.json": 2})


def test_names_that_mean_nothing_or_too_much_are_refused(project: Project) -> None:
    first = metrics_on_branches(project)
    for base in (first, project.git("rev-parse", "HEAD~2")):
        project.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/twice", first)
    for name, error in (("nope", UnknownRevision), ("twice", AmbiguousName)):
        with pytest.raises(error):
            metrics_of(opened(project), (name, "HEAD"), targets=[], console=console())


# no commits, no Git, no project


def test_before_the_first_commit_there_is_nothing_to_compare(new_project) -> None:  # type: ignore[no-untyped-def]
    project = new_project(git=False)
    project.write_all({"dvc.yaml": "metrics: [m.json]", "m.json": "1"})
    project.git("init", "-q")
    sides = ("HEAD", "workspace")
    assert metrics_of(opened(project), sides, targets=[], console=console()) == ({}, {})
    assert contents_of(opened(project), sides, deps_only=False, console=console()) is None
    assert here(project) == {"m.json": 1}
    assert labels(project, RevisionChoice(True, True, False)) == ["workspace"]
    assert labels(project, RevisionChoice(all_commits=True)) == ["workspace"]


def test_without_git_there_is_the_workspace(bare_project: Project) -> None:
    bare_project.write_all({"dvc.yaml": "metrics: [m.json]", "m.json": "1"})
    assert here(bare_project) == {"m.json": 1}
    assert labels(bare_project, RevisionChoice(all_branches=True)) == ["workspace"]
    for project in (opened(bare_project), None):
        with pytest.raises(GitRequired):
            metrics_of(project, ("HEAD", "workspace"), targets=[], console=console())


def test_without_a_project_only_targets_have_metrics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "m.json").write_text('{"a": 1}')
    monkeypatch.chdir(tmp_path / "sub")
    target = os.path.join(tmp_path, "m.json")
    assert metrics(None, NOWHERE, targets=[], console=console()) == {"": {}}
    found = metrics(None, NOWHERE, targets=[target], console=console())
    assert found == {"": {"../m.json": {"a": 1}}}


def test_contents_hold_what_was_recorded(project: Project) -> None:
    project.write_all(
        {
            "dvc.yaml": "stages: {a: {cmd: b, deps: [in, new], outs: [{o: {cache: false}}], "
            "metrics: [m.json]}}",
            "dvc.lock": "schema: '2.0'\nstages:\n  a:\n    cmd: b\n    deps:\n    - path: in\n"
            f"      hash: md5\n      md5: {MD5}.dir\n      size: 5\n      nfiles: 2\n",
            "d.dvc": f"outs:\n- path: d\n  md5: {MD5}\n  size: 3\n",
            "m.json": "1",
        }
    )
    project.commit()
    sides = contents_of(opened(project), ("HEAD", "workspace"), deps_only=False, console=console())
    assert sides is not None
    for found in sides:
        assert isinstance(found, Contents)
        assert found.deps == {"in": (f"{MD5}.dir", 5, 2), "new": (None, None, None)}
        assert found.outs == {
            "o": (None, None, None, False, False),
            "d": (MD5, 3, None, True, True),
        }
