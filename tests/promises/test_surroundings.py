"""A whole session goes the same way whatever the environment and Git's settings are (P1, P9).

Experiments of one second have no order of their own, so the order of lines does not count here.
"""

from __future__ import annotations

import functools
import re

import pytest

from conftest import NewProject
from support.forked import forked, load_all
from support.project import Project

SLOW = pytest.mark.slow

DVC_YAML = """\
stages:
  copy:
    cmd: mkdir -p out && cp data/*.txt out/
    deps: [data]
    outs: [out]
  train:
    cmd: echo "{\\"acc\\":$(grep -c lr params.yaml)}" > metrics.json
    deps: [out]
    params: [lr]
    metrics: [{metrics.json: {cache: false}}]
"""

# Names that Git would quote, and one that looks like an option.
FILES = {
    "data/ä b.txt": "1\n",
    "data/-f.txt": "2\r\n3\n",
    "params.yaml": "lr: 1\n",
    "dvc.yaml": DVC_YAML,
    "code-é.py": "pass\n",
}

SESSION = [
    "add data",
    "status",
    "exp run -n one",
    "!git add -A && git commit -qm two",
    "exp run -n two -S lr=2",
    "exp run -n three -S lr=3 --temp",
    "exp run -n four -S lr=4 --queue",
    "queue status --json",
    "exp show --csv",
    "exp list -A",
    "params diff",
    "metrics diff",
    "exp apply two",
    "diff",
    "data status",
    "status --json",
    "exp branch three branch-three",
    "exp remove one",
    "checkout -f",
    "gc -A -f",
    "undo",
    "exp save -n saved",
    "exp diff two three",
    "check-ignore data",
    "!git status --porcelain --ignored=no && git for-each-ref --format='%(refname)' refs/heads",
]

DATES = {
    "GIT_AUTHOR_DATE": "2024-01-02T03:04:05Z",
    "GIT_COMMITTER_DATE": "2024-01-02T03:04:05Z",
}

SETTINGS = """\
[core]
    quotePath = {yes}
    autocrlf = false
    pager = false
    abbrev = 40
    fsmonitor = true
    untrackedCache = true
    commentChar = ";"
    preloadIndex = true
    logAllRefUpdates = always
    askPass = false
    editor = false
[color]
    ui = always
    branch = always
    diff = always
    status = always
[status]
    showUntrackedFiles = no
    relativePaths = false
    short = true
    branch = true
    submoduleSummary = true
[log]
    showSignature = true
    decorate = full
    date = relative
    abbrevCommit = true
    follow = true
[diff]
    external = false
    noprefix = true
    mnemonicPrefix = true
    renames = copies
    orderFile = /dev/null
    submodule = log
    algorithm = patience
[alias]
    status = !false
    log = !false
    show-ref = !false
    cat-file = !false
    commit-tree = !false
    read-tree = !false
    update-index = !false
[format]
    pretty = raw
[core "x"]
    y = z
[init]
    defaultBranch = odd
    templateDir = /nonexistent
[commit]
    gpgSign = true
    verbose = true
[tag]
    gpgSign = true
[gpg]
    program = false
[push]
    default = nothing
[index]
    version = 4
    threads = true
[feature]
    manyFiles = true
[advice]
    detachedHead = true
[interactive]
    diffFilter = false
[gc]
    auto = 1
    autoDetach = false
[fetch]
    prune = true
    writeCommitGraph = true
[submodule]
    recurse = true
[blame]
    ignoreRevsFile = /nonexistent
[i18n]
    logOutputEncoding = latin1
[column]
    ui = always
[grep]
    lineNumber = true
[protocol]
    version = 1
[safe]
    bareRepository = explicit
"""

