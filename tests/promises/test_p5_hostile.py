"""P5: no name from a file can reach outside its root, and restored bytes are what they claim."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from support.project import Project


def put_object(project: Project, data: bytes, suffix: str = "") -> str:
    """An object in the cache, as a remote or another tool could have left it there."""
    name = hashlib.md5(data).hexdigest()
    file = project.write(f".dvc/cache/files/md5/{name[:2]}/{name[2:]}{suffix}", data)
    file.chmod(0o444)
    return name + suffix


def hostile_folder(project: Project, path: str) -> None:
    """A tracked folder `data` whose listing names `path`."""
    content = put_object(project, b"#!/bin/sh\necho pwned\n")
    listing = json.dumps([{"md5": content, "relpath": path}], sort_keys=True).encode()
    tree = put_object(project, listing, ".dir")
    project.write(
        "data.dvc", f"outs:\n- md5: {tree}\n  size: 21\n  nfiles: 1\n  hash: md5\n  path: data\n"
    )


@pytest.mark.parametrize(
    "path",
    [
        "../evil",
        "../../evil",
        "/tmp/assay-evil",
        "a/../../evil",
        ".git/hooks/post-checkout",
        "sub/.GIT/config",
        ".dvc/config",
        "",
        ".",
        "a\0b",
    ],
)
def test_a_listing_cannot_leave_its_folder(project: Project, path: str) -> None:
    hostile_folder(project, path)
    before = project.listing()
    result = project.dvc("checkout", code=None)
    assert result.code != 0
    assert "Traceback" not in result.err
    assert [name for name in project.listing() if "evil" in name or "hooks" in name] == [
        name for name in before if "evil" in name or "hooks" in name
    ]
    assert not os.path.exists("/tmp/assay-evil")
    assert not project.root.parent.joinpath("evil").exists()


@pytest.mark.parametrize("path", ["../mine", ".git/hooks/pre-commit", "out/mine", "{root}/mine"])
def test_a_tracked_path_cannot_be_outside(project: Project, path: str) -> None:
    """Neither written nor deleted, with the object in the cache and without."""
    above = project.root.parent
    project.path("out").symlink_to(above)
    path = path.format(root=above)
    good = put_object(project, b"#!/bin/sh\necho pwned\n")
    for md5, options in ((good, []), (good, ["-f"]), ("a" * 32, ["-f"])):
        project.write("evil.dvc", f"outs:\n- md5: {md5}\n  hash: md5\n  path: {path}\n")
        for mine in ("mine", None):
            above.joinpath("mine").unlink(missing_ok=True)
            if mine is not None:
                above.joinpath("mine").write_text(mine)
            refused = project.dvc("checkout", *options, code=255).err
            is_private = path.startswith(".git")
            reason = "is ignored by :.git" if is_private else "was not restored: refusing the path"
            assert reason in refused
            assert above.joinpath("mine").exists() is (mine is not None)
            assert not project.exists(".git/hooks/pre-commit")


def test_a_hostile_path_does_not_keep_others_from_being_restored(project: Project) -> None:
    md5 = put_object(project, b"data\n")
    for name, path in (("a", "../mine"), ("b", "b")):
        project.write(f"{name}.dvc", f"outs:\n- md5: {md5}\n  hash: md5\n  path: {path}\n")
    assert project.dvc("checkout", code=255).out == "A\tb\n"


def test_a_link_inside_a_tracked_folder_is_not_followed(project: Project) -> None:
    project.write("outside/keep.txt", "mine\n")
    project.write("data/sub/a.txt", "a\n")
    project.dvc("add", "data")
    (project.path("data/sub/a.txt")).unlink()
    project.path("data/sub").rmdir()
    project.path("data/sub").symlink_to(project.path("outside"))
    project.dvc("checkout", "-f")
    assert not project.path("data/sub").is_symlink()
    assert project.read("data/sub/a.txt") == "a\n"
    assert os.listdir(project.path("outside")) == ["keep.txt"]


def test_removing_an_output_that_is_a_link_removes_the_link(project: Project) -> None:
    project.write("precious/a.txt", "a\n")
    project.write("dvc.yaml", "stages: {s: {cmd: mkdir out && echo 1 > out/x, outs: [out]}}\n")
    project.path("out").symlink_to("precious")
    project.dvc("repro")
    assert project.read("precious/a.txt") == "a\n"
    assert not project.path("out").is_symlink()


def test_a_damaged_object_is_not_restored(project: Project) -> None:
    project.write("data.txt", "right\n")
    project.dvc("add", "data.txt")
    name = hashlib.md5(b"right\n").hexdigest()
    file = project.path(f".dvc/cache/files/md5/{name[:2]}/{name[2:]}")
    file.chmod(0o644)
    file.write_bytes(b"wrong\n")
    file.chmod(0o444)
    project.path("data.txt").unlink()
    result = project.dvc("checkout", code=255)
    assert "data.txt" in result.err
    assert not project.exists("data.txt")


@pytest.mark.parametrize("md5", ["../../../../etc/passwd", "..", "a" * 31, "/etc/passwd", "g" * 32])
def test_a_hash_is_no_path(project: Project, md5: str) -> None:
    project.write("data.dvc", f"outs:\n- md5: '{md5}'\n  hash: md5\n  path: data\n")
    for command in ("status", "checkout", "repro"):
        result = project.dvc(command, code=None)
        assert "Traceback" not in result.out + result.err
    assert not project.exists("data")


@pytest.mark.parametrize("command", ["add d", "status", "data status", "commit -f d.dvc", "diff"])
def test_a_pipe_or_socket_in_a_tracked_directory_never_hangs(
    project: Project, command: str
) -> None:
    """Whoever opened it would wait for ever; it is named instead, and nothing is recorded."""
    project.write("d/a", "a\n")
    if command != "add d":
        project.dvc("add", "-q", "d")
        project.commit()
    project.write("d/b", "new\n")
    os.mkfifo(project.path("d/pipe"))

    done = project.dvc(*command.split(), code=None)
    if command != "data status" and command != "diff":
        assert done.code != 0
        assert f"cannot read '{project.path('d/pipe')}': Not a regular file" in done.err
    assert project.exists("d.dvc") is (command != "add d")
    assert "Traceback" not in done.err
