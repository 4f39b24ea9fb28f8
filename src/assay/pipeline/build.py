"""Stages from plain data: the body of a resolved stage in dvc.yaml, or the content of a .dvc file.

The data has passed the schema; what is left to check is what only makes sense for a whole stage.
"""

from __future__ import annotations

import os.path

from assay.errors import AssayError, UnexpectedError
from assay.pipeline.model import METRIC, OUT, PLOT, Dependency, Output, ParamFile, Stage
from assay.typed import Any, Iterator

DEFAULT_PARAMS = "params.yaml"
_OUTPUT_OPTIONS = ("cache", "persist", "push", "remote")
_HASH_KEYS = (
    "hash",
    "md5",
    "size",
    "nfiles",
    "isexec",
    "etag",
    "checksum",
    "version_id",
    "files",
    "cloud",
)
_ODD_STARTS = ("/", ".")
_DETAIL_KEYS = ("desc", "type", "labels", "meta", "metric", "plot")


class BadStage(AssayError):
    """A stage that makes no sense as a whole: a path twice, an input that is an output."""


def locate(root: str, wdir: str, path: str) -> str:
    """Where `path`, written in a stage with `wdir`, is: relative to `root` (absolute) if inside.

    Raises BadStage for what can be no path.
    """
    if is_plain(path) and (not wdir or is_plain(wdir)):
        return f"{wdir}/{path}" if wdir else path
    if "\0" in path:
        raise _no_path(path)
    if "://" in path:
        return path
    place = os.path.normpath(os.path.join(root, wdir, path))
    if place == root:
        return "."
    return place[len(root) + 1 :] if place.startswith(root + "/") else place


def _no_path(path: str) -> BadStage:
    return BadStage(f"{path!r}: no name of a file can hold a NUL")


def is_plain(path: str) -> bool:
    """Whether a path is sure to be relative with nothing to resolve: most are, quick to tell."""
    return not (
        path.startswith(_ODD_STARTS)
        or path.endswith("/")
        or "/." in path
        or "//" in path
        or not path
        or "\0" in path
    )


def stage_from_body(root: str, file: str, name: str, body: dict[str, Any]) -> Stage:
    """The stage `name` of the dvc.yaml at `file`, from its resolved body."""
    wdir = _working_directory(file, body.get("wdir"))
    outputs, uploads = _split(tuple(_outputs(root, wdir, name, body)))
    stage = Stage(
        name=name,
        file=file,
        wdir=wdir,
        command=body["cmd"],
        dependencies=tuple(
            Dependency(path, locate(root, wdir, path)) for path in body.get("deps") or ()
        ),
        params=tuple(_param_files(root, wdir, body.get("params") or [])),
        outputs=outputs,
        frozen=bool(body.get("frozen")),
        always_changed=bool(body.get("always_changed")),
        description=body.get("desc") or "",
        meta=body.get("meta"),
        uploads=uploads,
    )
    return check_paths(stage, root)


def stage_from_dvc_file(root: str, file: str, data: dict[str, Any]) -> Stage:
    """The single stage of the .dvc file at `file`."""
    wdir = _working_directory(file, data.get("wdir"))
    outputs = data.get("outs") or []
    dependencies = data.get("deps") or []
    if not all("path" in item for item in (*outputs, *dependencies)):
        raise BadStage(f"'{file}' has an output or a dependency without a 'path'")
    written, uploads = _split(
        tuple(
            Output(
                path=item["path"],
                location=locate(root, wdir, item["path"]),
                kind=METRIC if item.get("metric") else PLOT if item.get("plot") else OUT,
                details={key: item[key] for key in _DETAIL_KEYS if key in item},
                **{key: item[key] for key in _OUTPUT_OPTIONS if key in item},
            )
            for item in outputs
        )
    )
    return Stage(
        name="",
        file=file,
        wdir=wdir,
        command=None,
        dependencies=tuple(
            Dependency(
                item["path"],
                locate(root, wdir, item["path"]),
                item.get("repo"),
                item.get("fs_config"),
            )
            for item in dependencies
        ),
        outputs=written,
        frozen=bool(data.get("frozen") or data.get("locked")),
        always_changed=bool(data.get("always_changed")),
        description=data.get("desc") or "",
        meta=data.get("meta"),
        recorded={
            "deps": [_record(item) for item in dependencies],
            "outs": [_record(item) for item in outputs],
        },
        checksum=data.get("md5"),
        written=data if dependencies else None,
        uploads=uploads,
    )


