"""Random pipelines: what runs, and that running several stages at once leaves the same files."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import NewProject
from support.project import Project


class Node(NamedTuple):
    """A stage `s<number>`: the stages it reads, how its output is kept, whether it is a digest.

    One that `forgets` writes one bit of what it read, so that a change may end there.
    """

    number: int
    reads: tuple[int, ...]
    kind: str
    forgets: bool

    @property
    def name(self) -> str:
        return f"s{self.number}"

    @property
    def output(self) -> str:
        return f"d{self.number}" if self.kind == "folder" else f"o{self.number}"

    @property
    def file(self) -> str:
        return f"{self.output}/x" if self.kind == "folder" else self.output

    def text(self, others: dict[int, Node]) -> str:
        """The stage as dvc.yaml has it; its command notes in `runs.log` that it runs."""
        read = " ".join(others[number].file for number in self.reads)
        folder = f"mkdir {self.output}; " if self.kind == "folder" else ""
        digest = "sha1sum | tr -dc 0-9a-f"
        digest += " | tr 0-9a-f 0101010101010101 | cut -c1" if self.forgets else ""
        # A folder is read as a whole or by the file in it.
        deps = [
            others[number].file if number % 2 else others[number].output for number in self.reads
        ]
        out = f"{self.output}: {{cache: false}}" if self.kind == "uncached" else self.output
        return (
            f"  {self.name}:\n"
            f"    cmd: >-\n      echo {self.name} >> runs.log; {folder}(grep ' k{self.number}:' "
            f"params.yaml; cat {read} /dev/null) | {digest} > {self.file}\n"
            f"    deps: [{', '.join(deps)}]\n"
            f"    params: [p.k{self.number}]\n"
            f"    outs: [{out}]\n"
        )


@st.composite
def pipelines(draw: st.DrawFn) -> list[Node]:
    """Up to 30 stages in any order; each may read any of those with a smaller number."""
    nodes = []
    for number in range(draw(st.integers(1, 30))):
        earlier = st.integers(0, max(0, number - 1))
        reads = draw(st.lists(earlier, max_size=min(3, number), unique=True))
        kind = draw(st.sampled_from(["file", "uncached", "folder"]))
        nodes.append(Node(number, tuple(reads), kind, draw(st.booleans())))
    return draw(st.permutations(nodes))


def write(project: Project, nodes: list[Node], values: dict[int, int]) -> None:
    by_number = {node.number: node for node in nodes}
    params = "".join(f"  k{number}: {value}\n" for number, value in sorted(values.items()))
    stages = "".join(node.text(by_number) for node in nodes)
    project.write_all({"params.yaml": f"p:\n{params}", "dvc.yaml": f"stages:\n{stages}"})


def what_ran(project: Project, *options: str) -> list[str]:
    """The names of the stages whose command ran in `dvc repro`, sorted: each at most once."""
    project.write("runs.log", "")
    project.dvc("repro", *options)
    return sorted(project.read("runs.log").split())


def results(project: Project, nodes: list[Node]) -> dict[str, str]:
    return {node.name: project.read(node.file) for node in nodes}


def check(serial: Project, parallel: Project, nodes: list[Node], changed: int) -> None:
    """Run twice, change the parameter of one stage, run again; in both ways."""
    values = dict.fromkeys((node.number for node in nodes), 0)
    for project, options in ((serial, []), (parallel, ["-j", "4"])):
        write(project, nodes, values)
        assert what_ran(project, *options) == sorted(node.name for node in nodes)
        assert what_ran(project, *options) == []
    before = results(serial, nodes)
    assert results(parallel, nodes) == before
    same_records(serial, parallel)

    values[changed] = 1
    ran = []
    for project, options in ((serial, []), (parallel, ["-j", "4"])):
        write(project, nodes, values)
        ran.append(what_ran(project, *options))
    after = results(serial, nodes)
    assert results(parallel, nodes) == after
    same_records(serial, parallel)
    differs = {node.number for node in nodes if before[node.name] != after[node.name]}
    due = [
        node.name for node in nodes if node.number == changed or not differs.isdisjoint(node.reads)
    ]
    assert ran == [sorted(due)] * 2


def same_records(serial: Project, parallel: Project) -> None:
    for name in ("dvc.lock", ".gitignore"):
        texts = [p.read(name) if p.exists(name) else None for p in (serial, parallel)]
        assert texts[0] == texts[1]


def examples(count: int, *, derandomize: bool) -> settings:
    return settings(
        max_examples=count,
        derandomize=derandomize,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


@examples(5, derandomize=True)
@given(nodes=pipelines(), data=st.data())
def test_random_pipelines(new_project: NewProject, nodes: list[Node], data: st.DataObject) -> None:
    serial, parallel = (new_project(f"{way}-{next(COUNT)}") for way in ("serial", "parallel"))
    check(serial, parallel, nodes, data.draw(st.sampled_from(range(len(nodes)))))


@pytest.mark.slow
@examples(60, derandomize=False)
@given(nodes=pipelines(), data=st.data())
def test_many_random_pipelines(
    new_project: NewProject, nodes: list[Node], data: st.DataObject
) -> None:
    serial, parallel = (new_project(f"{way}-{next(COUNT)}") for way in ("serial", "parallel"))
    check(serial, parallel, nodes, data.draw(st.sampled_from(range(len(nodes)))))


COUNT = itertools.count()
