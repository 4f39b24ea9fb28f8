"""What may stand in dvc.yaml, dvc.lock and *.dvc files, written down as tables.

Checked on plain data before any template is resolved, so `cache: ${flag}` is a mistake here
(spec/pipelines.md §2, §6, §7). Values that only make sense together are checked by
`assay.pipeline.build`.
"""

from __future__ import annotations

from assay.errors import FileProblem
from assay.pipeline.schema_rules import (
    Problem,
    Rule,
    anything,
    checksum,
    dictionary,
    either,
    exactly,
    flag,
    list_of,
    map_of,
    mapping,
    nothing,
    text,
    whole_number,
)
from assay.typed import Sequence

texts = list_of(text)
text_or_texts = either(text, texts)
commands = either(text, list_of(anything))
variables = list_of(either(dictionary, text))

# dvc.yaml -----------------------------------------------------------------------------------------

ANNOTATIONS: dict[str, Rule] = {"desc": text, "type": text, "labels": texts, "meta": anything}

OUTPUT_OPTIONS: dict[str, Rule] = {
    "cache": flag,
    "persist": flag,
    "remote": text,
    "push": flag,
    "checkpoint": flag,
    **ANNOTATIONS,
}

STAGE_PLOT_OPTIONS: dict[str, Rule] = {
    **OUTPUT_OPTIONS,
    "template": text,
    "x": text,
    "y": text,
    "x_label": text,
    "y_label": text,
    "title": text,
    "header": flag,
}

_stage_plot = mapping(STAGE_PLOT_OPTIONS)
_outputs = list_of(either(text, map_of(mapping(OUTPUT_OPTIONS))))

STAGE: dict[str, Rule] = {
    "cmd": commands,
    "wdir": text,
    "deps": texts,
    "params": list_of(either(text, dictionary)),
    "outs": _outputs,
    "metrics": _outputs,
    "plots": list_of(either(text, map_of(either(_stage_plot, list_of(_stage_plot))))),
    "vars": variables,
    "frozen": flag,
    "always_changed": flag,
    "desc": text,
    "meta": anything,
    "matrix": map_of(either(text, list_of(anything))),
}

_single_stage = mapping(STAGE, required=("cmd",))

STAGE_GROUP: dict[str, Rule] = {
    "foreach": either(dictionary, list_of(anything), text),
    "do": _single_stage,
}

_stage_group = mapping(STAGE_GROUP, required=("foreach", "do"))


def stage(value: object) -> Sequence[Problem]:
    """One entry of `stages`: a `foreach` group or a single stage, which may have a matrix."""
    is_group = isinstance(value, dict) and ("foreach" in value or "do" in value)
    return (_stage_group if is_group else _single_stage)(value)


PLOT: dict[str, Rule] = {
    "x": either(text, map_of(text)),
    "y": either(text, texts, map_of(text_or_texts)),
    "x_label": text,
    "y_label": text,
    "title": text,
    "template": text,
}

ARTIFACT: dict[str, Rule] = {"path": text, **ANNOTATIONS}

PIPELINE_FILE: dict[str, Rule] = {
    "stages": map_of(stage),
    "vars": variables,
    "params": texts,
    "metrics": texts,
    "plots": list_of(either(text, map_of(either(mapping(PLOT), nothing)))),
    "artifacts": map_of(mapping(ARTIFACT, required=("path",))),
    "datasets": anything,
}

# What a recorded path carries, in dvc.lock and in .dvc files --------------------------------------

CLOUD_HASHES: dict[str, Rule] = {
    "md5": checksum,
    "etag": checksum,
    "checksum": checksum,
    "size": whole_number,
    "nfiles": whole_number,
    "isexec": flag,
    "version_id": text,
}

_cloud = map_of(mapping(CLOUD_HASHES))

DIRECTORY_FILE: dict[str, Rule] = {**CLOUD_HASHES, "cloud": _cloud, "relpath": text}

