"""Sandboxes: one holder each, used again, nothing of the last run in the next."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assay.experiments.occupants import MARK, Occupant, new_token, occupants
from assay.experiments.sandbox import Sandbox, lease, sweep
from assay.git import linked_tree
from assay.git.ignored import candidates
from assay.project import Project as Opened
from assay.project import open_project
from assay.store.placed import Placed
from support.project import Project

HOME = ".dvc/tmp/exps/sandboxes"


@pytest.fixture
def opened(project: Project) -> Opened:
    project.write_all({"a.txt": "a", "sub/b.txt": "b", ".gitignore": "/ignored\n"})
    project.commit("base")
    return open_project(str(project.root), {})


@contextmanager
def leased(opened: Opened, revision: str = "HEAD") -> Iterator[Sandbox]:
    commit = opened.git().resolve(revision)
    with lease(opened, Occupant(new_token(), "temp", "exp", commit, commit)) as sandbox:
        yield sandbox


def written(sandbox: Sandbox, path: str) -> tuple[int, int, int]:
    """Differs once a file was written again. Reading, as Git does, moves its access time alone."""
    facts = os.stat(f"{sandbox.project.root}/{path}")
    return facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns


def files(sandbox: Sandbox) -> set[str]:
    root = Path(sandbox.project.root)
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    return {path for path in found if not path.startswith((".dvc", ".git"))}


def test_a_sandbox_holds_the_files_of_the_snapshot(project: Project, opened: Opened) -> None:
    project.write("untracked", "u")
    with leased(opened) as sandbox:
        assert files(sandbox) == {"a.txt", "sub/b.txt"}
        assert sandbox.project.git().head_commit() == project.head


def test_git_works_inside_and_knows_nothing_of_it_outside(project: Project, opened: Opened) -> None:
    with leased(opened) as sandbox:
        inside = ["git", "-C", sandbox.project.root]
        assert project.run([*inside, "status", "--porcelain"]).out == ""
        assert project.run([*inside, "log", "--format=%s"]).lines == ["base", "init"]
        assert len(project.git("worktree", "list").splitlines()) == 1
        assert not project.exists(".git/worktrees")


def test_the_next_lease_clears_what_a_run_has_left(opened: Opened) -> None:
    with leased(opened) as sandbox:
        root = Path(sandbox.project.root)
        (root / "a.txt").write_text("changed")
        (root / "sub/b.txt").unlink()
        (root / "ignored").write_text("secret")
        (root / "empty/inner").mkdir(parents=True)
        (root / "loose.txt").write_text("loose")
        inner = root / "clone"
        subprocess.run(["git", "init", "-q", str(inner)], check=True)
        locked = root / "locked"
        locked.mkdir()
        (locked / "file").write_text("x")
        locked.chmod(0o500)
    with leased(opened) as again:
        assert again.project.root == str(root)
        assert files(again) == {"a.txt", "sub/b.txt"}
        assert (root / "a.txt").read_text() == "a"
        assert sorted(os.listdir(root)) == [
            *(".dvc", ".dvcignore", ".git", ".gitignore", "a.txt", "sub")
        ]


def test_only_files_that_differ_are_written(project: Project, opened: Opened) -> None:
    with leased(opened) as sandbox:
        kept = written(sandbox, "a.txt")
    project.write("sub/b.txt", "new")
    project.commit("second")
    with leased(opened) as sandbox:
        assert written(sandbox, "a.txt") == kept
        assert Path(sandbox.project.root, "sub/b.txt").read_text() == "new"


def test_each_holder_has_its_own(opened: Opened) -> None:
    with leased(opened) as one, leased(opened) as two:
        assert one.folder != two.folder
        assert {occupant.tree for occupant in occupants(opened)} == {
            one.occupant.tree,
            two.occupant.tree,
        }
    assert occupants(opened) == []
    with leased(opened) as third:
        assert third.folder == one.folder


def test_what_a_killed_run_left_running_is_ended(project: Project, opened: Opened) -> None:
    child = os.fork()
    if child == 0:
        with leased(opened) as sandbox:
            process = subprocess.Popen(
                ["sleep", "600"], env={**os.environ, **sandbox.environ}, start_new_session=True
            )
            project.write("pid", str(process.pid))
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    orphan = int(project.read("pid"))
    assert MARK.encode() in Path(f"/proc/{orphan}/environ").read_bytes()
    with leased(opened) as sandbox:
        assert sandbox.folder.endswith("/1")
        state = Path(f"/proc/{orphan}/stat")
        assert not state.exists() or state.read_text().split()[2] == "Z"


@pytest.mark.parametrize("damage", ["index", "HEAD", "lock"])
def test_a_damaged_sandbox_is_made_anew(opened: Opened, damage: str) -> None:
    with leased(opened) as sandbox:
        folder = Path(sandbox.folder)
    if damage == "index":
        (folder / "git/index").write_bytes(b"")
    elif damage == "HEAD":
        (folder / "git/HEAD").write_bytes(b"")
    else:
        (folder / "git/index.lock").write_bytes(b"")
    with leased(opened) as sandbox:
        assert files(sandbox) == {"a.txt", "sub/b.txt"}


def test_a_moved_project_keeps_its_sandboxes(project: Project, opened: Opened) -> None:
    with leased(opened):
        pass
    moved = project.root.with_name("moved")
    project.root.rename(moved)
    with leased(open_project(str(moved), {})) as sandbox:
        assert files(sandbox) == {"a.txt", "sub/b.txt"}
        assert sandbox.project.root.startswith(str(moved))


def test_settings_are_those_of_the_project_with_absolute_paths(project: Project) -> None:
    project.dvc("remote", "add", "-d", "store", "../store")
    project.dvc("config", "--local", "cache.type", "copy")
    project.commit()
    with leased(open_project(str(project.root), {})) as sandbox:
        config = sandbox.project.config
        assert config.remote("store")["url"] == str(project.root.parent / "store")
        assert sandbox.project.cache_dir == str(project.root / ".dvc/cache")
        assert config.link_kinds == ("copy",)
        written = open_project(sandbox.project.root, {}).config
        assert written.remote("store") == config.remote("store")
        assert written.cache_dir == config.cache_dir


def test_the_sandbox_of_a_sub_directory_project(project: Project) -> None:
    project.write_all({"proj/.dvc/config": "", "proj/x": "x", "outside": "o"})
    project.commit()
    opened = open_project(str(project.path("proj")), {})
    with leased(opened) as sandbox:
        assert sandbox.project.prefix == "proj"
        assert Path(sandbox.project.root, "x").read_text() == "x"
        assert Path(sandbox.project.root, "../outside").read_text() == "o"


def test_a_repository_that_keeps_references_elsewhere_gets_a_listed_tree(
    project: Project, opened: Opened
) -> None:
    # What Git of today does not mind and we take for another storage of references.
    project.path(".git/reftable").mkdir()
    for _ in range(2):
        with leased(opened) as sandbox:
            assert files(sandbox) == {"a.txt", "sub/b.txt"}
            assert project.run(["git", "-C", sandbox.project.root, "status", "-s"]).out == ""


def test_idle_sandboxes_are_swept_and_leased_ones_are_not(project: Project, opened: Opened) -> None:
    with leased(opened):
        with leased(opened):
            pass
        sweep(opened, idle_s=-1)
        assert project.exists(f"{HOME}/1/tree")
        assert not project.exists(f"{HOME}/2/tree")
        assert set(project.refs("refs/assay/sandbox")) == {"refs/assay/sandbox/1"}


def test_leftovers_are_those_that_git_names(project: Project, opened: Opened) -> None:
    project.write_all({"deep/er/file": "", "deep/er/more/file": "", "x.dvc/in": ""})
    project.commit("deep")
    with leased(opened) as sandbox:
        repository, root = sandbox.project.git(), Path(sandbox.project.root)
        (root / "ignored").write_text("secret")
        (root / "deep/er/new").write_text("new")
        (root / "deep/link").symlink_to("er")
        (root / "deep/other/folder").mkdir(parents=True)
        (root / "deep/other/folder/file").write_text("x")
        (root / "empty/inner").mkdir(parents=True)
        (root / "sub/ü\nv").write_text("odd")
        subprocess.run(["git", "init", "-q", str(root / "clone")], check=True)
        subprocess.run(["git", "init", "-q", str(root / "deep/er/more")], check=True)
        known = linked_tree.tracked(repository)
        assert known is not None
        found = linked_tree.leftovers(repository, known)
        assert "deep/other/" in found and "ignored" in found
        assert sorted(found) == sorted(linked_tree.leftovers(repository, None))


@pytest.mark.parametrize("prefix", ["", "proj"])
def test_stage_files_are_those_that_git_names(project: Project, prefix: str) -> None:
    top = f"{prefix}/" if prefix else ""
    files = ["dvc.yaml", "one.dvc", "sub/dvc.yaml", "sub/two.dvc", "sub/not-dvc.yaml"]
    project.write_all({f"{top}{name}": "" for name in files} | {"outside/dvc.yaml": ""})
    project.write_all({f"{top}.dvc/config": "", f"{top}.dvc/.gitignore": "/tmp\n/config.local\n"})
    project.commit()
    opened = open_project(str(project.path(prefix or ".")), {})
    with leased(opened) as sandbox:
        known = sandbox.stage_files
        assert known is not None
        assert sorted(known) == candidates(sandbox.project.git(), prefix)


@pytest.mark.parametrize("rule", ["/out\n", ""], ids=["ignored", "not ignored"])
def test_a_kept_output_may_hold_stage_files_unless_it_is_ignored(
    project: Project, rule: str
) -> None:
    project.write_all({".gitignore": rule, "dvc.yaml": ""})
    project.commit()
    opened = open_project(str(project.root), {})
    with leased(opened) as sandbox:
        out = Path(sandbox.project.root, "out")
        out.mkdir()
        (out / "dvc.yaml").write_text("")
        placed = Placed(sandbox.project.state_dir)
        placed.note("out", "x.dir")
        placed.save()
    with leased(opened) as sandbox:
        assert out.exists()
        assert sandbox.stage_files == (["dvc.yaml"] if rule else None)
