"""From the mapping of one dvc.yaml to the same as plain data.

Mistakes are found in this order: variables, the data of all groups, then stage by stage (its
directory, its own variables, its fields as they are written), then the other sections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from assay.errors import AssayError
from assay.pipeline.templating.errors import LoadedTwice, Mistake, TemplatingError, wrong_kind
from assay.pipeline.templating.groups import (
    Member,
    NotIterable,
    foreach_members,
    matrix_members,
)
from assay.pipeline.templating.render import Fill, Manner, compiled
from assay.pipeline.templating.scope import Lookup, Scope
from assay.pipeline.templating.unpack import ParsingOptions
from assay.pipeline.templating.variables import Loaded, VariableFiles, Variables, check_plain
from assay.pipeline.templating.expression import Reference

Body = dict[str, Any]
Used = dict[str, dict[str, Any]]


class Resolved(NamedTuple):
    """A dvc.yaml without templates.

    `stages` are bodies by name, generated names included (`train@a`), in file order, without the
    keys that templating used up. `parametrized` are the names of those that cannot be edited in
    the file because they hold templates or are generated; `groups` leads from a foreach or matrix
    name to those of its members. `used` tells for each stage which variables of which file (from
    the root) its templates asked for, by dotted path. `files` are all files of variables that had
    a say, be it by being absent: the result is good for as long as they and the dvc.yaml stay.
    """

    stages: dict[str, Body]
    parametrized: frozenset[str]
    groups: dict[str, tuple[str, ...]]
    params: list[Any]
    metrics: list[Any]
    plots: list[Any]
    artifacts: dict[str, Any]
    datasets: Any
    used: dict[str, Used]
    files: tuple[str, ...]


def resolve(
    data: dict[str, Any],
    *,
    name: str,
    directory: str,
    read: VariableFiles,
    parsing: ParsingOptions,
    warn: Callable[[str], None],
) -> Resolved:
    """`data`, the parsed dvc.yaml, with variables filled in and groups written out.

    `name` is the file as messages call it, `directory` where it lies, from the root. `data` must
    have passed the schema; it is not changed, and parts without templates are passed on as they
    are. Raises TemplatingError, and what `read` raises.
    """
    variables = Variables(read, directory=directory, name=name)
    try:
        known = variables.load(data.get("vars") or [], variables.default())
    except Mistake as mistake:
        raise mistake.at("'vars'", name) from None
    file = _File(name, parsing, variables, known)
    drafts = list(file.drafts(data.get("stages") or {}, warn))
    stages = {draft.name: file.stage(draft) for draft in drafts}
    top = file.sections
    return Resolved(
        stages={stage: result.body for stage, result in stages.items()},
        parametrized=frozenset(stage for stage, result in stages.items() if result.changed),
        groups=_groups(drafts),
        metrics=top.listed("metrics", data.get("metrics") or []),
        plots=top.listed("plots", data.get("plots") or []),
        params=top.listed("params", data.get("params") or []),
        artifacts=top.named("artifacts", data.get("artifacts") or {}),
        datasets=top.listed("datasets", data.get("datasets")),
        used={stage: result.used for stage, result in stages.items()},
        files=variables.files,
    )
