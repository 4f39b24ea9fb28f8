"""A repository with a few files, as the library sees it."""

from __future__ import annotations

import pytest

from assay.git.repository import Repository, find
from support.project import Project


def opened(project: Project) -> Repository:
    """The repository of a project."""
    repository = find(str(project.root))
    assert repository is not None
    return repository


@pytest.fixture
def repository(project: Project) -> Repository:
    """The repository of the test's `project`, which has one commit."""
    return opened(project)
