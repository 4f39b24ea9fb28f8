"""`stage list`: which stages, in which order, and what a broken file means."""

from __future__ import annotations

import json

import pytest

from support.project import Project


@pytest.fixture
def broken(project: Project) -> Project:
    """A project whose dvc.yaml is good, with two below that are not."""
    project.write_all(
        {
            "dvc.yaml": "stages: {one: {cmd: echo, outs: [a]}}",
            "bad/dvc.yaml": "stages: {a: {cmd: '${nope}'}}",
            "worse/dvc.yaml": "stages: {a: {cmdd: 1}}",
            "well/dvc.yaml": "stages: {b: {cmd: echo, deps: [../a]}}",
            "well/deep/dvc.yaml": "stages: {c: {cmd: echo}}",
        }
    )
    return project


@pytest.mark.parametrize("options", [["--all"], ["-R", "."]])
def test_broken_files_are_left_out_of_a_search(broken: Project, options: list[str]) -> None:
    assert broken.dvc("stage", "list", *options).lines == [
        "one                   Outputs a",
        "well/dvc.yaml:b       Depends on ../a",
        "well/deep/dvc.yaml:c  No outputs or dependencies",
    ]


def test_with_fail_they_are_errors(broken: Project) -> None:
    failed = broken.dvc("stage", "list", "--all", "--fail", code=255)
    assert "failed to parse 'stages.a.cmd' in 'bad/dvc.yaml': Could not find 'nope'" in failed.err


def test_a_file_that_was_asked_for_must_be_sound(broken: Project) -> None:
    assert broken.dvc("stage", "list").lines == ["one  Outputs a"]
    assert broken.dvc("stage", "list", "well/dvc.yaml:b", "--name-only").lines == [
        "well/dvc.yaml:b"
    ]
    assert "Could not find 'nope'" in broken.dvc("stage", "list", "bad/dvc.yaml", code=255).err
    assert "cmdd" in broken.dvc("stage", "list", "worse/dvc.yaml:a", code=255).err


def test_programs_get_the_graph_too(broken: Project) -> None:
    listed = json.loads(broken.dvc("stage", "list", "--json", "well/dvc.yaml").out)
    found = [(stage["name"], stage["upstream"]) for stage in listed]
    assert found == [("well/dvc.yaml:b", ["one"])]


def test_unknown_names_are_told(broken: Project) -> None:
    assert broken.dvc("stage", "list", "nope", code=255).err == (
        "ERROR: Stage 'nope' not found inside 'dvc.yaml' file\n"
    )
    assert broken.dvc("stage", "list", "no/dvc.yaml", code=255).err == (
        f"ERROR: '{broken.path('no/dvc.yaml')}' does not exist\n"
    )
