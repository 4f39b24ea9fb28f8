"""`dag`: the graph of stages or of outputs, as DOT or Mermaid (spec/pipelines.md §10)."""

from __future__ import annotations

from assay.errors import AssayError
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench
from assay.typed import Iterable, Mapping, NamedTuple


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
    if options.outputs:
        return _of_outputs(bench, target, full=options.full)
    keys = _keys(bench, target, options)
    names = {key: _name(bench, key, options) for key in keys}
    edges = {
        (names[producer], names[key])
        for key in keys
        for producer in bench.graph.upstream[key]
        if producer in names and names[producer] != names[key]
    }
    return _drawing(dict.fromkeys(names.values()), edges)


def _drawing(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> Drawing:
    """The nodes with the edges among them, which come in the order of the nodes."""
    place = {node: index for index, node in enumerate(nodes)}
    inside = [edge for edge in edges if edge[0] in place and edge[1] in place]
    return Drawing(list(place), sorted(inside, key=lambda edge: (place[edge[0]], place[edge[1]])))


def _keys(bench: Workbench, target: str | None, options: DagOptions) -> list[str]:
    if target is None:
        return bench.graph.order(bench.graph.stages, through_frozen=True)
    chosen = _chosen(bench, target)
    if options.full:
        members = bench.graph.connected(chosen)
        chosen = [key for key in bench.graph.stages if key in members]
    return bench.graph.order(chosen, through_frozen=True)


def _chosen(bench: Workbench, target: str) -> list[str]:
    found: list[Found] = bench.targets.stages_or_outputs(target, bench.graph)
    return [item.stage.key for item in found]


def _name(bench: Workbench, key: str, options: DagOptions) -> str:
    name = bench.addresses.stage(bench.graph.stages[key])
    return name.split("@", 1)[0] if options.collapse else name


def _of_outputs(bench: Workbench, target: str | None, *, full: bool) -> Drawing:
    """The outputs of `target` and those that they are made from, not all that their stages make."""
    path = bench.addresses.path
    stages = bench.graph.stages
    order = bench.graph.order(stages, through_frozen=True)
    made = {key: [path(output.location) for output in stages[key].all_outputs] for key in order}
    edges = {
        (path(producer), output)
        for key in order
        for location in stages[key].all_inputs
        for producer in bench.graph.owners.outputs_at(location)
        for output in made[key]
    }
    drawing = _drawing([output for key in order for output in made[key]], edges)
    if target is None:
        return drawing
    wanted = [output for key in _chosen(bench, target) for output in made[key]]
    neighbours: dict[str, list[str]] = {node: [] for node in drawing.nodes}
    for producer, consumer in drawing.edges:
        neighbours[consumer].append(producer)
        if full:
            neighbours[producer].append(consumer)
    members = _reached(wanted, neighbours)
    return _drawing([node for node in drawing.nodes if node in members], drawing.edges)


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
        members = _reached([start], neighbours)
        seen |= members
        yield Drawing(
            [node for node in drawing.nodes if node in members],
            [edge for edge in drawing.edges if edge[0] in members],
        )


def _reached(starts: Iterable[str], neighbours: Mapping[str, list[str]]) -> set[str]:
    members = set(starts)
    waiting = list(members)
    while waiting:
        for other in neighbours[waiting.pop()]:
            if other not in members:
                members.add(other)
                waiting.append(other)
    return members
