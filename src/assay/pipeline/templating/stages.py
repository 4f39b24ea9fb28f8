"""The stages of one dvc.yaml: drafted first, groups written out, then filled in one by one."""

from __future__ import annotations

from assay.pipeline.templating.errors import BadVars, Mistake, TemplatingError, wrong_kind
from assay.pipeline.templating.expression import Reference
from assay.pipeline.templating.groups import Member, NotIterable, foreach_members, matrix_members
from assay.pipeline.templating.render import Manner, compiled
from assay.pipeline.templating.scope import Lookup, Scope
from assay.pipeline.templating.unpack import ParsingOptions
from assay.pipeline.templating.variables import Loaded, Variables
from assay.typed import Any, Callable, Iterator, NamedTuple

Body = dict[str, Any]
Used = dict[str, dict[str, Any]]

FOREACH, DO, MATRIX = "foreach", "do", "matrix"
VARS, WDIR, COMMAND = "vars", "wdir", "cmd"


class StageTemplate:
    """The body of a stage, or of all members of a group, taken apart once.

    `fields` are the body without the keys `used_up`, `fills` those of them that hold templates,
    `own` the stage's own variables.
    """

    __slots__ = ("fields", "fills", "own")

    def __init__(self, body: Body, parsing: ParsingOptions, *, used_up: tuple[str, ...]) -> None:
        self.own: list[Any] = body.get(VARS) or []
        used = any(key in body for key in used_up)
        self.fields = {k: v for k, v in body.items() if k not in used_up} if used else body
        plain, command = Manner(parsing), Manner(parsing, maps=True)
        fills = {k: compiled(v, command if k == COMMAND else plain) for k, v in self.fields.items()}
        self.fills = {field: fill for field, fill in fills.items() if fill is not None}


class Draft(NamedTuple):
    """A stage to be filled in. `group` is empty for one that the file holds by itself."""

    name: str
    template: StageTemplate
    known: Loaded
    group: str = ""


class FilledStage(NamedTuple):
    """A stage without templates, and what was used for it: file → dotted path → value."""

    body: Body
    used: Used
    is_parametrized: bool


class StageWriter:
    """Makes the stages of one dvc.yaml, which messages call `file`."""

    __slots__ = ("_file", "_known", "_parsing", "_variables")

    def __init__(
        self, file: str, variables: Variables, known: Loaded, *, parsing: ParsingOptions
    ) -> None:
        self._file = file
        self._variables = variables
        self._known = known
        self._parsing = parsing

    def drafts(self, stages: dict[str, Body], warn: Callable[[str], None]) -> list[Draft]:
        """All stages that the section `stages` stands for, in file order.

        A stage that stands in the file under the name of a member gives way to that member. Raises
        TemplatingError for other names with `@`, which no target could name.
        """
        drafts = [draft for name in stages for draft in self._drafts(name, stages[name], warn)]
        generated = {draft.name for draft in drafts if draft.group}
        kept = [draft for draft in drafts if draft.group or draft.name not in generated]
        for draft in kept:
            if draft.name.count("@") != (1 if draft.group else 0):
                raise TemplatingError(f"Stage '{draft.name}' not found inside '{self._file}' file")
        return kept

    def fill(self, draft: Draft) -> FilledStage:
        """The stage that `draft` stands for. Raises TemplatingError."""
        template = draft.template
        if not template.fills and not template.own:
            return FilledStage(template.fields, {}, is_parametrized=bool(draft.group))
        used: Used = {}
        # The directory comes first: it says where the stage's own variables are.
        wdir = template.fields.get(WDIR, "")
        if WDIR in template.fills:
            wdir = self._filled(draft, WDIR, recording(draft.known.scope, used))
        if not isinstance(wdir, str):
            raise wrong_kind(f"stages.{draft.name}.wdir", self._file, expected="str", got=wdir)
        lookup = recording(self._with_own(draft, wdir).scope, used)
        filled = {
            field: wdir if field == WDIR else self._filled(draft, field, lookup)
            for field in template.fills
        }
        changed = bool(draft.group or filled)
        return FilledStage(template.fields | filled, used, is_parametrized=changed)

    def _drafts(self, name: str, body: Body, warn: Callable[[str], None]) -> Iterator[Draft]:
        if FOREACH in body:
            template = StageTemplate(body[DO], self._parsing, used_up=(VARS,))
            yield from self._group(name, FOREACH, template, body[FOREACH], warn)
        elif MATRIX in body:
            template = StageTemplate(body, self._parsing, used_up=(VARS, MATRIX))
            yield from self._group(name, MATRIX, template, body[MATRIX], warn)
        else:
            template = StageTemplate(body, self._parsing, used_up=(VARS,))
            yield Draft(name, template, self._known)

    def _group(
        self,
        name: str,
        kind: str,
        template: StageTemplate,
        data: Any,
        warn: Callable[[str], None],
    ) -> Iterator[Draft]:
        members = self._members(f"stages.{name}.{kind}", kind, data)
        scope = self._known.scope
        hidden = [n for n in (members[0].names if members else ()) if n in scope]
        if hidden:
            verb = "is" if len(hidden) == 1 else "are"
            warn(
                f"{' and '.join(hidden)} {verb} already specified, "
                f"will be overwritten for stages generated from '{name}'"
            )
        for member in members:
            known = Loaded(scope.with_member(member.names, member.origins), self._known.keys)
            yield Draft(f"{name}@{member.key}", template, known, group=name)

    def _members(self, place: str, kind: str, data: Any) -> list[Member]:
        expand = foreach_members if kind == FOREACH else matrix_members
        try:
            members = expand(data, self._known.scope, Manner(self._parsing, maps=True, lists=True))
        except Mistake as mistake:
            raise mistake.at(f"'{place}'", self._file) from None
        except NotIterable as error:
            got = error.args[0]
            raise wrong_kind(place, self._file, expected="list/dictionary", got=got) from None
        if any(not member.key for member in members):
            raise TemplatingError(
                f"failed to resolve '{place}' in '{self._file}': expected a name for each stage, "
                "got an empty text"
            )
        return members

    def _filled(self, draft: Draft, field: str, lookup: Lookup) -> Any:
        try:
            return draft.template.fills[field](lookup)
        except Mistake as mistake:
            raise mistake.at(f"'stages.{draft.name}.{field}'", self._file) from None

    def _with_own(self, draft: Draft, wdir: str) -> Loaded:
        """What the stage knows: the variables of the file and those of its own `vars`."""
        own, label = draft.template.own, f"{draft.name}."
        try:
            return self._variables.load(own, draft.known, wdir=wdir, label=label)
        except BadVars as mistake:
            raise mistake.at(f"'stages.{draft.name}.vars'", self._file) from None
        except Mistake as mistake:
            raise mistake.at(f"stage '{draft.name}'", self._file) from None


def recording(scope: Scope, used: Used) -> Lookup:
    """A way to look up in `scope` that notes in `used` each scalar that came out of a file."""

    def lookup(reference: Reference) -> Any:
        value = scope.find(reference)
        if not isinstance(value, dict | list):
            origin = scope.origin(scope.path(reference))
            if origin.source.file:
                used.setdefault(origin.source.file, {})[".".join(origin.path)] = value
        return value

    return lookup
