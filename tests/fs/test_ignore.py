"""`.dvcignore`: the rules of Git, nested, with what is always left out."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.fs.ignore import IgnoreRules
from support.project import Project


class Tree:
    """A project's files in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def ignore(self, *lines: str, folder: str = ".") -> None:
        path = self.root / folder / ".dvcignore"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")

    def matches(self, path: str) -> bool:
        """Whether a path is left out; a directory is asked for with a slash at its end."""
        rules = IgnoreRules(str(self.root))
        return rules.matches(str(self.root / path), path.endswith("/"))

    def explain(self, path: str) -> str:
        rules = IgnoreRules(str(self.root))
        return str(rules.explain(str(self.root / path), path.endswith("/")))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("*.tmp", ["a.tmp", "d/a.tmp", "a.tmp/", "a.tmp/x", ".tmp"], ["a.tmpx", "tmp"]),
        ("/top", ["top", "top/", "top/x"], ["d/top", "topx"]),
        ("skip/", ["skip/", "d/skip/", "skip/a", "skip/a/b"], ["skip", "d/skip"]),
        ("foo/bar", ["foo/bar", "foo/bar/x"], ["x/foo/bar", "foo/barx"]),
        ("**/deep", ["deep", "a/deep", "a/b/deep"], ["adeep"]),
        ("q/**", ["q/a", "q/a/b", "q/a/"], ["q", "q/", "x/q/a"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "x/a/b"]),
        ("a/*/b", ["a/x/b"], ["a/b", "a/x/y/b"]),
        ("**", ["a", "a/", "a/b"], []),
        ("f?o", ["foo", "d/fxo"], ["fo", "f/o", "fooo"]),
        ("[a-c][!x]", ["az", "c1"], ["dz", "ax", "a"]),
        ("[]x]", ["]", "x"], ["a"]),
        ("[[:digit:]_]", ["5", "_"], ["a", ":"]),
        ("[z-a]", ["z"], ["a", "-"]),
        ("[abc", [], ["[abc", "a"]),
        ("\\#x", ["#x"], ["x"]),
        ("\\!y", ["!y"], ["y"]),
        ("\\*", ["*"], ["a"]),
        ("a\\ ", ["a "], ["a"]),
        ("  a b  ", ["a b"], ["a", "  a b"]),
        ("a\\", [], ["a", "a\\"]),
        ("a+(b).c", ["a+(b).c"], ["aab.c"]),
        ("é*", ["éa", "d/é"], ["e"]),
        ("a//b", [], ["a/b"]),
        ("/", [], ["a", "a/"]),
        ("!", [], ["a", "!"]),
        ("# a", [], ["a", "# a"]),
        ("line\r", ["line"], ["line\r"]),
    ],
)
def test_patterns(tree: Tree, pattern: str, inside: list[str], outside: list[str]) -> None:
    tree.ignore(pattern)
    assert [path for path in inside if not tree.matches(path)] == []
    assert [path for path in outside if tree.matches(path)] == []


def test_the_last_match_decides(tree: Tree) -> None:
    tree.ignore("*.tmp", "!keep.tmp", "/d/keep.tmp")
    assert not tree.matches("keep.tmp")
    assert tree.matches("d/keep.tmp")


def test_nothing_below_an_ignored_directory_is_taken_back(tree: Tree) -> None:
    tree.ignore("skip/", "!skip/keep")
    assert tree.matches("skip/keep")


def test_a_deeper_file_goes_before_those_above(tree: Tree) -> None:
    tree.ignore("*.tmp", "/work/other")
    tree.ignore("!a.tmp", "/d", folder="work")
    assert not tree.matches("work/a.tmp")
    assert not tree.matches("work/sub/a.tmp")
    assert tree.matches("a.tmp")
    assert tree.matches("work/b.tmp")
    assert tree.matches("work/d/x")
    assert tree.matches("work/other")
    assert not tree.matches("d")


def test_a_file_in_an_ignored_directory_says_nothing(tree: Tree) -> None:
    tree.ignore("work/")
    tree.ignore("!*", folder="work")
    assert tree.matches("work/a")


def test_what_belongs_to_git_or_dvc_is_always_left_out(tree: Tree) -> None:
    tree.ignore("!.git", "!.dvc")
    for path in (".git", ".git/", ".git/config", "d/.git/x", ".dvc/", ".dvc/config", ".hg/x"):
        assert tree.matches(path), path
    for path in (".dvc", ".hg", ".gitignore", ".github/", "data.dvc", ".dvcignore"):
        assert not tree.matches(path), path


def test_a_project_inside_is_left_out(tree: Tree) -> None:
    (tree.root / "sub" / "inner" / ".dvc").mkdir(parents=True)
    (tree.root / ".dvc").mkdir()
    assert tree.matches("sub/inner/")
    assert tree.matches("sub/inner/dvc.yaml")
    assert not tree.matches("sub/")
    assert tree.explain("sub/inner/x") == "in sub_repo:sub/inner"


def test_nothing_outside_of_the_project_is_left_out(tree: Tree) -> None:
    tree.ignore("*")
    for path in ("/tmp/x", "/", str(tree.root.parent), str(tree.root) + "x/y"):
        assert not IgnoreRules(str(tree.root)).matches(path, is_dir=path.endswith("/"))


