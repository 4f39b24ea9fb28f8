from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import NewProject
from support.sharing import Sharing, experiments_in, experiments_on, sharing


@pytest.fixture
def shared(new_project: NewProject) -> Sharing:
    """Two people; ours has run the experiments `slow` and `fast`, none is pushed."""
    both = sharing(new_project)
    both.ours.dvc("exp", "run", "-q", "-n", "slow", "-S", "lr=0.01")
    both.ours.dvc("exp", "run", "-q", "-n", "fast", "-S", "lr=0.5")
    return both


def stored(shared: Sharing) -> int:
    """How many objects are on the remote for data."""
    return sum(1 for path in Path(shared.store).rglob("*") if path.is_file())


def diverge(shared: Sharing) -> tuple[str, str]:
    """`slow` is pushed, then another one is made here: (commit there, commit here)."""
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin", "slow")
    there = experiments_on(shared.ours)["slow"]
    shared.ours.write("data.txt", "x\n")
    shared.ours.dvc("exp", "run", "-q", "-f", "-n", "slow")
    return there, experiments_in(shared.ours)["slow"]


# push


def test_an_experiment_arrives_with_its_data(shared: Sharing) -> None:
    pushed = shared.ours.dvc("exp", "push", "origin", "slow")
    assert pushed == (
        0,
        "Pushed experiment slow to Git remote 'origin'.\n2 files uploaded\n",
        "",
    )
    assert list(experiments_on(shared.ours)) == ["slow"]
    assert stored(shared) == 2


def test_again_there_is_nothing_to_do(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "origin", "slow")
    again = shared.ours.dvc("exp", "push", "origin", "slow")
    assert again.out == "Experiment slow is up to date on Git remote 'origin'.\n"
    both = shared.ours.dvc("exp", "push", "origin")
    assert both.lines == [
        "Experiment slow is up to date on Git remote 'origin'.",
        "Pushed experiment fast to Git remote 'origin'.",
        "1 file uploaded",
    ]


def test_without_data(shared: Sharing) -> None:
    pushed = shared.ours.dvc("exp", "push", "--no-cache", "origin")
    assert pushed.lines == [
        "Pushed experiment fast and slow to Git remote 'origin'.",
        "To push cached outputs for this experiment to DVC remote storage, "
        "re-run this command without '--no-cache'.",
    ]
    assert stored(shared) == 0


