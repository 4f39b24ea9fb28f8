"""One plot over all revisions that have it."""

from __future__ import annotations

from assay.compare.plots.contents import IMAGES, Content, Image, Table, suffix_of
from assay.compare.plots.definitions import Definition, Properties
from assay.compare.plots.points import CannotPlot, Points, points
from assay.compare.readings import Failure
from assay.typed import TYPE_CHECKING, Callable, NamedTuple, Sequence

if TYPE_CHECKING:
    from collections.abc import Mapping


class Problem(NamedTuple):
    """Why something is not shown."""

    rev: str
    failure: Failure
    name: str = ""
    """The figure; "" when a whole revision cannot be read."""
    source: str = ""
    """The file; "" when it is not about one."""


class Picture(NamedTuple):
    """An image as one revision has it."""

    rev: str
    path: str
    """Where it is in that revision."""
    image: Image


class Figure(NamedTuple):
    """One plot: drawn from `points`, or the same image in several revisions."""

    name: str
    properties: Properties
    points: Mapping[str, Points] = {}
    """Revision → its share, for those that have one."""
    pictures: Sequence[Picture] = ()
    problems: Sequence[Problem] = ()


class RevisionPlots(NamedTuple):
    """What one revision has to say."""

    definitions: Sequence[Definition]
    contents: Mapping[tuple[str, bool], Content]
    """(location, whether it has a header) → content, for all sources."""


def figures(revisions: Mapping[str, RevisionPlots], shown: Callable[[str], str]) -> list[Figure]:
    """The figures of all revisions. `shown` gives the words for a location."""
    return [_figure(name, items, shown) for name, items in _grouped(revisions, shown).items()]


class _Item(NamedTuple):
    rev: str
    definition: Definition
    contents: Mapping[tuple[str, bool], Content]

    def content(self, path: str) -> Content:
        return self.contents[path, has_header(self.definition)]


def has_header(definition: Definition) -> bool:
    """Whether the first line of its CSV and TSV files names the fields."""
    return definition.properties.get("header") is not False


def _grouped(
    revisions: Mapping[str, RevisionPlots], shown: Callable[[str], str]
) -> dict[str, list[_Item]]:
    """Name → the definitions of all revisions; two files may define one name, then both tell it."""
    by_id: dict[str, dict[str, list[_Item]]] = {}
    for rev, plots in revisions.items():
        for definition in plots.definitions:
            same = by_id.setdefault(definition.id, {}).setdefault(definition.file, [])
            same.append(_Item(rev, definition, plots.contents))
    found: dict[str, list[_Item]] = {}
    for id_, by_file in by_id.items():
        if suffix_of(id_) in IMAGES and "" in by_file:
            by_file = {"": by_file[""]}  # an image looks the same whoever asks for it
        for file, items in by_file.items():
            first = items[0].definition
            name = shown(first.id) if first.is_of_file else first.id
            found[f"{shown(file)}::{name}" if file and len(by_file) > 1 else name] = items
    return found


def _figure(name: str, items: Sequence[_Item], shown: Callable[[str], str]) -> Figure:
    properties: Properties = {}
    for item in items:  # the first revision has the last word
        properties = {**item.definition.properties, **properties}
    problems = _missing(name, items, shown)
    first = items[0].definition
    if first.is_of_file and suffix_of(first.id) in IMAGES:
        return Figure(name, properties, pictures=_pictures(items), problems=problems)
    found: dict[str, Points] = {}
    for item in items:
        tables = {
            path: content.rows
            for path in item.definition.sources
            if isinstance(content := item.content(path), Table)
        }
        if not tables:
            continue
        try:
            share = points(item.definition, properties, tables, rev=item.rev)
        except CannotPlot as error:
            problems.append(Problem(item.rev, Failure(error.kind, error.message), name))
            continue
        if share is not None:
            found[item.rev] = share
    return Figure(name, properties, points=found, problems=problems)


def _missing(name: str, items: Sequence[_Item], shown: Callable[[str], str]) -> list[Problem]:
    return [
        Problem(item.rev, content, name, shown(path))
        for item in items
        for path in item.definition.sources
        if isinstance(content := item.content(path), Failure)
    ]


def _pictures(items: Sequence[_Item]) -> list[Picture]:
    return [
        Picture(item.rev, item.definition.id, content)
        for item in items
        if isinstance(content := item.content(item.definition.id), Image)
    ]
