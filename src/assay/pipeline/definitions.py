"""What one stage file says, as plain data: parsed, checked and with its templates resolved.

The part of loading that is needed only for files that changed since the last command.
"""

from __future__ import annotations

from assay.errors import FileProblem
from assay.formats.parameters import read_parameters
from assay.formats.yaml_read import YamlProblem, decode, parse, pretty
from assay.pipeline.files import ProjectFiles
from assay.pipeline.schema import check_lock_file, check_pipeline_file, check_stage_file
from assay.typed import Any, Callable, NamedTuple


class Definition(NamedTuple):
    """Plain data, and the locations of all files that it was made from."""

    value: dict[str, Any]
    files: tuple[str, ...]


def pipeline_definition(
    files: ProjectFiles,
    name: str,
    *,
    shown: str,
    folder: str,
    parsing: tuple[str, str],
    warn: Callable[[str], None],
) -> Definition:
    """The dvc.yaml at `name`: the fields of `templating.Resolved` that loading needs.

    `parsing` holds the options `parsing.bool` and `parsing.list`. A file without templates and
    variables `is_literal`: what stands in params.yaml has no say in it, as long as that can be
    read. Raises FileProblem and others.
    """
    from assay.pipeline.templating import ParsingOptions, resolve  # other files have no templates

    text = _text(files, name, shown)
    data = _parse(text, shown)
    check_pipeline_file(data, shown_name=shown, text=text)
    is_literal = "${" not in text and "vars" not in text
    resolved = resolve(
        data or {},
        name=shown,
        directory=folder,
        read=_Variables(files).read,
        parsing=ParsingOptions(*parsing),
        warn=warn,
    )
    value = {
        "is_literal": is_literal,
        "stages": resolved.stages,
        "params": resolved.params,
        "metrics": resolved.metrics,
        "plots": resolved.plots,
        "artifacts": resolved.artifacts,
        "datasets": resolved.datasets,
        "parametrized": sorted(resolved.parametrized),
        "groups": {group: list(members) for group, members in resolved.groups.items()},
    }
    return Definition(value, (name,) if is_literal else (name, *resolved.files))


def stage_file_definition(files: ProjectFiles, name: str, *, shown: str) -> Definition:
    """The .dvc file at `name`. Raises FileProblem."""
    text = _text(files, name, shown)
    data = _parse(text, shown)
    check_stage_file(data, shown_name=shown, text=text)
    return Definition(data or {}, (name,))


def lock_definition(files: ProjectFiles, name: str, *, shown: str) -> Definition:
    """The dvc.lock at `name`: its `stages` by name, `datasets` as parsed. Raises FileProblem."""
    text = _text(files, name, shown)
    data = _parse(text, shown)
    check_lock_file(data, shown_name=shown, text=text)
    data = data if isinstance(data, dict) else {}
    stages = {str(stage): entry for stage, entry in (data.get("stages") or {}).items()}
    return Definition({"stages": stages, "datasets": data.get("datasets")}, (name,))


def _text(files: ProjectFiles, name: str, shown: str) -> str:
    return decode(files.read(name) or b"", shown)


def _parse(text: str, shown: str) -> Any:
    try:
        return parse(text)
    except YamlProblem as problem:
        raise FileProblem(pretty(problem, f"./{shown}", text)) from None


class _Variables:
    """Files of variables, as templates ask for them."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files

    def read(self, path: str) -> object | None:
        """The parsed content; None when the file is missing."""
        data = self._files.read(path)
        return None if data is None else read_parameters(path, data)
