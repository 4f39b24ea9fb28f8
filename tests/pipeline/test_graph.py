"""Edges, order and contradictions of stages."""

from __future__ import annotations

import pytest

from assay.pipeline.graph import BadGraph, Graph, check
from assay.pipeline.model import Dependency, Output, ParamFile, Stage


def stage(name: str, reads: str = "", writes: str = "", *, frozen: bool = False) -> Stage:
    return Stage(
        name=name,
        file="dvc.yaml",
        wdir="",
        command="true",
        dependencies=tuple(Dependency(path, path) for path in reads.split()),
        outputs=tuple(Output(path, path) for path in writes.split()),
        frozen=frozen,
    )


def names(keys: list[str]) -> list[str]:
    return [key.split(":")[1] for key in keys]


def problem(*stages: Stage) -> str:
    with pytest.raises(BadGraph) as caught:
        check(Graph(stages), {one.key: one.name for one in stages})
    return caught.value.message


def test_producers_come_before_consumers_however_they_are_written() -> None:
    graph = Graph([stage("c", "b.txt"), stage("b", "a.txt", "b.txt"), stage("a", "", "a.txt")])
    assert names(graph.order(graph.stages)) == ["a", "b", "c"]


def test_only_what_a_target_needs_is_ordered() -> None:
    graph = Graph([stage("a", "", "x"), stage("b", "x", "y"), stage("other", "", "z")])
    assert names(graph.order(["dvc.yaml:b"])) == ["a", "b"]


def test_a_file_inside_an_output_directory_comes_from_its_stage() -> None:
    graph = Graph([stage("make", "", "data"), stage("use", "data/part/one.csv")])
    assert names(graph.upstream["dvc.yaml:use"]) == ["make"]


def test_a_directory_that_holds_outputs_comes_from_their_stages() -> None:
    graph = Graph([stage("one", "", "data/1"), stage("two", "", "data/2"), stage("all", "data")])
    assert names(graph.upstream["dvc.yaml:all"]) == ["one", "two"]


def test_a_parameter_file_comes_from_the_stage_that_writes_it() -> None:
    use = stage("use")._replace(params=(ParamFile("best.yaml", "best.yaml", ("lr",)),))
    graph = Graph([use, stage("search", "", "best.yaml")])
    assert names(graph.upstream["dvc.yaml:use"]) == ["search"]


def test_a_name_that_only_begins_alike_is_no_edge() -> None:
    graph = Graph([stage("make", "", "data"), stage("use", "data.csv database")])
    assert graph.upstream["dvc.yaml:use"] == []


def test_what_a_frozen_stage_reads_is_not_followed() -> None:
    graph = Graph([stage("a", "", "x"), stage("b", "x", "y", frozen=True), stage("c", "y")])
    assert names(graph.order(["dvc.yaml:c"])) == ["b", "c"]


def test_downstream_is_everything_that_needs_a_stage() -> None:
    graph = Graph([stage("a", "", "x"), stage("b", "x", "y"), stage("c", "y"), stage("d")])
    assert sorted(names(list(graph.after(["dvc.yaml:a"])))) == ["a", "b", "c"]


def test_a_pipeline_is_all_that_is_connected() -> None:
    graph = Graph([stage("a", "", "x"), stage("b", "x"), stage("c", "x"), stage("d")])
    assert sorted(names(list(graph.connected(["dvc.yaml:b"])))) == ["a", "b", "c"]


def test_a_cycle_is_named() -> None:
    text = problem(stage("a", "y", "x"), stage("b", "x", "y"), stage("lone", "", "z"))
    assert text.startswith("Same item(s) are defined as both a dependency and an output in stages:")
    assert "a" in text and "b" in text and "lone" not in text


def test_an_output_of_two_stages_is_refused() -> None:
    text = problem(stage("a", "", "x"), stage("b", "", "x"))
    assert text.startswith("output 'x' is specified in:\n\t- a\n\t- b\nUse `dvc remove`")


def test_an_output_inside_another_is_refused() -> None:
    text = problem(stage("a", "", "dir"), stage("b", "", "dir/sub/g"))
    assert "'dir'('a')\n'dir/sub/g'('b')\noverlap" in text


def test_a_long_chain_needs_no_deep_recursion() -> None:
    chain = [stage(f"s{i}", f"f{i - 1}" if i else "", f"f{i}") for i in range(5000)]
    graph = Graph(reversed(chain))
    assert names(graph.order(["dvc.yaml:s4999"])) == [f"s{i}" for i in range(5000)]
    check(graph, {key: key for key in graph.stages})
