"""A dvc.yaml with variables files around it, all in memory, resolved."""

from __future__ import annotations

import os.path
from typing import Any

from ruamel.yaml import YAML

from assay.errors import AssayError
from assay.formats.parameters import read_parameters
from assay.pipeline.templating import ParsingOptions, Resolved, resolve

DIRECTORY = None


def resolved(
    text: str,
    files: dict[str, str | None] | None = None,
    *,
    params: str | None = None,
    directory: str = "",
    name: str | None = None,
    parsing: ParsingOptions = ParsingOptions(),  # noqa: B008 - a constant
    warnings: list[str] | None = None,
) -> Resolved:
    """What the dvc.yaml with this content gives.

    `files` are the files beside it (DIRECTORY stands for a folder), `params` is its params.yaml;
    `warnings` gets what is warned of.
    """
    around = {
        os.path.normpath(os.path.join(directory, path)): content
        for path, content in (files or {}).items()
    }
    if params is not None:
        around[os.path.join(directory, "params.yaml")] = params

    def read(path: str) -> object | None:
        if path not in around:
            return None
        content = around[path]
        if content is DIRECTORY:
            raise IsADirectoryError(path)
        return read_parameters(path, content.encode())

    return resolve(
        YAML(typ="safe", pure=True).load(text) or {},
        name=os.path.join(directory, "dvc.yaml") if name is None else name,
        directory=directory,
        read=read,
        parsing=parsing,
        warn=([] if warnings is None else warnings).append,
    )


def complaint(text: str, files: dict[str, str | None] | None = None, **options: Any) -> str:
    """The message about a dvc.yaml that cannot be resolved; empty when it can."""
    try:
        resolved(text, files, **options)
    except AssayError as error:
        return error.chain()
    return ""


def filled(template: str, params: str = "", **options: Any) -> Any:
    """The `desc` of a stage that is written as `template`."""
    quoted = template.replace("'", "''")
    return resolved(stage(f"desc: '{quoted}'"), params=params, **options).stages["s"]["desc"]


def command(template: str, params: str = "", **options: Any) -> Any:
    """The command of a stage that is written as `template`."""
    quoted = template.replace("'", "''")
    return resolved(f"stages: {{s: {{cmd: '{quoted}'}}}}", params=params, **options).stages["s"][
        "cmd"
    ]


def stage(*lines: str) -> str:
    """A dvc.yaml with one stage `s` that has these lines in its body, and a command."""
    return "\n".join(["stages:", "  s:", *(f"    {line}" for line in lines), "    cmd: x"])