HASHES: dict[str, Rule] = {
    **CLOUD_HASHES,
    "hash": text,
    "cloud": _cloud,
    "files": list_of(mapping(DIRECTORY_FILE, required=("relpath",))),
}

# *.dvc --------------------------------------------------------------------------------------------

TRACKED_OUTPUT: dict[str, Rule] = {
    "path": text,
    **HASHES,
    **ANNOTATIONS,
    "cache": flag,
    "persist": flag,
    "remote": text,
    "push": flag,
    "fs_config": dictionary,
}

IMPORT_SOURCE: dict[str, Rule] = {
    "path": text,
    **HASHES,
    "persist": flag,
    "fs_config": dictionary,
    "repo": mapping(
        {
            "url": text,
            "rev": text,
            "rev_lock": text,
            "config": either(text, dictionary),
            "remote": either(text, dictionary),
        },
        required=("url",),
    ),
    "db": mapping({"query": text, "connection": text, "file_format": text, "table": text}),
}

STAGE_FILE: dict[str, Rule] = {
    "md5": checksum,
    "wdir": either(text, nothing),
    "deps": either(list_of(mapping(IMPORT_SOURCE)), nothing),
    "outs": either(list_of(mapping(TRACKED_OUTPUT)), nothing),
    "frozen": flag,
    "locked": flag,
    "meta": anything,
    "always_changed": flag,
    "desc": text,
}

# dvc.lock -----------------------------------------------------------------------------------------

_recorded_paths = list_of(
    mapping({"path": text, **HASHES, "dataset": dictionary}, required=("path",))
)

LOCKED_STAGE: dict[str, Rule] = {
    "cmd": commands,
    "deps": _recorded_paths,
    "params": map_of(map_of(anything)),
    "outs": _recorded_paths,
}

LOCK_FILE: dict[str, Rule] = {
    "schema": exactly("2.0", "invalid schema version"),
    "stages": map_of(mapping(LOCKED_STAGE, required=("cmd",))),
    "datasets": anything,
}

# --------------------------------------------------------------------------------------------------

_pipeline_file = mapping(PIPELINE_FILE)
_stage_file = mapping(STAGE_FILE)
_lock_file = mapping(LOCK_FILE, required=("schema",))


class SchemaProblem(FileProblem):
    """A file that breaks its schema. The message is a paragraph; `summary` is its first line."""

    def __init__(self, shown_name: str, problems: Sequence[Problem], text: str) -> None:
        # Finding the lines takes a YAML parser; only a broken file pays for it.
        from assay.pipeline.schema_report import report, spelled

        self._subject = f"'{spelled(shown_name)}' validation failed"
        self._count = f": {len(problems)} errors" if len(problems) > 1 else ""
        super().__init__(report(self.summary(), problems, text))

    def summary(self, revision: str = "") -> str:
        """One line without a full stop, for tables and JSON; `revision` is a commit in short."""
        place = f" in revision '{revision}'" if revision else ""
        return f"{self._subject}{place}{self._count}"


def check_pipeline_file(data: object, *, shown_name: str, text: str) -> None:
    """Raise SchemaProblem unless `data` has the shape of a dvc.yaml; an empty file has.

    `shown_name` is the file as the user would name it from where they are, `text` its content:
    it is read only to show the lines that are wrong.
    """
    _check(_pipeline_file, data, shown_name, text)


def check_stage_file(data: object, *, shown_name: str, text: str) -> None:
    """Raise SchemaProblem unless `data` has the shape of a .dvc file; an empty file has."""
    _check(_stage_file, data, shown_name, text)


def check_lock_file(data: object, *, shown_name: str, text: str) -> None:
    """Raise SchemaProblem unless `data` has the shape of a dvc.lock of schema 2.0."""
    _check(_lock_file, data, shown_name, text)


def _check(rule: Rule, data: object, shown_name: str, source: str) -> None:
    # Whatever is empty or false is an empty file to DVC, too.
    problems = rule(data or {})
    if problems:
        raise SchemaProblem(shown_name, problems, source)
