"""`dag`: the graph as DVC prints it, for Graphviz and for Mermaid."""

from __future__ import annotations

import pytest

from support.project import Project

GRAPH = """\
stages:
  a: {cmd: x, outs: [a, a2]}
  b: {cmd: x, outs: [b, b2]}
  c: {cmd: x, deps: [b, a], outs: [c, c2]}
  d: {cmd: x, deps: [a2, c2], outs: [d]}
  e: {cmd: x, deps: [a, b], outs: [e]}
  z: {foreach: [1, 2], do: {cmd: x, deps: [e], outs: ['z${item}']}}
"""


def edges(project: Project, *options: str) -> list[str]:
    lines = project.dvc("dag", "--dot", *options).lines
    return [line.rstrip(";").replace('"', "") for line in lines if "->" in line]


def nodes(project: Project, *options: str) -> list[str]:
    lines = project.dvc("dag", "--dot", *options).lines
    return [line.strip('";') for line in lines if line.startswith('"') and "->" not in line]


@pytest.fixture
def graph(project: Project) -> Project:
    project.write("dvc.yaml", GRAPH)
    return project


def test_a_stage_is_shown_with_what_it_needs(graph: Project) -> None:
    assert nodes(graph, "d") == ["a", "b", "c", "d"]
    assert edges(graph, "d") == ["a -> c", "a -> d", "b -> c", "c -> d"]
    assert nodes(graph, "--full", "d") == ["a", "b", "c", "d", "e", "z@1", "z@2"]


def test_a_group_can_be_one_node(graph: Project) -> None:
    assert nodes(graph, "--collapse-foreach-matrix", "z") == ["a", "b", "e", "z"]
    assert "e -> z" in edges(graph, "--collapse-foreach-matrix", "z")


def test_of_outputs_only_those_are_shown_that_the_target_is_made_from(graph: Project) -> None:
    assert nodes(graph, "--outs", "d") == ["a", "a2", "b", "c2", "d"]
    assert edges(graph, "--outs", "d") == ["a -> c2", "a2 -> d", "b -> c2", "c2 -> d"]
    assert nodes(graph, "--outs", "--full", "a2") == [
        *("a", "a2", "b", "c", "c2", "d", "e", "z1", "z2")
    ]


def test_mermaid_numbers_the_nodes_of_each_component_by_name(graph: Project) -> None:
    assert graph.dvc("dag", "--md", "c").lines == [
        "```mermaid",
        "flowchart TD",
        '\tnode1["a"]',
        '\tnode2["b"]',
        '\tnode3["c"]',
        "\tnode1-->node3",
        "\tnode2-->node3",
        "```",
    ]


def test_outputs_have_no_groups(graph: Project) -> None:
    assert graph.dvc("dag", "--outs", "--collapse-foreach-matrix", code=255).err == (
        "ERROR: `--outs` and `--collapse-foreach-matrix` are mutually exclusive\n"
    )
