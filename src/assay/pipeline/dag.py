"""`dag`: the graph of stages or of outputs, as DOT or Mermaid (spec/pipelines.md §10)."""

from __future__ import annotations

from collections.abc import Iterable

from assay.errors import AssayError
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench
from assay.typed import NamedTuple


class Drawing(NamedTuple):
    """Nodes in graph order, and edges from producer to consumer."""

    nodes: list[str]
    edges: list[tuple[str, str]]


class DagOptions(NamedTuple):
    """`full`: whole components; `outputs`: nodes are paths; `collapse`: one node for a group."""

    full: bool = False
    outputs: bool = False
    collapse: bool = False


def draw(bench: Workbench, target: str | None, options: DagOptions) -> Drawing:
    """The graph, or what `target` needs. Raises UnknownTarget."""
    if options.outputs and options.collapse:
        raise AssayError("`--outs` and `--collapse-foreach-matrix` are mutually exclusive")
    keys = _keys(bench, target, options)
    if options.outputs:
        return _of_outputs(bench, keys)
    names = {key: _name(bench, key, options) for key in keys}
    nodes = list(dict.fromkeys(names.values()))
    edges = {
        (names[producer], names[key]): None
        for key in keys
        for producer in bench.graph.upstream[key]
        if producer in names and names[producer] != names[key]
    }
    return Drawing(nodes, list(edges))


def _keys(bench: Workbench, target: str | None, options: DagOptions) -> list[str]:
    if target is None:
        return bench.graph.order(bench.graph.stages, through_frozen=True)
    found: list[Found] = bench.targets.stages_or_outputs(target, bench.graph)
    chosen = [item.stage.key for item in found]
    if options.full:
        members = bench.graph.connected(chosen)
        chosen = [key for key in bench.graph.stages if key in members]
    return bench.graph.order(chosen, through_frozen=True)


def _name(bench: Workbench, key: str, options: DagOptions) -> str:
    name = bench.addresses.stage(bench.graph.stages[key])
    return name.split("@", 1)[0] if options.collapse else name


def _of_outputs(bench: Workbench, keys: list[str]) -> Drawing:
    path = bench.addresses.path
    stages = bench.graph.stages
    nodes = [path(output.location) for key in keys for output in stages[key].outputs]
    edges: dict[tuple[str, str], None] = {}
    for key in keys:
        for location in stages[key].inputs:
            for producer in bench.graph.owners.outputs_at(location):
                for output in stages[key].outputs:
                    edges[(path(producer), path(output.location))] = None
    return Drawing(nodes, [edge for edge in edges if edge[0] in set(nodes)])


def as_dot(drawing: Drawing) -> str:
    """Graphviz text."""
    lines = ["strict digraph {"]
    lines += [f'"{node}";' for node in drawing.nodes]
    lines += [f'"{producer}" -> "{consumer}";' for producer, consumer in drawing.edges]
    return "\n".join([*lines, "}", ""])


def as_mermaid(drawing: Drawing) -> str:
    """A Mermaid flowchart: components one after the other, each sorted by name."""
    lines = ["flowchart TD"]
    count = 0
    for component in components(drawing):
        numbers = {}
        for node in sorted(component.nodes):
            count += 1
            numbers[node] = f"node{count}"
            lines.append(f'\t{numbers[node]}["{node}"]')
        lines += [f"\t{numbers[a]}-->{numbers[b]}" for a, b in sorted(component.edges)]
    return "\n".join(lines)


def components(drawing: Drawing) -> Iterable[Drawing]:
    """The weakly connected parts, in the order of their first node."""
    neighbours: dict[str, list[str]] = {node: [] for node in drawing.nodes}
    for producer, consumer in drawing.edges:
        neighbours[producer].append(consumer)
        neighbours[consumer].append(producer)
    seen: set[str] = set()
    for start in drawing.nodes:
        if start in seen:
            continue
        members = {start}
        waiting = [start]
        while waiting:
            for other in neighbours[waiting.pop()]:
                if other not in members:
                    members.add(other)
                    waiting.append(other)
        seen |= members
        yield Drawing(
            [node for node in drawing.nodes if node in members],
            [edge for edge in drawing.edges if edge[0] in members],
        )
