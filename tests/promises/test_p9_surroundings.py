"""P9 in odd surroundings: streams closed or full, nothing but ASCII, no folder, no Git."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from support.environment import SOURCES
from support.pipelines import two_stages
from support.project import Project


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["--version", "status", "nonsense"])
def test_a_closed_stream_changes_nothing(project: Project, command: str, closed: str) -> None:
    two_stages(project)
    usual = project.dvc(command, code=None)
    result = project.shell(f"dvc {command} {closed}", code=usual.code)
    assert "Traceback" not in result.err
    assert result.out == ("" if " >&-" in f" {closed}" else usual.out)


def test_a_stage_does_not_write_into_a_file_of_ours_for_a_closed_stream(project: Project) -> None:
    """A file opened while number 1 is free would become the stdout of the stage."""
    project.write("dvc.yaml", "stages: {s: {cmd: echo 1 > out; echo words, outs: [out]}}\n")
    project.shell("dvc exp run -n quiet <&- >&- 2>&-")
    assert "words" not in "".join(
        project.path(name).read_bytes().decode("latin-1") for name in project.listing(".")
        if not name.startswith(("dvc.", ".dvc/cache/runs")) and not name.endswith(".json")
    )  # fmt: skip
    assert "quiet" in project.dvc("exp", "list").out


@pytest.mark.parametrize(
    "command", ["--version", "--help", "status", "exp show --no-pager", "nope"]
)
def test_a_full_stdout_is_an_error_of_one_line(project: Project, command: str) -> None:
    two_stages(project)
    result = project.shell(f"dvc {command} > /dev/full", code=255)
    assert result.err.startswith("ERROR: ")
    assert "No space left on device" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("command", ["--help", "status", "exp show --json", "config -l"])
def test_a_reader_that_goes_away_is_no_error(project: Project, command: str) -> None:
    two_stages(project)
    result = project.shell(f"{{ dvc {command}; echo $? > code; }} | true")
    assert (result.out, result.err) == ("", "")
    assert project.read("code").strip() in ("0", "141")


@pytest.mark.parametrize(
    "command", ["repro -f", "repro -f -j 2", "exp run -f", "exp run --temp -f"]
)
def test_a_run_without_a_reader_ends_like_any_program(project: Project, command: str) -> None:
    two_stages(project)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        ["dvc", *command.split()],
        cwd=project.root,
        env=project.env,
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_where_only_ascii_can_be_shown_a_table_still_is(project: Project) -> None:
    two_stages(project)
    project.dvc("exp", "run", "-n", "one")
    env = {"PYTHONIOENCODING": "ascii"}
    table = project.dvc("exp", "show", "--no-pager", env=env).out
    assert "one" in table
    assert table.isascii()
    assert "\\u" not in table


def test_names_that_are_no_text_are_shown_as_they_are(project: Project) -> None:
    path = project.root / "caf\udce9"
    path.write_bytes(b"x")
    for name in ("LC_ALL=C", "LC_ALL=C.UTF-8", "PYTHONIOENCODING=utf-8:strict"):
        result = project.shell(f"env {name} dvc add caf* | cat -v", code=None)
        assert "Traceback" not in result.err
        assert "unexpected" not in result.err


def test_a_folder_that_is_gone_is_named(project: Project) -> None:
    project.path("gone").mkdir()
    result = project.shell("cd gone && rmdir ../gone && dvc status", code=255)
    lines = [line for line in result.err.splitlines() if not line.startswith("sh: ")]
    assert lines[0] == "ERROR: the current directory does not exist any more"


def test_without_git_on_the_path_the_message_says_so(project: Project) -> None:
    two_stages(project)
    commands = project.env["PATH"].split(":")[0]
    result = project.dvc("exp", "list", code=None, env={"PATH": commands})
    assert result.code != 0
    assert result.err.splitlines()[0] == "ERROR: the 'git' program was not found"


@pytest.mark.parametrize(
    ("place", "code"),
    [(".git/config", 255), (".git/info/exclude", 255), (".gitignore", 1), ("sub/.gitignore", 1)],
)
def test_a_pipe_that_git_would_wait_for_is_named(project: Project, place: str, code: int) -> None:
    project.write_all({"file": "1\n", "sub/file": "2\n"})
    project.path(place).unlink(missing_ok=True)
    os.mkfifo(project.path(place))
    refusal = project.dvc("exp", "save", code=code).err
    assert f"'{project.path(place)}' is a pipe" in refusal
    assert len(refusal.splitlines()) == 2


@pytest.mark.parametrize(("line", "code"), [("exp show --json -A", 1), ("plots diff --json", 255)])
def test_so_is_one_in_the_place_of_a_reference(project: Project, line: str, code: int) -> None:
    project.git("pack-refs", "--all")
    reference = project.path(".git/refs/heads/main")
    os.mkfifo(reference)
    assert f"'{reference}' is a pipe" in project.dvc(*line.split(), code=code).err


def test_a_pipe_in_the_place_of_a_stage_file_does_not_make_its_data_garbage(
    project: Project,
) -> None:
    project.write("data", "1\n")
    project.dvc("add", "data")
    project.commit("data")
    project.path("data.dvc").unlink()
    os.mkfifo(project.path("data.dvc"))
    assert "cannot read 'data.dvc'" in project.dvc("gc", "-w", "-f", code=255).err
    assert project.exists(".dvc/cache/files/md5/b0/26324c6904b2a9cb4b88d6d61c81d1")


def test_a_kernel_that_cannot_wait_for_processes_and_the_clock_will_do(project: Project) -> None:
    """Before 5.3, and in some containers, the call that Python has is refused."""
    two_stages(project)
    code = (
        "import os, sys\n"
        "def refused(pid): raise OSError(38, 'Function not implemented')\n"
        "os.pidfd_open = refused\n"
        "from assay.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    for words in (["exp", "run", "-n", "one"], ["repro", "-f", "-j", "2"], ["status"]):
        project.run(["python", "-c", code, *words], env={"PYTHONPATH": str(SOURCES)})
    assert [ref for ref in project.refs() if ref.endswith("/one")]


def test_rules_that_cannot_be_read_are_not_taken_for_none(project: Project) -> None:
    project.write_all({"data/one": "1\n", "data/two.tmp": "2\n"})
    project.path(".dvcignore").unlink(missing_ok=True)
    project.path(".dvcignore").mkdir()
    refusal = project.dvc("add", "data", code=255).err
    assert refusal.startswith("ERROR: cannot read '.dvcignore': ")
    assert not project.exists("data.dvc")


@pytest.mark.parametrize(
    "command", ["exp run", "exp run --temp", "exp run --queue", "queue start", "exp save", "gc -wf"]
)
def test_a_temporary_folder_on_a_disk_that_is_not_mounted_is_named(
    project: Project, command: str
) -> None:
    two_stages(project)
    project.dvc("repro")
    shutil.rmtree(project.path(".dvc/tmp"))
    project.path(".dvc/tmp").symlink_to("/nowhere/scratch")
    refusal = project.dvc(*command.split(), code=255).err
    assert (
        f"ERROR: '{project.path('.dvc/tmp')}' is a link to '/nowhere/scratch', which is not there\n"
        "hint: mount or make what it leads to, or remove the link\n"
    ) in refusal
    project.dvc("status")
    project.dvc("exp", "show", "--json")
    project.dvc("queue", "status")


def test_a_queue_that_the_disk_refuses_is_named(project: Project) -> None:
    two_stages(project)
    project.dvc("exp", "run", "--queue", "-n", "first")
    journal = project.path(".dvc/tmp/exps/queue/tasks.db-wal")
    journal.unlink(missing_ok=True)
    os.mkfifo(journal)
    refusal = project.dvc("exp", "run", "--queue", "-n", "second", code=255).err
    assert refusal.startswith(f"ERROR: the queue '{journal.with_name('tasks.db')}' cannot be used")
    journal.unlink(missing_ok=True)
    assert [task["name"] for task in project.dvc("queue", "status", "--json").json["tasks"]] == [
        "first"
    ]


@pytest.mark.parametrize("place", ["dvc.lock", "dvc.yaml", ".gitignore", ".dvc/tmp/lock"])
def test_a_folder_in_the_place_of_a_file_is_named(project: Project, place: str) -> None:
    two_stages(project)
    project.path(place).unlink(missing_ok=True)
    project.path(place).mkdir(parents=True)
    refusal = project.dvc("stage", "add", "-n", "new", "-o", "new", "true", code=255).err
    assert refusal.splitlines() == [
        f"ERROR: cannot use '{project.path(place)}': Is a directory",
        "hint: something else stands in the place of a file: move it away",
    ]
