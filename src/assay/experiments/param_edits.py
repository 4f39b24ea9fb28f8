"""Which parameter files an experiment changes, and what they hold then.

Plain `-S` edits one file as text; with `hydra.enabled` params.yaml is composed anew in every run
(spec/overrides.md §6, §7).
"""

from __future__ import annotations

import os

from assay.errors import AssayError, UnexpectedError
from assay.experiments.overrides import (
    ByFile,
    ParameterFile,
    apply_overrides,
    check_plain,
    group_by_file,
    parameter_file,
)
from assay.fs.reading import read_or_none
from assay.pipeline.build import DEFAULT_PARAMS
from assay.project import Project
from assay.typed import TYPE_CHECKING, Callable, Iterable, Sequence

if TYPE_CHECKING:
    from assay.experiments.composition import CompositionSource


def edited_files(
    project: Project, directory: str, overrides: Sequence[str], *, hydra: bool = True
) -> dict[str, bytes]:
    """Absolute path → new content, for each file that changes. Nothing is written.

    `overrides` are texts of `-S`; files in them are relative to `directory` (absolute). Raises
    SweepNeedsQueue, InvalidOverride and others before anything happens.
    """
    by_file = group_by_file(overrides)
    check_plain(by_file)
    (edits,) = edits_of(project, directory, [by_file], hydra=hydra)
    return edits


def edits_of(
    project: Project,
    directory: str,
    combinations: Iterable[ByFile],
    *,
    hydra: bool = True,
    read: Callable[[str], bytes | None] | None = None,
) -> list[dict[str, bytes]]:
    """The same for each of several sets of plain overrides, such as the combinations of a sweep.

    `read` gives what a file holds before (by absolute path), None if there is none; without it
    files are those of the workspace. Each file is read once.
    """
    known: dict[str, ParameterFile] = {}

    def before(path: str, file: str) -> ParameterFile:
        if path not in known:
            data = read(path) if read is not None else _in_workspace(path, file)
            known[path] = parameter_file(file, data)
        return known[path]

    is_composed = hydra and project.config.flag("hydra", "enabled")
    all_edits = []
    for combination in combinations:
        by_file = dict(combination)
        edits: dict[str, bytes] = {}
        if is_composed:
            edits[os.path.join(directory, DEFAULT_PARAMS)] = _composed(project, by_file)
        for file, texts in by_file.items():
            path = os.path.join(directory, file)
            edits[path] = apply_overrides(before(path, file), texts)
            if not file:
                raise AssayError(
                    f"no file is named before the colon of ':{texts[0]}'",
                    hint=f"leave the colon out for params.yaml: `-S {texts[0]}`",
                )
        all_edits.append(edits)
    return all_edits


def _composed(project: Project, by_file: ByFile) -> bytes:
    """What params.yaml becomes; its overrides are taken out of `by_file`."""
    from assay.experiments.composition import compose  # few want that

    return compose(_source(project), tuple(by_file.pop(DEFAULT_PARAMS, ())))


def _in_workspace(path: str, file: str) -> bytes | None:
    if not file:
        return None
    found = read_or_none(path)
    if found is None and not os.path.isdir(os.path.dirname(path)):
        raise UnexpectedError(
            f"[Errno 2] No such file or directory: '{file}'", hint="make its directory first"
        )
    return found


def _source(project: Project) -> CompositionSource:
    from assay.experiments.composition import CompositionSource

    def option(name: str) -> str:
        return project.config.get("hydra", name) or ""

    return CompositionSource(
        config_name=option("config_name") or "config",
        config_dir_abs=os.path.join(project.root, option("config_dir") or "conf"),
        config_module=option("config_module"),
        plugins_dir_abs=os.path.join(project.root, option("plugins_path"))
        if option("plugins_path")
        else "",
    )
