from __future__ import annotations

import hashlib
import json

import pytest

from conftest import NewProject
from support.pipelines import two_stages
from support.project import Project

NOTHING_RAN = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.fixture
def ran(project: Project) -> Project:
    """A committed pipeline that was run."""
    two_stages(project)
    project.dvc("repro", "-q")
    project.commit("ran")
    return project


def saved(project: Project, name: str) -> str:
    """The commit of an experiment."""
    return next(c for ref, c in project.refs().items() if ref.endswith(f"/{name}"))


def tree(project: Project, name: str) -> list[str]:
    return project.git("ls-tree", "-r", "--name-only", saved(project, name)).splitlines()


def locked(project: Project) -> str:
    """What DVC's commit message holds: the hash of all entries of dvc.lock."""
    from ruamel.yaml import YAML

    entries = YAML(typ="safe", pure=True).load(project.read("dvc.lock"))["stages"]
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()


def test_the_workspace_becomes_an_experiment_and_stays_as_it_is(ran: Project) -> None:
    ran.write("params.yaml", "lr: 0.2\nseed: 7\n")
    ran.git("add", "params.yaml")
    ran.write("params.yaml", "lr: 0.3\nseed: 7\n")
    index, head = ran.path(".git/index").read_bytes(), ran.head
    made = ran.dvc("exp", "save", "-n", "mine")
    assert made.lines == ["Updating lock file 'dvc.lock'", "Experiment has been saved as: mine"]
    commit = saved(ran, "mine")
    assert ran.git("show", f"{commit}:params.yaml") == "lr: 0.3\nseed: 7"
    assert ran.git("log", "-1", "--format=%P", commit) == head
    assert (ran.path(".git/index").read_bytes(), ran.head) == (index, head)
    assert ran.git("reflog", "show", "--format=%gs", "HEAD").splitlines()[0] == "commit: ran"


def test_the_message_names_what_is_in_the_lock_file_now(ran: Project) -> None:
    ran.write("data.txt", "other\n")
    ran.dvc("exp", "save", "-q", "-n", "all")
    message = f"dvc: commit experiment {locked(ran)}"
    assert ran.git("log", "-1", "--format=%B", saved(ran, "all")) == message
    ran.dvc("exp", "save", "-q", "-n", "some", "train")
    message = f"dvc: commit experiment {NOTHING_RAN}"
    assert ran.git("log", "-1", "--format=%B", saved(ran, "some")) == message
    ran.dvc("exp", "save", "-q", "-n", "told", "-m", "my words")
    assert ran.git("log", "-1", "--format=%B", saved(ran, "told")) == "my words"


@pytest.mark.parametrize("option", ["-m", "-M", "--message"])
def test_the_users_own_message(ran: Project, option: str) -> None:
    ran.dvc("exp", "save", "-q", "-n", "mine", option, "for the paper")
    assert ran.git("log", "-1", "--format=%B", saved(ran, "mine")) == "for the paper"


def test_hidden_spellings_are_taken_and_not_shown(ran: Project) -> None:
    assert "SUPPRESS" not in ran.dvc("exp", "save", "--help").out
    ran.dvc("exp", "save", "-q", "-n", "mine")
    assert ran.dvc("exp", "apply", "--no-force", "mine").out.startswith("Changes for experiment")


def test_untracked_files_are_taken_only_when_named(ran: Project) -> None:
    ran.write(".gitignore", ran.read(".gitignore") + "*.ign\n")
    ran.write_all({"a.txt": "a\n", "b.txt": "b\n", "d/e/f": "f\n", "g.ign": "g\n"})
    made = ran.dvc("exp", "save", "-n", "mine", "-I", "b.txt", "-I", "g.ign", "-I", "nosuch")
    assert made.err == (
        "WARNING: The following untracked files were present in the workspace before saving but "
        "will not be included in the experiment commit:\n\ta.txt, d/e/f\n"
    )
    assert {"b.txt", "g.ign"} <= set(tree(ran, "mine"))
    assert not {"a.txt", "d/e/f"} & set(tree(ran, "mine"))
    ran.dvc("exp", "save", "-f", "-n", "mine", "-I", "e", cwd="d")
    assert "d/e/f" in tree(ran, "mine")


