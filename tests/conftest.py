"""Fixtures for all tests. The most used one:

def test_a_run_is_listed(project):
    project.write("dvc.yaml", "stages: {one: {cmd: echo 1 > out, outs: [out]}}")
    project.commit()
    project.dvc("exp", "run", "-n", "first")
    assert "first" in project.dvc("exp", "list").out
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from warm_dvc import warm

from support.commands import real_dvc_path, write_commands
from support.environment import private_places
from support.project import Project

# How long an example takes is the machine's business, not ours.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

NewProject = Callable[..., Project]


def pytest_configure(config: pytest.Config) -> None:
    """The marks that choose a part of the suite: `pytest -m "not compat"`."""
    config.addinivalue_line("markers", "compat: runs the real DVC beside ours; set by its fixtures")
    config.addinivalue_line("markers", "slow: takes more than a few seconds; for `make test-all`")
    # A shell ignores SIGINT for what it runs in the background, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for the real DVC is a compat test."""
    for item in items:
        if "_installed_dvc" in getattr(item, "fixturenames", ()):
            item.add_marker("compat")


@pytest.fixture(scope="session", autouse=True)
def _no_way_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Code that runs in the test process has a file for a home: writing below it fails at once."""
    nowhere = tmp_path_factory.mktemp("home") / "is-a-file"
    nowhere.write_text("Tests have no home directory. Use `project.home`.\n")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in private_places(nowhere).items():
            patch.setenv(name, value)
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        yield


@pytest.fixture(scope="session")
def _commands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands") / "bin"
    write_commands(folder)
    return folder


@pytest.fixture
def new_project(tmp_path: Path, _commands: Path) -> NewProject:
    """Make as many projects as a test needs: `new_project("theirs", dvc=False)`.

    With `git` it is a Git repository on branch `main`; with `dvc` it has an empty `.dvc`. All
    projects of a test share one home directory, as the clones of one person do.
    """

    def make(name: str = "project", *, git: bool = True, dvc: bool = True) -> Project:
        project = Project(tmp_path / name, home=tmp_path / "home", commands=_commands)
        if dvc:
            project.write_all(
                {
                    ".dvc/config": "",
                    ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
                    ".dvcignore": "",
                }
            )
        if git:
            project.git("init", "-q", "-b", "main")
            project.commit("init")
        return project

    return make


@pytest.fixture
def project(new_project: NewProject) -> Project:
    """A project in a Git repository with one commit, `init`."""
    return new_project()


@pytest.fixture
def bare_project(new_project: NewProject) -> Project:
    """A project without Git."""
    return new_project(git=False)


@pytest.fixture
def empty_folder(new_project: NewProject) -> Project:
    """A place with neither Git nor `.dvc`, for `init`."""
    return new_project(git=False, dvc=False)


@pytest.fixture(scope="session")
def _installed_dvc() -> str:
    path = real_dvc_path()
    if path is None:
        pytest.skip("the real DVC is not installed: `make setup` tries to, or set ASSAY_REAL_DVC")
    return path


@pytest.fixture(scope="session")
def real_dvc(_installed_dvc: str) -> Iterator[str]:
    """The real DVC: `project.dvc("status", by=real_dvc)`. Skips where there is none."""
    with warm(Path(_installed_dvc)) as program:
        yield program


@pytest.fixture(scope="session")
def real_python(_installed_dvc: str) -> str:
    """The Python that has the real DVC's libraries. Skips where there is none."""
    python = Path(_installed_dvc).resolve().with_name("python")
    if not python.exists():
        pytest.skip("the real DVC has no Python beside it")
    return str(python)
