from __future__ import annotations

import pytest

from conftest import NewProject
from support.sharing import Sharing, experiments_in, experiments_on, sharing

ANNOUNCED = "Pushing experiment to 'origin'. Cancel with CTRL+C."


@pytest.fixture
def shared(new_project: NewProject) -> Sharing:
    both = sharing(new_project)
    both.ours.dvc("config", "exp.auto_push", "true")
    both.ours.commit("push by itself")
    return both


def test_what_is_run_is_pushed_with_data_and_run_cache(shared: Sharing) -> None:
    ran = shared.ours.dvc("exp", "run", "-n", "here")
    assert ANNOUNCED in ran.out
    shared.ours.dvc("exp", "run", "-n", "there", "--temp", "-S", "lr=2")
    assert experiments_on(shared.ours) == experiments_in(shared.ours)
    shared.theirs.dvc("exp", "pull", "-q", "--run-cache", "origin", "-A")
    shared.theirs.dvc("exp", "apply", "there")
    assert shared.theirs.read("model.txt") == "3 rows, lr 2.0\n"


def test_what_the_queue_runs_is_pushed(shared: Sharing) -> None:
    shared.ours.dvc("exp", "run", "--queue", "-n", "later")
    shared.ours.dvc("exp", "run", "--run-all")
    assert list(experiments_on(shared.ours)) == ["later"]


def test_the_environment_outweighs_the_configuration(shared: Sharing) -> None:
    shared.ours.dvc("exp", "run", "-q", "-n", "kept", env={"DVC_EXP_AUTO_PUSH": "false"})
    assert experiments_on(shared.ours) == {}
    shared.ours.dvc("config", "exp.auto_push", "false")
    other = {"DVC_EXP_AUTO_PUSH": "1", "DVC_EXP_GIT_REMOTE": shared.git}
    ran = shared.ours.dvc("exp", "run", "-n", "sent", "-S", "lr=2", env=other)
    assert f"Pushing experiment to '{shared.git}'." in ran.out
    assert list(experiments_on(shared.ours)) == ["sent"]


@pytest.mark.parametrize("remote", ["nosuch", "ext::touch hacked"])
def test_a_remote_that_cannot_be_is_told_before_the_run(shared: Sharing, remote: str) -> None:
    shared.ours.dvc("config", "exp.git_remote", remote)
    ran = shared.ours.dvc("exp", "run", "-n", "mine")
    assert ran.err == (
        "WARNING: Failed to validate remotes. Disabling auto push: "
        f"'{remote}' is not a valid Git remote or URL\n"
    )
    assert list(experiments_in(shared.ours)) == ["mine"]
    assert not shared.ours.exists("hacked")


def test_trouble_with_the_push_is_none_of_the_run(shared: Sharing) -> None:
    shared.ours.git("remote", "set-url", "origin", "../gone.git")
    ran = shared.ours.dvc("exp", "run", "-n", "mine")
    assert "WARNING: Something went wrong while auto pushing experiment" in ran.err
    assert "Reproduced experiment(s): mine" in ran.out


def test_a_diverged_experiment_is_not_overwritten(shared: Sharing) -> None:
    shared.ours.dvc("exp", "run", "-q", "-n", "mine")
    there = experiments_on(shared.ours)
    again = shared.ours.dvc("exp", "run", "-f", "-n", "mine", "-S", "lr=3")
    assert "the remote has not taken it: it has diverged" in again.err
    assert experiments_on(shared.ours) == there
