"""What a stage is about: in one line (spec/pipelines.md §11), or all of it for programs."""

from __future__ import annotations

from assay.pipeline.address import Addresses
from assay.pipeline.graph import Graph
from assay.pipeline.model import METRIC, OUT, PLOT, Stage
from assay.typed import Any

_WIDTH = 80


def summary(stage: Stage) -> str:
    """First line of the description, else what it writes, else what it reads; up to 80 columns."""
    line = next((line.strip() for line in stage.description.splitlines() if line.strip()), "")
    text = line or _outputs(stage) or _inputs(stage) or "No outputs or dependencies"
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def details(stage: Stage, graph: Graph, addresses: Addresses) -> dict[str, Any]:
    """Everything that its file says of a stage, templates resolved; what goes into JSON.

    Keys are those of dvc.yaml, paths relative to the current directory. `params`: file → keys, null
    for the whole file. `outs`, `metrics` and `plots` are maps with `path` and options. `upstream`:
    the stages that make what it reads.
    """
    path = addresses.path
    return {
        "name": addresses.stage(stage),
        "description": summary(stage),
        "file": path(stage.file),
        "cmd": stage.command,
        "wdir": path(stage.wdir or "."),
        "deps": [path(item.location) for item in stage.dependencies],
        "params": {path(file.location): file.keys for file in stage.params},
        **{kind: _outputs_as_data(stage, kind, addresses) for kind in (OUT, METRIC, PLOT)},
        "frozen": stage.frozen,
        "always_changed": stage.always_changed,
        "desc": stage.description,
        "meta": stage.meta,
        "upstream": [addresses.stage(graph.stages[key]) for key in graph.upstream[stage.key]],
    }


def _outputs_as_data(stage: Stage, kind: str, addresses: Addresses) -> list[dict[str, Any]]:
    return [
        {
            **out.details,
            "path": addresses.path(out.location),
            "cache": out.cache,
            "persist": out.persist,
            "push": out.push,
            "remote": out.remote,
        }
        for out in stage.all_outputs
        if out.kind == kind
    ]


def _outputs(stage: Stage) -> str:
    plain = [output.path for output in stage.all_outputs if output.is_plain]
    reports = [output.path for output in stage.all_outputs if not output.is_plain]
    parts = [f"Outputs {', '.join(plain)}"] if plain else []
    parts += [f"Reports {', '.join(reports)}"] if reports else []
    return "; ".join(parts)


def _inputs(stage: Stage) -> str:
    names = [item.path for item in stage.dependencies] + [file.path for file in stage.params]
    return f"Depends on {', '.join(names)}" if names else ""
