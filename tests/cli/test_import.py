"""`import`, `get`, `list`, `du`: another repository, by path or URL, at any commit."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from assay.formats.yaml_read import parse
from conftest import NewProject
from support.project import Project


@pytest.fixture
def source(new_project: NewProject) -> Project:
    """A repository with data of DVC and files of Git, two commits; its data is on a remote."""
    made = new_project("source")
    made.write_all({"data/a": "a\n", "data/sub/b": "b\n", "model": "one\n", "code/run.py": "1\n"})
    made.dvc("remote", "add", "-q", "-d", "store", str(made.root.parent / "store"))
    made.dvc("add", "-q", "data", "model")
    made.dvc("push", "-q")
    made.commit("one")
    made.write("model", "two two\n")
    made.dvc("add", "-q", "model")
    made.dvc("push", "-q")
    made.commit("two")
    return made


def test_tracked_data_and_files_of_git_are_imported(project: Project, source: Project) -> None:
    project.dvc("import", "-q", str(source.root), "data", "-o", "here")
    project.dvc("import", "-q", f"file://{source.root}", "code/run.py")

    assert project.listing("here") == ["a", "sub/b"]
    assert project.read("run.py") == "1\n"
    # Parsed: a long address stands on a line of its own.
    [dependency] = parse(project.read("here.dvc"))["deps"]
    assert dependency == {
        "path": "data",
        "repo": {"url": str(source.root), "rev_lock": source.head},
    }
    assert project.dvc("status", "--json").json == {}


def test_status_tells_of_updates_and_update_brings_them(project: Project, source: Project) -> None:
    project.dvc("import", "-q", str(source.root), "model")
    source.write("model", "three\n")
    source.dvc("add", "-q", "model")
    source.commit("three")

    told = project.dvc("status", "--json").json
    change = {f"model ({source.root})": "update available"}
    assert told == {"model.dvc": [{"changed deps": change}]}
    assert project.dvc("status", "--no-updates", "--json").json == {}
    assert project.dvc("status", "--no-updates", "--explain").out == (
        "Data and pipelines are up to date.\n"
    )
    assert project.dvc("update", "model.dvc").out.startswith("Importing 'model (")
    assert project.read("model") == "three\n"
    project.dvc("update", "-q", "--rev", "HEAD~1", "model.dvc")
    assert project.read("model") == "two two\n"
    assert "    rev: HEAD~1\n" in project.read("model.dvc")


def test_pull_brings_imports_from_where_they_came(project: Project, source: Project) -> None:
    project.dvc("import", "-q", str(source.root), "data")
    project.dvc("import", "-q", "--no-exec", str(source.root), "model")
    shutil.rmtree(project.path(".dvc/cache"))
    shutil.rmtree(project.path("data"))

    project.dvc("pull")
    assert project.listing("data") == ["a", "sub/b"]
    assert project.read("model") == "two two\n"
    assert project.dvc("status", "--json").json == {}


def test_an_import_of_an_import_is_followed(
    new_project: NewProject, project: Project, source: Project
) -> None:
    middle = new_project("middle")
    middle.dvc("import", "-q", str(source.root), "data")
    middle.commit()
    shutil.rmtree(middle.path(".dvc/cache"))

    project.dvc("get", str(middle.root), "data/sub")
    project.dvc("import", "-q", str(middle.root), "data", "-o", "mine")
    assert project.listing("sub") == ["b"]
    assert project.listing("mine") == ["a", "sub/b"]


def test_a_bare_repository_is_copied_and_nothing_stays(project: Project, source: Project) -> None:
    bare = project.root.parent / "bare.git"
    project.git("clone", "-q", "--bare", str(source.root), str(bare))

    project.dvc("get", f"file://{bare}", "model", "--rev", "HEAD~1")
    assert project.read("model") == "one\n"
    assert not [name for name in (project.home / "tmp").iterdir() if "clone" in name.name]


def test_the_other_repository_is_not_touched(project: Project, source: Project) -> None:
    before = {name: source.path(name).stat().st_mtime_ns for name in source.listing()}

    project.dvc("import", "-q", str(source.root), "data", "--rev", "main")
    project.dvc("list", "-R", str(source.root), "--rev", "HEAD~1")
    after = {name: source.path(name).stat().st_mtime_ns for name in source.listing()}
    assert {name: time for name, time in after.items() if not name.startswith(".dvc/tmp")} == {
        name: time for name, time in before.items() if not name.startswith(".dvc/tmp")
    }
    assert source.git("status", "--porcelain") == ""


def test_damaged_bytes_are_not_brought(project: Project, source: Project) -> None:
    for top in (".dvc/cache", "../store"):
        place = source.path(f"{top}/files/md5/60/b725f10c9c85c70d97880dfe8191b3")
        place.chmod(0o644)
        place.write_text("x\n")
        place.chmod(0o444)

    refused = project.dvc("import", str(source.root), "data", code=1)
    assert "is damaged" in refused.err
    assert not project.exists("data")
    assert not project.exists("data.dvc")


@pytest.mark.parametrize("command", ["get", "import"])
def test_mistakes_are_told_as_dvc_tells_them(
    project: Project, source: Project, command: str
) -> None:
    url = str(source.root)
    assert "unexpected error - ['nope']" in project.dvc(command, url, "nope", code=255).err
    unknown = project.dvc(command, url, "model", "--rev", "bad", code=1)
    assert "unknown Git revision 'bad'" in unknown.err
    nowhere = project.dvc(command, "/no/such/place", "model", code=1)
    assert f"failed to {command} 'model' - SCM error: Failed to clone repo" in nowhere.err
    project.write("model", "mine\n")
    taken = project.dvc(command, url, "model", code=1)
    assert "The file 'model' already exists locally." in taken.err
    assert project.read("model") == "mine\n"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--remote", "nope"], "remote 'nope' doesn't exist"),
        (["--remote-config", "a=b"], "extra keys not allowed @ data['remote']['store']['a']"),
        (["--remote", "new", "--remote-config", "jobs=2"], "expected 'url' for dictionary value"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(
    project: Project, source: Project, options: list[str], problem: str
) -> None:
    url = str(source.root)
    for command in (["list", url], ["get", url, "code"], ["import", url, "code"]):
        assert f"config file error: {problem}" in project.dvc(*command, *options, code=1).err
    assert not project.exists("code")


def test_update_reaches_the_remote_that_was_named_with_options(
    project: Project, source: Project
) -> None:
    store = source.root.parent / "store"
    source.dvc("remote", "remove", "store")
    source.commit("no remote any more")
    shutil.rmtree(source.path(".dvc/cache"))
    place = ["--remote", "mine", "--remote-config", f"url={store}"]
    project.dvc("import", "-q", str(source.root), "model", *place)
    shutil.rmtree(project.path(".dvc/cache"))
    project.path("model").unlink()

    project.dvc("pull")
    assert project.read("model") == "two two\n"


def test_a_plain_folder_is_looked_into(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    (folder / "sub").mkdir(parents=True)
    (folder / "x").write_text("hi\n")
    (folder / "sub/y").write_text("ho\n")
    url = str(folder)
    assert project.dvc("list", "-R", url).lines == ["sub/y", "x"]
    assert project.dvc("du", url).lines == ["3  sub", "3  x", "6"]
    project.dvc("get", url, "sub", "-o", "got")
    assert project.listing("got") == ["y"]
    assert "SCM error" in project.dvc("import", url, "x", code=1).err  # which has no commit


@pytest.mark.parametrize("revision", [(), ("--rev", "HEAD")])
def test_folders_of_git_and_dvc_are_not_shown(source: Project, revision: tuple[str, ...]) -> None:
    for folder in (".dvc", ".git", ".git/refs"):
        refused = source.dvc("list", *revision, ".", folder, code=1)
        assert f"[Errno 2] No such file or directory: './{folder}'" in refused.err
        source.dvc("get", *revision, ".", folder, "-o", "got", code=255)
    assert not source.exists("got")


def test_get_says_where_data_is_stored(project: Project, source: Project) -> None:
    store = source.root.parent / "store"

    shown = project.dvc("get", "--show-url", str(source.root), "data/a").out.strip()
    assert shown == f"{store}/files/md5/60/b725f10c9c85c70d97880dfe8191b3"


def test_list_shows_files_of_git_and_data(project: Project, source: Project) -> None:
    url = str(source.root)
    assert project.dvc("list", url).lines == [
        ".dvcignore", ".gitignore", "code", "data", "data.dvc", "model", "model.dvc",
    ]  # fmt: skip
    assert project.dvc("ls", "-R", "--dvc-only", url).lines == ["data/a", "data/sub/b", "model"]
    assert project.dvc("list", url, "data").lines == ["a", "sub"]
    assert project.dvc("list", url, "nope", code=1).err.startswith("ERROR: [Errno 2] No such file")
    rows = project.dvc("list", "--json", "--rev", "HEAD~1", url).json
    assert rows[-2] == {
        "isout": True, "isdir": False, "isexec": False, "size": 4,
        "md5": "5bbf5a52328e7439ae6e719dfe712200", "path": "model",
    }  # fmt: skip
    assert project.dvc("list", "-T", url, "data").lines == ["data", "├── a", "└── sub", "    └── b"]


def test_a_tree_has_sizes_and_hashes_beside_it(project: Project, source: Project) -> None:
    said = project.dvc("list", "-T", "--dvc-only", "--size", "--show-hash", str(source.root)).lines
    a, b, model = (hashlib.md5(text).hexdigest() for text in (b"a\n", b"b\n", b"two two\n"))
    assert said == [
        f"12  {'-':<32}  .",
        f" 4  {'-':<32}  ├── data",
        f" 2  {a}  │   ├── a",
        f" 2  {'-':<32}  │   └── sub",
        f" 2  {b}  │       └── b",
        f" 8  {model}  └── model",
    ]


def test_du_sums_sizes_up(project: Project, source: Project) -> None:
    assert project.dvc("du", str(source.root), "data").lines == [
        "2  data/a",
        "2  data/sub",
        "4  data",
    ]
    assert project.dvc("du", "-s", str(source.root), "model").lines == ["8  model"]


def test_the_real_dvc_agrees_with_our_imports(
    project: Project, source: Project, real_dvc: str
) -> None:
    project.dvc("import", "-q", str(source.root), "data", "-o", "ours")
    ours = project.read("ours.dvc")
    project.dvc("import", "-q", str(source.root), "data", "-o", "theirs", by=real_dvc)

    assert project.dvc("status", "--json", by=real_dvc).json == {}
    assert project.dvc("status", "--json").json == {}
    assert (
        ours.splitlines()[1:]
        == project.read("theirs.dvc").replace("theirs", "ours").splitlines()[1:]
    )


@pytest.mark.parametrize("hostile", ["../../escape", "/etc/escape", ".GIT/hooks/x", "a\0b"])
@pytest.mark.parametrize("command", ["get", "import"])
def test_a_hostile_listing_of_the_other_repository_is_refused(
    project: Project, source: Project, command: str, hostile: str
) -> None:
    """The entry is named and nothing is written."""
    listing = json.dumps([{"md5": "60b725f10c9c85c70d97880dfe8191b3", "relpath": hostile}])
    name = hashlib.md5(listing.encode()).hexdigest()
    source.write(f".dvc/cache/files/md5/{name[:2]}/{name[2:]}.dir", listing)
    source.write("evil.dvc", f"outs:\n- md5: {name}.dir\n  hash: md5\n  path: evil\n")
    source.commit()
    before = project.listing()

    refused = project.dvc(command, str(source.root), "evil", code=1)
    assert f"refusing the path {hostile!r}" in refused.err
    assert [name for name in project.listing() if not name.startswith(".dvc/tmp")] == [
        name for name in before if not name.startswith(".dvc/tmp")
    ]


def test_a_link_or_path_that_leads_out_of_the_other_repository_is_not_followed(
    project: Project, source: Project
) -> None:
    source.path("link").symlink_to("/etc/passwd")

    for path in ("link", "../project/.dvc/config"):
        project.dvc("get", str(source.root), path, "-o", "got", code=255)
        assert not project.exists("got")


@pytest.mark.parametrize("revision", [(), ("--rev", "HEAD")])
def test_a_project_further_down_is_looked_into(source: Project, revision: tuple[str, ...]) -> None:
    """As its workspace is, and as it is in a commit."""
    source.path("inner").mkdir()
    source.dvc("init", "-q", "--subdir", cwd="inner")
    source.write("inner/big", "big\n")
    source.dvc("add", "-q", "big", cwd="inner")
    source.commit("inner")

    found = source.dvc("list", ".", "inner", "--json", *revision).json
    assert [(row["path"], row["isout"]) for row in found] == [
        (".dvcignore", False),
        (".gitignore", False),
        ("big", True),
        ("big.dvc", False),
    ]
    [row] = source.dvc("list", ".", "inner/big", "--json", *revision).json
    assert row["isout"]
    source.dvc("get", "-q", ".", "inner", "-o", "got", *revision)
    assert source.read("got/big") == "big\n"
