"""`completion`: what the Tab key offers, asked of real shells."""

from __future__ import annotations

import shutil

import pytest

from support.project import Project

# Puts the words into the variables that bash sets, and prints what it would offer.
BASH = """
source <("$1" completion)
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
__assay_complete "$1"
printf '%s\\n' "${COMPREPLY[@]}"
"""
# zsh itself matches what is offered, so this shows everything.
ZSH = """
compdef() { :; }
compadd() { print -l -- "${(@P)2}"; }
compset() { PREFIX=${PREFIX#*=}; }
_files() { print "files $*"; }
source <("$1" completion -s zsh)
shift
words=("$@") CURRENT=$# PREFIX=${@[-1]}
__assay_complete
"""


@pytest.fixture
def filled(project: Project) -> Project:
    """Two stages, a .dvc file, a remote, an experiment and a few files."""
    stages = (
        "stages:\n  train:\n    cmd: echo 1 > m\n    metrics:\n    - m\n  test:\n    cmd: echo\n"
    )
    project.write_all({"dvc.yaml": stages, "data/x": "x\n", "tasks.txt": "", "train.py": ""})
    project.dvc("add", "-q", "data")
    project.dvc("remote", "add", "-q", "store", "/nowhere")
    project.commit("filled")
    project.dvc("exp", "run", "-q", "-n", "first")
    return project


def offered(project: Project, line: str, *, program: str = "dvc", cwd: str = ".") -> list[str]:
    """What bash offers for the last word of `line`, which follows the program."""
    words = [program, *line.split(" ")]
    command = ["bash", "--norc", "-c", BASH, "bash", program, *words]
    return sorted(word for word in project.run(command, cwd=cwd).lines if word)


def test_commands_and_their_other_names(project: Project) -> None:
    assert offered(project, "ch") == ["check-ignore", "checkout"]
    assert offered(project, "exp r") == ["remove", "rename", "rm", "run"]
    assert offered(project, "experiments ls") == ["ls"]
    assert offered(project, "rem", program="assay") == ["remote", "remove"]
    assert offered(project, "-q --cd .dvc ro") == ["root"]
    assert offered(project, "nonsense a") == []


def test_options(project: Project) -> None:
    assert offered(project, "exp run --force") == ["--force", "--force-downstream"]
    assert offered(project, "mv --q") == offered(project, "move --q") == ["--quiet"]
    assert "--all" not in offered(project, "check-ignore -")


def test_values_of_options(filled: Project) -> None:
    assert offered(filled, "completion -s ") == ["bash", "zsh"]
    assert offered(filled, "completion --shell = z") == ["zsh"]  # bash splits at "="
    assert offered(filled, "push -r ") == ["store"]
    assert offered(filled, "exp run -m te") == []


def test_stages_files_and_directories(filled: Project) -> None:
    assert offered(filled, "freeze t") == ["test", "train"]
    assert offered(filled, "freeze d") == ["data", "data.dvc", "dvc.yaml"]
    assert offered(filled, "repro -f tr") == ["train"]
    assert offered(filled, "status t") == ["tasks.txt", "test", "train", "train.py"]
    assert offered(filled, "add t") == ["tasks.txt", "train.py"]
    assert offered(filled, "cache dir d") == ["data"]


def test_experiments_remotes_and_revisions(filled: Project) -> None:
    assert offered(filled, "exp apply ") == ["first"]
    assert offered(filled, "remote rename ") == ["store"]
    assert offered(filled, "remote rename store ") == []
    assert offered(filled, "metrics diff m") == ["main"]


def test_outside_of_a_project_nothing_is_said(empty_folder: Project) -> None:
    for line in ("freeze x", "exp apply ", "push -r ", "diff "):
        words = ["dvc", *line.split(" ")]
        said = empty_folder.run(["bash", "--norc", "-c", BASH, "bash", "dvc", *words])
        assert (said.out.strip(), said.err) == ("", "")


def test_both_names_are_registered(project: Project) -> None:
    script = project.dvc("completion").out
    assert script.endswith(
        "complete -o bashdefault -F __assay_complete assay\n"
        "complete -o bashdefault -F __assay_complete dvc\n"
    )
    assert project.dvc("completion", "-s", "zsh").out.startswith("#compdef dvc assay\n")
    project.dvc("completion", "-s", "fish", code=254)


def test_the_same_in_zsh(filled: Project) -> None:
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")

    def offered_by_zsh(line: str) -> list[str]:
        words = ["dvc", *line.split(" ")]
        return sorted(filled.run(["zsh", "-f", "-c", ZSH, "zsh", "dvc", *words]).lines)

    assert offered_by_zsh("exp apply ") == ["first"]
    assert {"rename", "run", "ls"} < set(offered_by_zsh("exp r"))
    assert {"--force", "--json"} < set(offered_by_zsh("exp save -"))
    assert offered_by_zsh("completion --shell=z") == ["bash", "zsh"]
    assert offered_by_zsh("completion -s ") == ["bash", "zsh"]
    assert offered_by_zsh("remove ") == ["files -g (*.dvc|dvc.yaml)(-.)", "test", "train"]
    assert offered_by_zsh("add ") == ["files"]