SURROUNDINGS = {
    "no home, no user": {"HOME": "/nonexistent/home"},
    "the plainest locale": {"LC_ALL": "C", "LANG": "C", "TERM": "dumb"},
    "no locale": {"LC_ALL": "", "LANG": "", "LANGUAGE": "de"},
    "another language": {"LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"},
    "inside a hook": {
        "GIT_DIR": "/nonexistent/.git",
        "GIT_INDEX_FILE": "/nonexistent/index",
        "GIT_WORK_TREE": "/nonexistent",
        "GIT_OBJECT_DIRECTORY": "/nonexistent/objects",
        "GIT_PREFIX": "some/",
        "GIT_LITERAL_PATHSPECS": "1",
    },
    "a shell with a taste": {
        "CDPATH": "/tmp:/",
        "IFS": ":",
        "GREP_OPTIONS": "--color=always",
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_PAGER": "false",
        "PAGER": "false",
        "LESS": "-FRX",
        "EDITOR": "false",
        "COLUMNS": "0",
        "NO_COLOR": "",
        "FORCE_COLOR": "1",
        "CLICOLOR_FORCE": "1",
        "ENV": "/nonexistent",
        "BASH_ENV": "/nonexistent",
        "POSIXLY_CORRECT": "1",
    },
    "git talks": {"GIT_TRACE": "1", "GIT_TRACE_SETUP": "1", "GIT_TRACE2": "1", "GIT_ADVICE": "1"},
}


def session(project: Project, env: dict[str, str]) -> list[tuple[str, int, str]]:
    """Each step with its exit code and what it said, in words that do not depend on the place."""
    said = []
    for step in SESSION:
        if step.startswith("!"):
            result = project.shell(step[1:], code=None)
        else:
            result = forked(step.split(), cwd=str(project.root), env={**project.env, **env})
        assert "Traceback" not in result.out + result.err, (step, result.err)
        text = result.out.replace(str(project.root), "<root>")
        text = re.sub(r"\b[0-9a-f]{7,40}\b|\d\d:\d\d.[AP]M", "#", text)
        said.append((step, result.code, "\n".join(sorted(text.splitlines()))))
    return said


def prepared(new_project: NewProject, name: str) -> Project:
    load_all()
    project = new_project(name)
    project.env.update(DATES)
    project.write_all(FILES)
    project.git("add", "-A", ":!data")
    project.git("commit", "-qm", "pipeline")
    return project


@functools.cache
def _usual() -> list[list[tuple[str, int, str]]]:
    return []


@pytest.fixture
def usual(new_project: NewProject) -> list[tuple[str, int, str]]:
    """The session in a well-kept home; played once for all tests of a process."""
    known = _usual()
    if not known:
        known.append(session(prepared(new_project, "usual"), {}))
    return known[0]


def test_the_session_does_something(usual: list[tuple[str, int, str]]) -> None:
    assert [(step, said) for step, code, said in usual if code != 0 and "ignore" not in step] == []


@pytest.mark.parametrize(
    "name",
    [
        name if name in ("no home, no user", "inside a hook") else pytest.param(name, marks=SLOW)
        for name in SURROUNDINGS
    ],
)
def test_the_environment_makes_no_difference(
    new_project: NewProject, usual: list[tuple[str, int, str]], name: str
) -> None:
    played = session(prepared(new_project, "odd"), SURROUNDINGS[name])
    for found, expected in zip(played, usual, strict=True):
        assert found == expected


@pytest.mark.parametrize("quoted", ["true", pytest.param("false", marks=SLOW)])
def test_settings_of_git_make_no_difference(
    new_project: NewProject, usual: list[tuple[str, int, str]], quoted: str
) -> None:
    project = prepared(new_project, "odd")
    settings = project.home / "gitconfig"
    settings.write_text(SETTINGS.format(yes=quoted))
    env = {"GIT_CONFIG_GLOBAL": str(settings)}
    for found, expected in zip(session(project, env), usual, strict=True):
        assert found == expected


def test_no_file_is_open_to_others_when_the_user_says_so(new_project: NewProject) -> None:
    project = prepared(new_project, "private")
    command = "umask 077; dvc add data; dvc exp run -n one; dvc exp show --csv"
    project.shell(command)
    for path in project.path(".dvc/tmp").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
