"""What a stage is about, in one line (spec/pipelines.md §11)."""

from __future__ import annotations

from assay.pipeline.model import Stage

_WIDTH = 80


def summary(stage: Stage) -> str:
    """First line of the description, else what it writes, else what it reads; up to 80 columns."""
    line = next((line.strip() for line in stage.description.splitlines() if line.strip()), "")
    text = line or _outputs(stage) or _inputs(stage) or "No outputs or dependencies"
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def _outputs(stage: Stage) -> str:
    plain = [output.path for output in stage.outputs if output.is_plain]
    reports = [output.path for output in stage.outputs if not output.is_plain]
    parts = [f"Outputs {', '.join(plain)}"] if plain else []
    parts += [f"Reports {', '.join(reports)}"] if reports else []
    return "; ".join(parts)


def _inputs(stage: Stage) -> str:
    names = [item.path for item in stage.dependencies] + [file.path for file in stage.params]
    return f"Depends on {', '.join(names)}" if names else ""
