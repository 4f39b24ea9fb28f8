"""The fixture of all tests of the queue's commands."""

from __future__ import annotations

import pytest

from support.project import Project
from support.queue import with_stage


@pytest.fixture
def queue(project: Project) -> Project:
    """A project whose stage fails or waits as its parameter `fail` says."""
    return with_stage(project)