def test_data_that_was_left_out_follows_later(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin", "slow")
    assert "2 files uploaded" in shared.ours.dvc("exp", "push", "origin", "slow").out


def test_no_experiments(shared: Sharing) -> None:
    shared.ours.commit("next")
    assert shared.ours.dvc("exp", "push", "origin").out == "No experiments to push.\n"
    assert shared.ours.dvc("exp", "pull", "origin").out == "No experiments to pull.\n"


def test_all_or_those_of_some_commits(shared: Sharing) -> None:
    shared.ours.commit("next")
    shared.ours.dvc("exp", "save", "-q", "-n", "late")
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin", "--rev", "HEAD", "-n", "1")
    assert list(experiments_on(shared.ours)) == ["late"]
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin", "-A")
    assert sorted(experiments_on(shared.ours)) == ["fast", "late", "slow"]


def test_those_of_some_commits_are_pulled(shared: Sharing) -> None:
    shared.ours.commit("next")
    shared.ours.dvc("exp", "save", "-q", "-n", "late")
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin", "-A")
    shared.ours.git("push", "-q", "origin", "main")
    shared.theirs.git("pull", "-q")
    shared.theirs.dvc("exp", "pull", "-q", "--no-cache", "origin", "--rev", "HEAD", "-n", "1")
    assert list(experiments_in(shared.theirs)) == ["late"]
    shared.theirs.dvc("exp", "pull", "-q", "--no-cache", "origin", "--rev", "HEAD", "-n", "2")
    assert sorted(experiments_in(shared.theirs)) == ["fast", "late", "slow"]


def test_an_unknown_name_stops_everything(shared: Sharing) -> None:
    refused = shared.ours.dvc("exp", "push", "origin", "slow", "nope", "neither", code=255)
    assert refused.err == "ERROR: 'nope; neither' are not valid experiment names\n"
    assert (experiments_on(shared.ours), stored(shared)) == ({}, 0)


def test_what_would_be_overwritten_there_stays_and_gets_no_data(shared: Sharing) -> None:
    there, here = diverge(shared)
    refused = shared.ours.dvc("exp", "push", "origin", "slow", code=255)
    assert refused.out == ""
    assert refused.err == (
        "Local experiment slow has diverged from remote experiment with the same name.\n"
        "To override the remote experiment re-run with '--force'.\n"
    )
    assert (experiments_on(shared.ours), stored(shared)) == ({"slow": there}, 0)
    forced = shared.ours.dvc("exp", "push", "-f", "origin", "slow")
    assert forced.lines[0] == "Pushed experiment slow to Git remote 'origin'."
    assert experiments_on(shared.ours) == {"slow": here}


def test_others_are_pushed_beside_a_diverged_one(shared: Sharing) -> None:
    there, _ = diverge(shared)
    shared.ours.dvc("exp", "push", "origin", "-A", code=255)
    found = experiments_on(shared.ours)
    assert (sorted(found), found["slow"]) == (["fast", "slow"], there)


@pytest.mark.parametrize("command", ["push", "pull", "list"])
def test_what_is_no_remote(shared: Sharing, command: str) -> None:
    refused = shared.ours.dvc("exp", command, "nosuch", code=255)
    assert refused.err == "ERROR: 'nosuch' is not a valid Git remote or URL\n"


def test_an_unknown_remote_for_data_announces_nothing(shared: Sharing) -> None:
    refused = shared.ours.dvc("exp", "push", "-r", "nosuch", "origin", code=255)
    assert refused.err.startswith("ERROR: failed to push cache: ")
    assert "remote 'nosuch' doesn't exist" in refused.err
    assert experiments_on(shared.ours) == {}


def test_without_a_remote_for_data_experiments_go_alone(shared: Sharing) -> None:
    shared.ours.dvc("remote", "default", "--unset")
    pushed = shared.ours.dvc("exp", "push", "origin", "slow")
    assert pushed.out == "Pushed experiment slow to Git remote 'origin'.\n"
    assert pushed.err == "No remote provided and no default remote set.\n"


def test_a_refusal_of_the_server_is_told(shared: Sharing) -> None:
    hook = Path(shared.git, "hooks/pre-receive")
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    refused = shared.ours.dvc("exp", "push", "--no-cache", "origin", "slow", code=255)
    assert "ERROR: Git remote 'origin' refused 'slow' (pre-receive hook declined)" in refused.err


def test_the_run_cache_goes_along_when_asked_for(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "--run-cache", "origin")
    assert Path(shared.store, "files/md5").is_dir()
    assert Path(shared.store, "runs").is_dir()
    shared.theirs.dvc("exp", "pull", "-q", "--run-cache", "origin")
    assert shared.theirs.path(".dvc/cache/runs").is_dir()


# pull


def test_a_pulled_experiment_has_its_data_and_leaves_the_workspace_alone(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "origin")
    before = shared.theirs.listing()
    pulled = shared.theirs.dvc("exp", "pull", "origin", "slow")
    assert pulled == (
        0,
        "Pulled experiment 'slow' from Git remote 'origin'.\n2 files downloaded\n",
        "",
    )
    assert experiments_in(shared.theirs) == {"slow": experiments_in(shared.ours)["slow"]}
    assert [p for p in shared.theirs.listing() if not p.startswith(".dvc/")] == [
        p for p in before if not p.startswith(".dvc/")
    ]
    shared.theirs.dvc("exp", "apply", "slow")
    assert shared.theirs.read("model.txt") == "3 rows, lr 0.01\n"


def test_pulling_without_data_and_data_later(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "origin")
    assert shared.theirs.dvc("exp", "pull", "--no-cache", "origin").lines == [
        "Pulled experiment 'fast' and 'slow' from Git remote 'origin'.",
        "To pull cached outputs for this experiment from DVC remote storage, "
        "re-run this command without '--no-cache'.",
    ]
    assert shared.theirs.dvc("exp", "pull", "origin").lines == [
        "Experiment fast and slow are up to date.",
        "3 files downloaded",
    ]


def test_an_unknown_name_cannot_be_pulled(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin")
    refused = shared.theirs.dvc("exp", "pull", "origin", "slow", "nope", code=255)
    assert refused.err == "ERROR: 'nope' is not a valid experiment name\n"
    assert experiments_in(shared.theirs) == {}


def test_what_would_be_overwritten_here_stays(shared: Sharing) -> None:
    there, here = diverge(shared)
    refused = shared.ours.dvc("exp", "pull", "--no-cache", "origin", "slow", code=255)
    assert refused.err == (
        "Local experiment 'slow' has diverged from remote experiment with the same name. "
        "To override the local experiment re-run with '--force'.\n"
    )
    assert experiments_in(shared.ours)["slow"] == here
    forced = shared.ours.dvc("exp", "pull", "--no-cache", "-f", "origin", "slow")
    assert forced.lines[0] == "Pulled experiment 'slow' from Git remote 'origin'."
    assert experiments_in(shared.ours)["slow"] == there


def test_nothing_but_experiments_and_objects_changes(shared: Sharing) -> None:
    shared.ours.git("tag", "v1")
    shared.ours.git("branch", "new")
    shared.ours.git("push", "-q", "origin", "v1", "new")
    shared.ours.dvc("exp", "push", "-q", "origin")
    before = {k: v for k, v in shared.theirs.refs("refs/").items() if "exps" not in k}
    index = shared.theirs.path(".git/index").read_bytes()
    shared.theirs.dvc("exp", "pull", "-q", "origin")
    after = {k: v for k, v in shared.theirs.refs("refs/").items() if "exps" not in k}
    assert after == before
    assert shared.theirs.path(".git/index").read_bytes() == index
    assert not shared.theirs.exists(".git/FETCH_HEAD")
    assert shared.theirs.git("status", "--porcelain") == ""


# the remote itself


def test_the_remote_is_listed_by_name_path_and_from_anywhere(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin")
    assert shared.theirs.dvc("exp", "list", "origin").lines == ["main:", "\tfast", "\tslow"]
    shared.theirs.write("deep/file", "")
    for place in ("../../origin.git", shared.git, f"file://{shared.git}"):
        listed = shared.theirs.dvc("exp", "list", "--name-only", place, cwd="deep")
        assert listed.lines == ["fast", "slow"]
    found = shared.theirs.dvc("exp", "list", "--json", "origin").json
    assert {e["name"]: e["rev"] for e in found[0]["experiments"]} == experiments_in(shared.ours)


def test_only_names_can_be_listed_alone(shared: Sharing) -> None:
    refused = shared.ours.dvc("exp", "list", "--sha-only", "origin", code=255)
    assert refused.err == "ERROR: --sha-only not supported with git_remote.\n"


def test_baselines_that_are_not_here_are_listed_with_all(shared: Sharing) -> None:
    shared.ours.commit("not pushed as a branch")
    shared.ours.dvc("exp", "save", "-q", "-n", "late")
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin", "-A")
    assert shared.theirs.dvc("exp", "list", "origin", "--name-only").lines == ["fast", "slow"]
    assert f"{shared.ours.head[:7]}:" in shared.theirs.dvc("exp", "list", "origin", "-A").lines
    shared.theirs.dvc("exp", "pull", "-q", "--no-cache", "origin", "late")
    assert "late" in experiments_in(shared.theirs)


def test_removing_there_leaves_what_is_here(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin")
    removed = shared.ours.dvc("exp", "remove", "-g", "origin", "slow")
    assert removed.out == "Removed experiments: 'slow'\n"
    assert list(experiments_on(shared.ours)) == ["fast"]
    assert sorted(experiments_in(shared.ours)) == ["fast", "slow"]
    shared.ours.dvc("exp", "remove", "-A", "-g", "origin")
    assert experiments_on(shared.ours) == {}
    assert shared.ours.dvc("exp", "remove", "-A", "-g", "origin").out == (
        "No experiments to remove.\n"
    )


def test_removing_all_but_some_there(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin")
    shared.ours.dvc("exp", "remove", "--keep", "-g", "origin", "slow")
    assert list(experiments_on(shared.ours)) == ["slow"]


def test_what_is_not_there_is_not_removed(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin", "slow")
    refused = shared.ours.dvc("exp", "remove", "-g", "origin", "slow", "fast", code=255)
    assert refused.err == "ERROR: Experiment 'fast' does not exist in 'origin'\n"
    assert list(experiments_on(shared.ours)) == ["slow"]


def test_renaming_there_leaves_what_is_here(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin")
    there = experiments_on(shared.ours)
    renamed = shared.theirs.dvc("exp", "rename", "-g", "origin", "slow", "slower")
    assert renamed.out == "Renamed experiments: 'slow'\n"
    assert experiments_on(shared.ours) == {"slower": there["slow"], "fast": there["fast"]}
    assert sorted(experiments_in(shared.ours)) == ["fast", "slow"]
    assert experiments_in(shared.theirs) == {}


def test_renaming_there_overwrites_only_when_told(shared: Sharing) -> None:
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin")
    there = experiments_on(shared.ours)
    refused = shared.ours.dvc("exp", "rename", "-g", "origin", "slow", "fast", code=255)
    assert "dvc exp rename -f" in refused.err
    unknown = shared.ours.dvc("exp", "rename", "-g", "origin", "nope", "x", code=255)
    assert unknown.err == "ERROR: Experiment 'nope' does not exist in 'origin'\n"
    assert experiments_on(shared.ours) == there
    shared.ours.dvc("exp", "rename", "-f", "-g", "origin", "slow", "fast")
    assert experiments_on(shared.ours) == {"fast": there["slow"]}


# corners


def test_a_name_of_several_baselines_is_that_of_head_or_ambiguous(shared: Sharing) -> None:
    shared.ours.commit("next")
    shared.ours.dvc("exp", "save", "-q", "-n", "slow")
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin", "-A")
    refused = shared.theirs.dvc("exp", "pull", "--no-cache", "origin", "slow")
    assert refused.lines[0] == "Pulled experiment 'slow' from Git remote 'origin'."
    shared.theirs.commit("elsewhere")
    ambiguous = shared.theirs.dvc("exp", "pull", "--no-cache", "origin", "slow", code=255)
    full = [ref for ref in shared.ours.refs() if ref.endswith("/slow")]
    assert ambiguous.err.splitlines()[2:] == [f"\t{ref}" for ref in full]
    shared.theirs.dvc("exp", "pull", "-q", "--no-cache", "origin", *full)
    assert set(full) <= set(shared.theirs.refs())


def test_signing_hooks_and_strangers_do_not_matter(shared: Sharing) -> None:
    ours = shared.ours
    for setting in ("commit.gpgSign", "push.gpgSign", "tag.gpgSign"):
        ours.git("config", setting, "true")
    for hook in ("pre-push", "reference-transaction", "post-checkout"):
        ours.write(f".git/hooks/{hook}", "#!/bin/sh\ntouch hooked; exit 1\n").chmod(0o755)
    nobody = {f"GIT_{role}_{what}": "" for role in ("AUTHOR", "COMMITTER") for what in ("NAME",)}
    ours.dvc("exp", "save", "-n", "third", env=nobody)
    ours.dvc("exp", "push", "-q", "origin", "third")
    assert list(experiments_on(ours)) == ["third"]
    assert not ours.exists("hooked")


def test_a_shallow_clone_pulls(shared: Sharing, new_project: NewProject) -> None:
    shared.ours.dvc("exp", "push", "-q", "origin")
    shallow = new_project("shallow", git=False, dvc=False)
    shallow.git("clone", "-q", "--depth", "1", f"file://{shared.git}", ".")
    shallow.dvc("exp", "pull", "-q", "origin", "slow")
    shallow.dvc("exp", "apply", "slow")
    assert shallow.read("model.txt") == "3 rows, lr 0.01\n"


def test_a_detached_head_pushes(shared: Sharing) -> None:
    shared.ours.git("checkout", "-q", "--detach")
    shared.ours.dvc("exp", "push", "-q", "--no-cache", "origin")
    assert sorted(experiments_on(shared.ours)) == ["fast", "slow"]


def test_a_broken_workspace_is_no_obstacle(shared: Sharing) -> None:
    shared.ours.write("dvc.yaml", "stages: [\n")
    shared.ours.dvc("exp", "push", "-q", "origin")
    assert stored(shared) == 3


def test_data_that_is_lost_is_named(shared: Sharing) -> None:
    shutil.rmtree(shared.ours.path(".dvc/cache/files"))
    pushed = shared.ours.dvc("exp", "push", "origin", "slow")
    assert "Some of the cache files do not exist neither locally nor on remote" in pushed.err
    assert list(experiments_on(shared.ours)) == ["slow"]


# with the real DVC


def test_what_we_push_dvc_pulls_and_the_other_way_round(shared: Sharing, real_dvc: str) -> None:
    ours, theirs = shared.ours, shared.theirs
    ours.dvc("exp", "push", "origin", "slow")
    assert theirs.dvc("exp", "list", "origin", by=real_dvc).lines == ["main:", "\tslow"]
    theirs.dvc("exp", "pull", "origin", "slow", by=real_dvc)
    theirs.dvc("exp", "apply", "slow", by=real_dvc)
    assert theirs.read("model.txt") == "3 rows, lr 0.01\n"
    theirs.dvc("exp", "run", "-n", "back", "-S", "lr=2", by=real_dvc)
    theirs.dvc("exp", "push", "origin", "back", by=real_dvc)
    ours.dvc("exp", "pull", "origin", "back")
    ours.dvc("exp", "apply", "back")
    assert ours.read("model.txt") == "3 rows, lr 2.0\n"
