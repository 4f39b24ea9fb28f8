"""On a terminal a large file on its way has a bar of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.live_terminal import LiveTerminal
from support.project import Project

from .servers import SlowHandler, http_server

SIZE = 60 << 20

pytestmark = pytest.mark.slow


@pytest.fixture
def served(project: Project) -> Path:
    pytest.importorskip("aiohttp")
    folder = project.root.parent / "served"
    folder.mkdir()
    return folder


def test_of_an_import(project: Project, served: Path) -> None:
    with (served / "model.bin").open("wb") as file:
        file.truncate(SIZE)
    with (
        http_server(served, SlowHandler) as url,
        LiveTerminal(project, "dvc", "import-url", f"{url}/model.bin") as terminal,
    ):
        terminal.wait_for("model.bin", "MB/60.0MB")
        (served / "quick").touch()
        assert terminal.end() == 0
    assert project.path("model.bin").stat().st_size == SIZE


def test_of_what_is_pulled(project: Project, served: Path) -> None:
    with project.path("model.bin").open("wb") as file:
        file.truncate(SIZE)
    project.dvc("add", "-q", "model.bin")
    project.dvc("remote", "add", "-q", "-d", "store", str(served))
    project.dvc("push", "-q")
    project.path("model.bin").unlink()
    with http_server(served, SlowHandler) as url:
        project.dvc("remote", "modify", "-q", "store", "url", url)
        [object_file] = project.path(".dvc/cache/files/md5").glob("??/*")
        object_file.unlink()
        with LiveTerminal(project, "dvc", "pull") as terminal:
            terminal.wait_for(object_file.parent.name + object_file.name[:6], "MB/60.0MB")
            (served / "quick").touch()
            assert terminal.end() == 0
            assert terminal.text.endswith("1 file fetched and 1 file added\r\n")