def test_files_named_at_the_top_of_dvc_yaml_belong_to_it(ran: Project) -> None:
    top = "params: [p.yaml]\nmetrics: [m.json]\nplots:\n- plt\n- both: {y: {q.csv: a}}\n"
    ran.write("dvc.yaml", ran.read("dvc.yaml") + top)
    ran.write_all({"p.yaml": "a: 1\n", "m.json": "{}\n", "plt/x.csv": "1\n", "q.csv": "a\n"})
    ran.write(".gitignore", ran.read(".gitignore") + "m.json\n")
    assert ran.dvc("exp", "save", "-n", "mine").err == ""
    assert {"p.yaml", "m.json", "plt/x.csv", "q.csv"} <= set(tree(ran, "mine"))


@pytest.mark.parametrize("place", [".", ".dvc"])
def test_a_folder_is_taken_without_our_cache_and_secrets(ran: Project, place: str) -> None:
    ran.write_all(
        {
            ".dvc/config.local": "[core]\n    analytics = false\n",
            "new.txt": "n\n",
            ".dvc/own.txt": "o\n",
        }
    )
    ran.dvc("exp", "save", "-q", "-n", "mine", "-I", place)
    added = set(tree(ran, "mine")) - set(ran.git("ls-files").splitlines())
    expected = {".dvc/own.txt"} if place == ".dvc" else {".dvc/own.txt", "new.txt"}
    assert added - {"clean.txt", "model.txt"} == expected


def test_json_names_the_commit(ran: Project) -> None:
    assert ran.dvc("exp", "save", "-n", "mine", "--json").json == {"ref": saved(ran, "mine")}


def test_a_taken_name_names_the_remedy(ran: Project) -> None:
    ran.dvc("exp", "save", "-q", "-n", "mine")
    before = saved(ran, "mine")
    refused = ran.dvc("exp", "save", "-n", "mine", code=1)
    assert refused.err.startswith("ERROR: failed to save experiment - Experiment conflicts with")
    assert "\tdvc exp save -f ...\n" in refused.err
    assert saved(ran, "mine") == before
    ran.dvc("exp", "save", "-q", "-f", "-n", "mine", "-m", "new")
    assert saved(ran, "mine") != before


def test_what_cannot_be_saved_changes_nothing(ran: Project) -> None:
    before = ran.read("dvc.lock")
    ran.write("data.txt", "other\n")
    for words in (["-n", "a/b"], ["nosuch"], ["-n", "x.lock"]):
        ran.dvc("exp", "save", *words, code=1)
    ran.path("model.txt").unlink()
    missing = ran.dvc("exp", "save", "train", code=1)
    assert "model.txt" in missing.err
    assert (ran.read("dvc.lock"), ran.refs()) == (before, {})


def test_without_a_pipeline_and_below_the_root(new_project: NewProject) -> None:
    outer = new_project(dvc=False)
    outer.write_all({"sub/.dvc/config": "", "sub/.dvc/.gitignore": "/tmp\n/cache\n", "f": "1\n"})
    outer.commit()
    outer.write_all({"f": "2\n", "sub/new": "n\n"})
    outer.dvc("exp", "save", "-q", "-n", "mine", "-I", "new", cwd="sub")
    commit = saved(outer, "mine")
    assert outer.git("show", f"{commit}:f") == "2"
    assert outer.git("show", f"{commit}:sub/new") == "n"


def test_the_real_dvc_makes_the_same_commit(ran: Project, real_dvc: str) -> None:
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "1767225600 +0000")
    ran.write_all({"data.txt": "other\n", "new.txt": "n\n"})
    ran.dvc("exp", "save", "-n", "theirs", "-I", "new.txt", by=real_dvc, env=dates)
    ran.dvc("exp", "save", "-n", "ours", "-I", "new.txt", env=dates)
    ours, theirs = saved(ran, "ours"), saved(ran, "theirs")
    assert ran.git("diff", "--name-only", ours, theirs) == ".dvc/tmp/repro.dat"
    shown = [ran.git("log", "-1", "--format=%P %an %ae %cn %ce %B", c) for c in (ours, theirs)]
    assert shown[0] == shown[1]
