"""`exp run -r`: an experiment that goes on from another one, beside the workspace."""

from __future__ import annotations

import pytest

from support.project import Project


@pytest.fixture
def training(project: Project) -> Project:
    """`prepare` once, `train` adds a line per epoch to a checkpoint that persists."""
    marks = project.root.parent
    project.write_all(
        {
            "dvc.yaml": "stages:\n"
            "  prepare:\n"
            f"    cmd: echo >> {marks}/prepared; cp data.txt ready\n"
            "    deps: [data.txt]\n"
            "    outs: [ready]\n"
            "  train:\n"
            "    cmd: sh train.sh\n"
            "    deps: [ready, train.sh]\n"
            "    params: [epochs]\n"
            "    outs: [{checkpoint: {persist: true}}]\n"
            "    metrics: [{m.json: {cache: false}}]\n",
            "train.sh": "for n in $(seq $(sed 's/.*: //' params.yaml)); do\n"
            '  echo "$DVC_EXP_NAME" >> checkpoint\n'
            f"  if test $n = 2 && test -e {marks}/fail; then exit 3; fi\n"
            "done\n"
            'echo "{\\"lines\\": $(wc -l < checkpoint)}" > m.json\n',
            "params.yaml": "epochs: 2\n",
            "data.txt": "data\n",
        }
    )
    project.commit("base")
    return project


def lines(project: Project, name: str) -> str:
    (ref,) = [ref for ref in project.refs() if ref.endswith(f"/{name}")]
    return project.git("show", f"{ref}:m.json")


def prepared(project: Project) -> int:
    return len((project.root.parent / "prepared").read_text().splitlines())


def test_it_goes_on_from_the_checkpoint_and_leaves_the_workspace_alone(training: Project) -> None:
    training.dvc("exp", "run", "--temp", "-n", "first")
    training.write("train.sh", "broken by an edit that does not matter\n")
    result = training.dvc("exp", "run", "-r", "first", "-n", "more", "-S", "epochs=3")
    assert "Reproduced experiment(s): more" in result.out
    assert (lines(training, "first"), lines(training, "more")) == ('{"lines": 2}', '{"lines": 5}')
    assert prepared(training) == 1
    assert not training.exists("checkpoint")
    assert training.read("params.yaml") == "epochs: 2\n"
    assert training.git("status", "--porcelain") == "M train.sh"


def test_without_a_change_it_goes_on_all_the_same(training: Project) -> None:
    training.dvc("exp", "run", "--temp", "-n", "first")
    training.dvc("exp", "run", "-r", "first", "-n", "second")
    training.dvc("exp", "run", "-r", "second", "-n", "third")
    assert lines(training, "third") == '{"lines": 6}'


def test_a_pipeline_without_checkpoints_comes_from_the_cache(training: Project) -> None:
    training.write("dvc.yaml", training.read("dvc.yaml").replace("persist: true", "cache: true"))
    training.commit("no checkpoint")
    training.dvc("exp", "run", "--temp", "-n", "first")
    result = training.dvc("exp", "run", "-r", "first", "-n", "again")
    assert "Running stage" not in result.out
    assert lines(training, "again") == lines(training, "first")


def test_the_result_belongs_to_the_baseline_of_its_start(training: Project) -> None:
    training.dvc("exp", "run", "--temp", "-n", "first")
    old = training.head
    training.commit("something else")
    training.dvc("exp", "run", "-r", "first", "-n", "second")
    assert sorted(training.refs()) == [
        f"refs/exps/{old[:2]}/{old[2:]}/first",
        f"refs/exps/{old[:2]}/{old[2:]}/second",
    ]
    conflict = training.dvc("exp", "run", "-r", "first", "-n", "second", code=255)
    assert "Experiment conflicts with existing experiment 'second'" in conflict.err


def test_a_commit_is_its_own_baseline(training: Project) -> None:
    first = training.head
    training.write("params.yaml", "epochs: 9\n")
    training.commit("more epochs")
    training.dvc("exp", "run", "-r", "HEAD^", "-n", "old")
    assert list(training.refs()) == [f"refs/exps/{first[:2]}/{first[2:]}/old"]
    assert lines(training, "old") == '{"lines": 2}'


def test_a_sweep_from_an_experiment_is_queued(training: Project) -> None:
    training.dvc("exp", "run", "--temp", "-n", "first")
    training.dvc("exp", "run", "--queue", "-r", "first", "-n", "s", "-S", "epochs=1,4")
    training.dvc("exp", "run", "--run-all")
    assert (lines(training, "s-1"), lines(training, "s-2")) == ('{"lines": 3}', '{"lines": 6}')


def test_a_failed_task_goes_on_where_it_stopped(training: Project) -> None:
    fail = training.root.parent / "fail"
    fail.touch()
    training.dvc("exp", "run", "--queue", "-n", "t", "-S", "epochs=5")
    training.dvc("exp", "run", "--run-all", code=1)
    fail.unlink()
    training.dvc("exp", "run", "-r", "t", "-n", "beside", "-S", "epochs=1")
    assert lines(training, "beside") == '{"lines": 3}'
    training.dvc("queue", "retry", "t")
    training.dvc("exp", "run", "--run-all")
    assert lines(training, "t") == '{"lines": 7}'
    assert prepared(training) == 1


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["nosuch"], "unknown Git revision 'nosuch'"),
        (["HEAD", "-S", "nosuch=1"], "Could not override 'nosuch'"),
        (["HEAD", "-S", "epochs=1,2"], "Sweep overrides can't be used without `--queue`"),
        (["HEAD", "nosuch"], "'nosuch' does not exist as an output or a stage name"),
    ],
)
def test_mistakes(training: Project, words: list[str], text: str) -> None:
    assert text in training.dvc("exp", "run", "-r", *words, code=255).err
    assert training.refs() == {}
    assert training.refs("refs/assay/start/") == {}


def test_a_dry_run_makes_nothing(training: Project) -> None:
    result = training.dvc("exp", "run", "-r", "HEAD", "--dry")
    assert "Running stage 'prepare':" in result.out
    assert training.refs() == {} and not training.exists("ready")
