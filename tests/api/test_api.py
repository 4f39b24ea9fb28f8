"""The API as programs use it: in a process of their own, which it must not make print."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import NewProject
from support.environment import SOURCES
from support.pipelines import two_stages
from support.project import Project
from support.sharing import sharing

START = "import json\nimport assay.api as assay\nresult = None\n"
END = "\nprint(json.dumps(result, default=str))\n"


@pytest.fixture
def pipeline(project: Project) -> Project:
    return two_stages(project)


def script(project: Project, code: str, *, cwd: str = ".") -> Any:
    """What `code` leaves in `result`; everything else on stdout or stderr fails the test."""
    done = project.run(
        ["python", "-P", "-c", START + code + END], cwd=cwd, env={"PYTHONPATH": str(SOURCES)}
    )
    assert done.err == ""
    return json.loads(done.out)


def fails(project: Project, code: str) -> str:
    """The message of the AssayError that `code` raises."""
    body = "".join(f"    {line}\n" for line in code.splitlines())
    caught = "except assay.AssayError as error:\n    result = error.chain()\n"
    return str(script(project, f"try:\n{body}{caught}"))


# experiments


def test_a_run_gives_the_experiment_with_its_values(pipeline: Project) -> None:
    made = script(
        pipeline,
        "made = assay.run(params={'lr': 0.5}, name='fast', message='why not')\n"
        "result = made._asdict()",
    )
    ref, commit = next((r, c) for r, c in pipeline.refs().items() if r.endswith("/fast"))
    assert (made["name"], made["rev"], made["baseline"]) == ("fast", commit, pipeline.head)
    assert (made["state"], made["params"], made["metrics"]) == (
        "success",
        {"lr": 0.5, "seed": 7},
        {"acc": 1.5},
    )
    assert pipeline.read("params.yaml") == "# how to train\nlr: 0.5  # step\nseed: 7\n"
    assert pipeline.git("log", "-1", "--format=%B", ref) == "why not"


def test_a_temporary_run_leaves_the_workspace_alone(pipeline: Project) -> None:
    result = script(pipeline, "result = assay.run(params={'lr': 2}, temp=True).metrics")
    assert result == {"acc": 6.0}
    assert pipeline.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "value", [1, -0.5, 1e-9, True, None, "", "a b", "it's", '"', "1", "true", "[x]", "ü", "a,b"]
)
def test_values_arrive_as_they_are(project: Project, value: object) -> None:
    project.write("params.yaml", "value: 0\nnested: {list: [0]}\n")
    project.write("dvc.yaml", "stages: {one: {cmd: 'true', params: [value, nested]}}\n")
    project.commit()
    result = script(
        project,
        f"assay.run(params={{'value': {value!r}, 'nested.list': [{value!r}, {{'k': 1}}]}})\n"
        "result = assay.params_show()",
    )
    assert result == {"value": value, "nested": {"list": [value, {"k": 1}]}}


def test_a_failing_stage_is_an_error_with_a_reason(pipeline: Project) -> None:
    pipeline.write("train.py", "raise SystemExit(3)\n")
    message = fails(pipeline, "assay.run()")
    assert message == "failed to reproduce 'train': failed to run: python train.py, exited with 3"


def test_what_is_refused_is_an_error(pipeline: Project) -> None:
    assert "Invalid exp name" in fails(pipeline, "assay.run(name='a/b')")
    assert "Could not override 'nope'" in fails(pipeline, "assay.run(params={'nope': 1})")
    assert "'nosuch' does not appear to be an experiment" in fails(
        pipeline, "assay.apply('nosuch')"
    )
    assert "nothing to undo" in fails(pipeline, "assay.undo()")


def test_a_sweep_is_queued_and_awaited(pipeline: Project) -> None:
    result = script(
        pipeline,
        "names = assay.queue(sweep={'lr': [0.1, 0.2], 'seed': [1, 2]}, name='s')\n"
        "waiting = assay.show()\n"
        "done = assay.wait(jobs=2)\n"
        "result = [names, [one.state for one in waiting],\n"
        "          [[one.name, one.state, one.params, one.metrics] for one in done]]",
    )
    names, states, done = result
    assert names == ["s-1", "s-2", "s-3", "s-4"]
    assert states == ["queued"] * 4
    assert done == [
        [f"s-{number}", "success", {"lr": lr, "seed": seed}, {"acc": acc}]
        for number, lr, seed, acc in (
            (1, 0.1, 1, 0.3),
            (2, 0.1, 2, 0.3),
            (3, 0.2, 1, 0.6),
            (4, 0.2, 2, 0.6),
        )
    ]
    assert sorted(pipeline.dvc("exp", "list", "--name-only").lines) == names


def test_waiting_tells_of_failures_and_of_time(pipeline: Project) -> None:
    pipeline.write("train.py", "import time; time.sleep(60)\n")
    code = "assay.queue(name='long')\nassay.wait(timeout_s=0.5)"
    assert fails(pipeline, code) == "the time is up, and not over yet: long"
    pipeline.dvc("queue", "kill", "long")
    pipeline.write("train.py", "raise SystemExit(3)\n")
    code = "assay.queue(name='bad')\nresult = [o._asdict() for o in assay.wait('bad', 'long')]"
    bad, long = script(pipeline, code)
    assert (bad["name"], bad["state"]) == ("bad", "failed")
    assert "exited with 3" in bad["error"]
    assert (long["name"], long["state"]) == ("long", "killed")
    assert "'nosuch' is not a valid experiment name" in fails(pipeline, "assay.wait('nosuch')")


def test_nothing_to_wait_for(pipeline: Project) -> None:
    assert script(pipeline, "result = assay.wait()") == []
    assert not pipeline.exists(".dvc/tmp/exps/queue")


def test_experiments_are_shown_saved_applied_and_undone(pipeline: Project) -> None:
    pipeline.dvc("repro")
    pipeline.commit("results")  # of metrics that Git is to keep, only those that it knows are saved
    result = script(
        pipeline,
        "assay.run(params={'lr': 0.5}, name='fast')\n"
        "assay.run(params={'lr': 0.01}, name='slow')\n"
        "assay.save(name='kept')\n"
        "found = {one.name: one.metrics.get('acc') for one in assay.show()}\n"
        "assay.apply('fast')\n"
        "applied = assay.metrics_show()\n"
        "undone = assay.undo()\n"
        "result = [found, applied, undone, assay.metrics_show()]",
    )
    assert result == [
        {"fast": 1.5, "slow": 0.03, "kept": 0.03},
        {"acc": 1.5},
        "exp apply fast",
        {"acc": 0.03},
    ]


def test_experiments_of_other_commits(pipeline: Project) -> None:
    pipeline.dvc("exp", "save", "-q", "-n", "first", "-m", "x", "-I", "model.txt", code=None)
    pipeline.dvc("repro", "-q")
    pipeline.dvc("exp", "save", "-q", "-n", "first")
    pipeline.commit("ran")
    pipeline.dvc("exp", "save", "-q", "-n", "second")
    names = "[one.name for one in assay.show({})]"
    assert script(pipeline, f"result = {names.format('')}") == ["second"]
    assert script(pipeline, f"result = {names.format('commits=2')}") == ["second", "first"]
    assert script(pipeline, f"result = {names.format(repr('HEAD~1'))}") == ["first"]
    assert sorted(script(pipeline, f"result = {names.format('all_commits=True')}")) == [
        "first",
        "second",
    ]


# values


def test_parameters_of_several_files_are_merged(project: Project) -> None:
    project.write_all(
        {
            "params.yaml": "lr: 1\nboth: p\ndeep: {a: 1, b: 2}\n",
            "other.json": '{"size": 3, "both": "o"}',
            "dvc.yaml": (
                "stages:\n"
                "  one: {cmd: 'true', params: [lr, deep.a, other.json: [both]]}\n"
                "  two: {cmd: 'true', params: [deep.b]}\n"
            ),
        }
    )
    project.commit()
    everything = {
        "lr": 1,
        "deep": {"a": 1, "b": 2},
        "params.yaml:both": "p",
        "other.json:both": "o",
    }
    assert script(project, "result = assay.params_show()") == everything
    assert script(project, "result = assay.params_show('other.json')") == {"size": 3, "both": "o"}
    tracked = {"lr": 1, "deep": {"a": 1, "b": 2}, "both": "o"}
    assert script(project, "result = assay.params_show(deps=True)") == tracked
    one = {"lr": 1, "deep": {"a": 1}, "both": "o"}
    assert script(project, "result = assay.params_show(stages=['one'])") == one
    project.write("params.yaml", "lr: 2\n")
    assert script(project, "result = assay.params_show(rev='HEAD')") == everything
    assert script(project, "result = assay.params_show('params.yaml')") == {"lr": 2}


def test_metrics_of_a_revision_and_of_an_experiment(pipeline: Project) -> None:
    pipeline.dvc("exp", "run", "-q", "-n", "fast", "-S", "lr=0.5")
    assert script(pipeline, "result = assay.metrics_show(rev='fast')") == {"acc": 1.5}
    assert "'metrics.json' cannot be read" in fails(pipeline, "assay.metrics_show(rev='HEAD')")
    assert "unknown Git revision 'nope'" in fails(pipeline, "assay.metrics_show(rev='nope')")


def test_a_stage_sees_the_experiment_that_runs(project: Project) -> None:
    project.write_all(
        {
            "params.yaml": "lr: 1\n",
            "stage.py": (
                f"import sys; sys.path.insert(0, {str(SOURCES)!r})\n"
                "import assay.api as assay\n"
                "with assay.open('data/in.txt') as file:\n"
                "    text = file.read()\n"
                "open('out.txt', 'w').write(f\"{assay.params_show()['lr']} {text}\")\n"
            ),
            "dvc.yaml": (
                "stages:\n"
                "  one: {cmd: python stage.py, deps: [stage.py, data], params: [lr], "
                "outs: [out.txt: {cache: false}]}\n"
            ),
            "data/in.txt": "hello",
        }
    )
    project.dvc("add", "-q", "data")
    project.commit()
    for place in ([], ["--temp"]):
        project.dvc("exp", "run", "-q", "-f", "-n", "seen", "-S", "lr=5", *place)
        commit = next(c for r, c in project.refs().items() if r.endswith("/seen"))
        assert project.git("show", f"{commit}:out.txt") == "5 hello"


# files


def test_files_are_read_from_workspace_git_cache_and_remote(new_project: NewProject) -> None:
    both = sharing(new_project)
    ours, theirs = both.ours, both.theirs
    ours.write_all({"d/a.txt": "a\n", "d/deep/b.txt": "b\n"})
    ours.dvc("add", "-q", "d")
    ours.dvc("repro", "-q")
    ours.commit("data")
    ours.dvc("push", "-q")
    ours.git("push", "-q", "origin", "main")
    theirs.git("pull", "-q", "origin", "main")
    read = "result = [assay.read('model.txt'), assay.read('d/deep/b.txt'), assay.read('data.txt')]"
    expected = ["3 rows, lr 0.1\n", "b\n", "a\nb\nc\n"]
    assert script(ours, read) == expected
    assert script(theirs, read) == expected
    assert not theirs.exists("model.txt")
    ours.write("data.txt", "x\n")
    ours.path("model.txt").unlink()
    ours.write("model.txt", "mine\n")
    assert script(ours, read)[0] == "mine\n"
    at_head = read.replace("')", "', rev='HEAD')")
    assert script(ours, at_head) == expected
    assert script(theirs, "result = assay.read('b.txt', project='d/deep')") == "b\n"


def test_text_and_bytes(project: Project) -> None:
    project.write("f", "ü\r\n")
    project.commit()
    result = script(
        project,
        "with assay.open('f', rev='HEAD', encoding='latin-1') as file:\n"
        "    latin = file.read()\n"
        "with assay.open('f', 'rb') as file:\n"
        "    raw = file.read().hex()\n"
        "result = [latin, raw, assay.read_bytes('f', rev='HEAD').hex(), assay.read('f')]",
    )
    assert result == ["Ã¼\n", "c3bc0d0a", "c3bc0d0a", "ü\r\n"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("read('nosuch')", "FileNotFoundError"),
        ("read('nosuch', rev='HEAD')", "FileNotFoundError"),
        ("read('d')", "IsADirectoryError"),
        ("read('sub', rev='HEAD')", "IsADirectoryError"),
        ("open('f', 'w')", "ValueError"),
        ("queue(sweep={'a': []})", "ValueError"),
    ],
)
def test_mistakes_are_those_of_python(project: Project, call: str, error: str) -> None:
    project.write_all({"sub/f": "1\n", "d/x": "1\n"})
    project.dvc("add", "-q", "d")
    project.commit()
    code = f"try:\n    assay.{call}\nexcept Exception as error:\n    result = type(error).__name__"
    assert script(project, code) == error


def test_lost_data_and_outputs_that_never_were(pipeline: Project) -> None:
    assert "is not in an output that was recorded" in fails(pipeline, "assay.get_url('model.txt')")
    pipeline.dvc("repro", "-q")
    pipeline.shell("rm -r .dvc/cache model.txt")
    message = fails(pipeline, "assay.read('model.txt')")
    assert message == "the data of 'model.txt' is neither in the cache nor on the remote"


def test_addresses_on_remotes(new_project: NewProject) -> None:
    both = sharing(new_project)
    both.ours.dvc("repro", "-q")
    both.ours.write_all({"d/a.txt": "a\n"})
    both.ours.dvc("add", "-q", "d")
    result = script(
        both.ours,
        "result = [assay.get_url('model.txt'), assay.get_url('d'), assay.get_url('d/a.txt')]",
    )
    model, folder, inside = result
    assert model.startswith(f"{both.store}/files/md5/")
    assert folder.endswith(".dir")
    assert inside == f"{both.store}/files/md5/60/b725f10c9c85c70d97880dfe8191b3"
    both.ours.dvc("remote", "add", "-q", "far", "s3://bucket/folder")
    assert "is not in an output" in fails(both.ours, "assay.get_url('data.txt')")
    both.ours.dvc("remote", "default", "--unset")
    assert "no remote specified" in fails(both.ours, "assay.get_url('model.txt')")


def test_the_project_is_that_of_the_directory(new_project: NewProject) -> None:
    project = two_stages(new_project("deep/er"))
    made = script(project, "result = assay.run(name='there', project='deep/er').name", cwd="../..")
    assert made == "there"
    message = script(
        project,
        "try:\n    assay.show(project='/')\nexcept assay.AssayError as e:\n    result = e.message",
    )
    assert message.startswith("you are not inside of a DVC repository")


def test_the_real_dvc_api_gives_the_same(pipeline: Project, real_python: str) -> None:
    pipeline.dvc("exp", "run", "-q", "-n", "fast", "-S", "lr=0.5")
    calls = (
        "params_show(), {0}.params_show(stages='train'), {0}.metrics_show(), {0}.read('model.txt')"
    )
    ours = script(
        pipeline,
        f"result = [assay.{calls.format('assay')}]",
    )
    code = f"import json, dvc.api as api\nprint(json.dumps([api.{calls.format('api')}]))"
    theirs = pipeline.run([real_python, "-P", "-c", code]).json
    assert ours == theirs


def test_a_run_may_start_from_another_and_take_files_along(pipeline: Project) -> None:
    pipeline.write("train.py", pipeline.read("train.py") + "open('secret').read()\n")
    pipeline.git("commit", "-qam", "secret")
    pipeline.write("secret", "s")
    result = script(
        pipeline,
        "first = assay.run(params={'lr': 2}, temp=True, copy_paths=['secret'], name='first')\n"
        "second = assay.run(params={'seed': 9}, rev='first', copy_paths=['secret'])\n"
        "assay.queue(params={'lr': 3}, rev='first', copy_paths=['secret'], name='third')\n"
        "[third] = assay.wait()\n"
        "result = [first.params, second.params, second.baseline, third.params, third.state]",
    )
    first, second, baseline, third, state = result
    assert (first, second) == ({"lr": 2, "seed": 7}, {"lr": 2, "seed": 9})
    assert (baseline, third, state) == (pipeline.head, {"lr": 3, "seed": 7}, "success")
    assert pipeline.git("status", "--porcelain", "--untracked-files=no") == ""