@pytest.mark.parametrize("content", [b"", b"# a\n\n  \n", b"\xef\xbb\xbf# a\n", b"\xff\n"])
def test_a_file_of_any_bytes_is_read(tree: Tree, content: bytes) -> None:
    (tree.root / ".dvcignore").write_bytes(content)
    assert not tree.matches("a")


def test_what_decides_is_told(tree: Tree) -> None:
    tree.ignore("# comment", "*.tmp", "!keep.tmp", "skip/")
    tree.ignore("same*", folder="work")
    assert tree.explain("raw/a.tmp") == ".dvcignore:2:*.tmp"
    assert tree.explain("raw/keep.tmp") == ".dvcignore:3:!keep.tmp"
    assert tree.explain("skip/") == ".dvcignore:4:skip/"
    assert tree.explain("raw/skip/s") == ".dvcignore:4:skip/"
    assert tree.explain("work/d/same.txt") == "work/.dvcignore:1:same*"
    assert tree.explain(".dvc/config") == ":.dvc/"
    assert tree.explain(".git/x") == ":.git"
    assert tree.explain("raw/1.txt") == "None"


@pytest.mark.parametrize(
    "pattern", ["*a" * 30 + "b", "**/" * 30 + "b", "**/a/" * 30 + "b", "a*" * 30 + "/**/x" * 30]
)
def test_a_hostile_pattern_costs_little(tree: Tree, pattern: str) -> None:
    tree.ignore(pattern)
    started = time.process_time()
    assert not tree.matches("a/" * 60 + "a" * 250)
    assert time.process_time() - started < 1


NAMES = ("a", "b", "ab", "a.b", "-", "]", "B", "a b", "*", "[a]", "\\a")


@pytest.fixture(scope="module")
def forest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Git repository with files and directories of short names, three deep."""
    root = tmp_path_factory.mktemp("forest")
    subprocess.run(["git", "init", "-q", root], check=True)
    for first in ("a", "b", "ab"):
        for second in ("a", "b", "a.b"):
            folder = root / first / second
            folder.mkdir(parents=True)
            for name in NAMES:
                (folder / name).touch()
        for name in NAMES[4:]:
            (root / first / name).touch()
    for name in NAMES[4:]:
        (root / name).touch()
    yield root


SIGNS = r"a b . * ** ? / / [ab] [!a] [a-b] [ ] - ! **/ /** [[:alpha:]] []a] \ \a [^[:upper:]] [a- #"


def is_settled(line: str) -> bool:
    """Git before 2.41 takes `a**/b` for `a/**/b`, by an accident of addresses; we take a slash
    in a set for the separator that it can never match."""
    parts = line.removeprefix("!").split("/")
    odd_stars = any("**" in part and part.strip("*") for part in parts)
    return not odd_stars and not re.search(r"\[[^]]*/", line)


LINE = (
    st.lists(st.sampled_from(SIGNS.split()), min_size=1, max_size=5).map("".join).filter(is_settled)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    above=st.lists(LINE, min_size=1, max_size=4),
    below=st.lists(LINE, max_size=2),
)
def test_git_decides_the_same(forest: Path, above: list[str], below: list[str]) -> None:
    for name in (".gitignore", ".dvcignore"):
        (forest / name).write_text("\n".join(above))
        (forest / "a" / name).write_text("\n".join(below))
    rules = IgnoreRules(str(forest))
    ours, folders = {}, [str(forest)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name == ".git":
                    continue
                rule = rules.explain(entry.path, entry.is_dir())
                path = os.path.relpath(entry.path, forest)
                ours[path] = (rule.source, rule.pattern) if rule else ("", "")
                if entry.is_dir():
                    folders.append(entry.path)
    assert ours == git_verdicts(forest, list(ours))


def git_verdicts(root: Path, paths: list[str]) -> dict[str, tuple[str, str]]:
    """`file:line` and pattern of the rule that Git finds decisive for each path."""
    answer = subprocess.run(
        ["git", "check-ignore", "--no-index", "--verbose", "--non-matching", "--stdin", "-z"],
        cwd=root,
        input="\0".join(paths),
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    verdicts = {}
    for source, line, pattern, path in zip(*[iter(answer)] * 4, strict=False):
        shown = f"{source.replace('.gitignore', '.dvcignore')}:{line}" if source else ""
        verdicts[path] = (shown, pattern)
    return verdicts


def test_dvc_decides_the_same(real_dvc: str, project: Project) -> None:
    project.write(".dvcignore", "# c\n*.tmp\n!keep.tmp\n/top\nskip/\nfoo/bar\n**/deep\nz[a-c]\n")
    project.write("w/.dvcignore", "same*\n!/a.tmp\n/d/1\n")
    (project.root / "sub" / ".dvc").mkdir(parents=True)
    (project.root / "skip").mkdir()
    paths = ["raw/a.tmp", "raw/keep.tmp", "w/a.tmp", "w/b.tmp", "w/samex", "w/d/1", "top"]
    paths += ["raw/top", "skip", "skip/x", "foo/bar", "x/foo/bar", "x/deep", "za", "zd", "sub/x"]
    paths += [".dvc/config", ".git/x", "raw/1"]
    theirs = project.dvc("check-ignore", "-d", "-n", *paths, by=real_dvc).lines
    rules = IgnoreRules(str(project.root))
    ours = []
    for path in paths:
        absolute = project.root / path
        ours.append(f"{rules.explain(str(absolute), absolute.is_dir()) or '::'}\t{path}")
    assert ours == theirs
