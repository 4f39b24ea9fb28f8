"""A graph as boxes and lines of text, producers above consumers."""

from __future__ import annotations

from assay.typed import Iterable, Sequence

_GAP = 2
_BEND_ROWS = 3


def as_boxes(nodes: Sequence[str], edges: Iterable[tuple[str, str]]) -> str:
    """One drawing per connected part, below each other; nothing for no nodes.

    Each node stands one layer below the lowest of its producers; a line of `*` leads from each
    box to the boxes that need it.
    """
    edges = list(edges)
    layers = _layers(nodes, edges)
    return "\n".join(_drawn(part, edges) for part in _parts(layers, edges))


def _layers(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Node → its layer, 0 for nodes without producers."""
    consumers: dict[str, list[str]] = {node: [] for node in nodes}
    waiting = dict.fromkeys(nodes, 0)
    for producer, consumer in edges:
        consumers[producer].append(consumer)
        waiting[consumer] += 1
    layer = dict.fromkeys(nodes, 0)
    ready = [node for node in nodes if waiting[node] == 0]
    for node in ready:
        for consumer in consumers[node]:
            layer[consumer] = max(layer[consumer], layer[node] + 1)
            waiting[consumer] -= 1
            if waiting[consumer] == 0:
                ready.append(consumer)
    return layer


def _parts(layers: dict[str, int], edges: Sequence[tuple[str, str]]) -> list[list[list[str]]]:
    """The connected parts; each a list of layers of nodes."""
    part = {node: node for node in layers}

    def root(node: str) -> str:
        while part[node] != node:
            part[node] = part[part[node]]
            node = part[node]
        return node

    for producer, consumer in edges:
        part[root(consumer)] = root(producer)
    grouped: dict[str, list[list[str]]] = {}
    for node, layer in layers.items():
        rows = grouped.setdefault(root(node), [])
        while len(rows) <= layer:
            rows.append([])
        rows[layer].append(node)
    return list(grouped.values())


def _drawn(layers: list[list[str]], edges: Sequence[tuple[str, str]]) -> str:
    width = max(sum(len(node) + 4 + _GAP for node in row) for row in layers) + 1
    centres: dict[str, int] = {}
    lines: list[str] = []
    for depth, row in enumerate(layers):
        if depth:
            lines += _connections(row, layers[:depth], edges, centres | _centres(row, width), width)
        centres |= _centres(row, width)
        lines += _boxes(row, width)
    return "\n".join(line.ljust(width) for line in lines)


def _centres(row: Sequence[str], width: int) -> dict[str, int]:
    used = sum(len(node) + 4 for node in row)
    space = max(_GAP, (width - used) // (len(row) + 1))
    centres: dict[str, int] = {}
    column = space if len(row) > 1 else (width - used) // 2
    for node in row:
        centres[node] = column + (len(node) + 4) // 2
        column += len(node) + 4 + space
    return centres


def _boxes(row: Sequence[str], width: int) -> list[str]:
    lines = ["", "", ""]
    for node, centre in _centres(row, width).items():
        left = centre - (len(node) + 4) // 2
        rule = f"+{'-' * (len(node) + 2)}+"
        lines = [
            line.ljust(left) + text
            for line, text in zip(lines, (rule, f"| {node} |", rule), strict=True)
        ]
    return lines


def _connections(
    row: Sequence[str],
    above: Sequence[Sequence[str]],
    edges: Sequence[tuple[str, str]],
    centres: dict[str, int],
    width: int,
) -> list[str]:
    rows = [[" "] * width for _ in range(_BEND_ROWS)]
    placed = {node for layer in above for node in layer}
    for producer, consumer in edges:
        if consumer in row and producer in placed:
            start, end = centres[producer], centres[consumer]
            for index in range(_BEND_ROWS):
                column = start + (end - start) * index // (_BEND_ROWS - 1)
                rows[index][min(column, width - 1)] = "*"
    return ["".join(one) for one in rows]