def check_paths(stage: Stage, root: str) -> Stage:
    """`stage` itself; raises BadStage for a path that stands where it must not.

    Source: spec/pipelines.md §11 and §13.
    """
    outputs: set[str] = set()
    for output in stage.all_outputs:
        if output.location in outputs:
            raise BadStage(
                f"output '{output.location}' is already specified in stage: '{stage.name}'.\n"
                f"Use `dvc remove {stage.name}` to stop tracking the overlapping output."
            )
        if is_stage_file(output.location):
            raise BadStage(f"DVC file '{output.path}' cannot be an output.")
        outputs.add(output.location)
    seen: set[str] = set()
    for dependency in stage.dependencies:
        if dependency.location in seen and not dependency.is_elsewhere:
            place = os.path.join(root, dependency.location)
            raise BadStage(f"file '{place}' is specified more than once.")
        if is_stage_file(dependency.location):
            raise BadStage(f"DVC file '{dependency.path}' cannot be a dependency.")
        seen.add(dependency.location)
    return stage


def is_stage_file(path: str) -> bool:
    """Whether a path names a file that holds stages (spec/pipelines.md §1)."""
    return path.endswith((".dvc", "/dvc.yaml")) or path == "dvc.yaml"


def _working_directory(file: str, wdir: str | None) -> str:
    beside = file.rpartition("/")[0]  # it is a location
    if not wdir:
        return beside
    if "\0" in wdir:
        raise _no_path(wdir)
    folder = os.path.normpath(os.path.join(beside, wdir))
    return "" if folder == "." else folder


def _record(item: dict[str, Any]) -> dict[str, Any]:
    return {"path": item["path"], **{key: item[key] for key in _HASH_KEYS if key in item}}


def _outputs(root: str, wdir: str, name: str, body: dict[str, Any]) -> Iterator[Output]:
    for kind in (OUT, METRIC, PLOT):
        for entry in body.get(kind) or ():
            if entry == {}:
                raise BadStage(f"stage '{name}': an entry of '{kind}' names no path")
            path, options = next(iter(entry.items())) if isinstance(entry, dict) else (entry, {})
            if isinstance(options, list):
                raise UnexpectedError(f"Expected dict for '{path}', got: 'list'")
            options = options or {}
            details = {key: value for key, value in options.items() if key not in _OUTPUT_OPTIONS}
            known = {key: options[key] for key in _OUTPUT_OPTIONS if key in options}
            yield Output(path, locate(root, wdir, path), kind, details=details, **known)


def _split(outputs: tuple[Output, ...]) -> tuple[tuple[Output, ...], tuple[Output, ...]]:
    """Those on this machine, and those at URLs, which nearly no stage has."""
    uploads = tuple([output for output in outputs if "://" in output.location])
    if not uploads:
        return outputs, ()
    return tuple(output for output in outputs if output not in uploads), uploads


def _param_files(root: str, wdir: str, entries: list[Any]) -> Iterator[ParamFile]:
    """One record per file, the default file first; a file tracked whole drops its keys."""
    keys: dict[str, list[str] | None] = {}
    for entry in entries:
        named = entry.items() if isinstance(entry, dict) else [(DEFAULT_PARAMS, [entry])]
        for file, wanted in named:
            path = str(file)
            if (wanted and not isinstance(wanted, (list, dict))) or wanted == "":
                kind = type(wanted).__name__
                raise UnexpectedError(
                    f"Expected list of params for custom params file '{path}', got '{kind}'."
                )
            if not wanted:
                keys[path] = None
            elif (known := keys.setdefault(path, [])) is not None:
                known.extend(str(key) for key in wanted)
    for path, tracked in keys.items():
        unique = None if tracked is None else tuple(dict.fromkeys(tracked))
        yield ParamFile(path, locate(root, wdir, path), unique)
