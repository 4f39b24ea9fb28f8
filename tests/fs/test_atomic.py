"""Where files are built before they get their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.fs.atomic import scratch_folder, write_bytes


@pytest.mark.parametrize(
    "file",
    [
        "dvc.lock",
        "sub/deep/data.dvc",
        ".dvc/config",
        ".dvc/tmp/rwlock",
        ".dvc/tmp/exps/queue.db",
        ".dvc/cache/runs/ab/abc/def",
    ],
)
def test_a_file_of_a_project_is_built_in_its_temporary_folder(tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / ".dvc/tmp").mkdir(parents=True, exist_ok=True)
    assert scratch_folder(str(tmp_path / file)) == str(tmp_path / ".dvc/tmp")


def test_a_sandbox_has_a_folder_of_its_own(tmp_path: Path) -> None:
    tree = tmp_path / ".dvc/tmp/exps/sandboxes/1/tree"
    for folder in (".dvc/tmp", ".dvc/cache/runs"):
        (tree / folder).mkdir(parents=True)
    assert scratch_folder(str(tree / "dvc.lock")) == str(tree / ".dvc/tmp")
    assert scratch_folder(str(tree / ".dvc/cache/runs/a")) == str(tree / ".dvc/tmp")


def test_outside_of_projects_it_is_built_beside_its_place(tmp_path: Path) -> None:
    assert scratch_folder(str(tmp_path / "file")) == str(tmp_path)


def test_a_refusal_names_the_place_and_no_temporary_name(tmp_path: Path) -> None:
    """As for a file in a folder that is read-only, which is built elsewhere."""
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        write_bytes(str(taken), b"")
    assert (caught.value.filename, caught.value.filename2) == (str(taken), None)
