"""From the mapping of one dvc.yaml to the same as plain data.

Mistakes are found in this order: variables, the data of all groups, then stage by stage (its
directory, its own variables, its fields as they are written), then the other sections.
"""

from __future__ import annotations

from assay.pipeline.templating.errors import Mistake
from assay.pipeline.templating.sections import SectionWriter
from assay.pipeline.templating.stages import Body, Draft, StageWriter, Used
from assay.pipeline.templating.unpack import ParsingOptions
from assay.pipeline.templating.variables import VariableFiles, Variables
from assay.typed import Any, Callable, NamedTuple


class Resolved(NamedTuple):
    """A dvc.yaml without templates.

    `stages` are bodies by name, generated names included (`train@a`), in file order and without
    the keys that templating used up. `parametrized` are the names of those that the file does not
    hold literally, so that they cannot be edited in it; `groups` leads from the name of a foreach
    or matrix to those of its members. `used` tells for each stage which variables of which file
    (from the root) its templates asked for, by dotted path, with their values. `files` are all
    files of variables that had a say, be it by being absent: the result holds as long as they do.
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
    """`data`, the parsed dvc.yaml, with its variables filled in and its groups written out.

    `name` is the file as messages call it, `directory` where it lies, from the root. `data` must
    have passed the schema; it is not changed, and parts without templates are passed on as they
    are, not copied. Raises TemplatingError, and what `read` raises.
    """
    variables = Variables(read, directory=directory, name=name)
    try:
        known = variables.load(data.get("vars") or [], variables.default())
    except Mistake as mistake:
        raise mistake.at("'vars'", name) from None
    written = data.get("stages") or {}
    writer = StageWriter(name, variables, known, parsing=parsing)
    drafts = writer.drafts(written, warn)
    stages = {draft.name: writer.fill(draft) for draft in drafts}
    top = SectionWriter(name, known.scope, parsing=parsing)
    return Resolved(
        stages={stage: filled.body for stage, filled in stages.items()},
        parametrized=frozenset(s for s, filled in stages.items() if filled.is_parametrized),
        groups=_groups(written, drafts),
        metrics=top.listed("metrics", data.get("metrics") or []),
        plots=top.listed("plots", data.get("plots") or []),
        params=top.listed("params", data.get("params") or []),
        artifacts=top.named("artifacts", data.get("artifacts") or {}),
        datasets=top.listed("datasets", data.get("datasets")),
        used={stage: filled.used for stage, filled in stages.items() if filled.used},
        files=variables.files,
    )


def check_default_variables(*, name: str, directory: str, read: VariableFiles) -> None:
    """Raise what `resolve` raises for the default variables alone, whoever uses them."""
    try:
        Variables(read, directory=directory, name=name).check_default()
    except Mistake as mistake:
        raise mistake.at("'vars'", name) from None


def _groups(stages: dict[str, Body], drafts: list[Draft]) -> dict[str, tuple[str, ...]]:
    """Group → its members; a group without members is there too."""
    members: dict[str, list[str]] = {
        name: [] for name, body in stages.items() if "foreach" in body or "matrix" in body
    }
    for draft in drafts:
        if draft.group:
            members[draft.group].append(draft.name)
    return {name: tuple(names) for name, names in members.items()}
