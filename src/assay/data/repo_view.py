"""What another project holds, at one revision: the files of Git and tracked data as one tree.

Tracked data wins over a file of the same name, as a workspace of an earlier time may lie there. The
listing of a tracked directory is asked for when somebody looks into it.
"""

from __future__ import annotations

from contextlib import ExitStack
from os.path import normpath

from assay.data.elsewhere import Elsewhere
from assay.data.plain_files import CommitFiles, PlainFiles, WorkTreeFiles
from assay.errors import AssayError
from assay.fs.ignore import IGNORE_FILE
from assay.git.repository import Repository
from assay.pipeline.address import Addresses
from assay.pipeline.build import is_stage_file
from assay.pipeline.load import Pipeline
from assay.pipeline.model import Output, Stage
from assay.pipeline.records import Record, lock_path, records
from assay.pipeline.revisions.objects import PRIVATE
from assay.pipeline.revisions.pipelines import RevisionPipelines
from assay.project import Project
from assay.store.trees import TreeEntry
from assay.typed import Callable, Iterator, NamedTuple
from assay.ui.console import Console

Listing = Callable[["Tracked"], tuple[TreeEntry, ...] | None]


class NotThere(AssayError):
    """Nothing in the other project has that path."""

    def __init__(self, path: str) -> None:
        super().__init__(f"there is no '{path}' in the repository")
        self.path = path


class Tracked(NamedTuple):
    """An output of the other project and what was recorded for it; `location` from its root."""

    stage: Stage
    output: Output
    record: Record

    @property
    def location(self) -> str:
        """Where it is."""
        return self.output.location

    @property
    def is_tree(self) -> bool:
        """Whether it is a directory."""
        return bool(self.record.md5 and self.record.md5.endswith(".dir"))

    @property
    def is_import(self) -> bool:
        """Whether the other project has it from a third repository."""
        return any(dependency.repo is not None for dependency in self.stage.dependencies)


class Item(NamedTuple):
    """A file, or a tracked directory that was not looked into; the path is from the root.

    `tracked` is the output that holds it, `md5` its hash if it is recorded.
    """

    path: str
    tracked: Tracked | None = None
    md5: str | None = None
    size: int | None = None


class RepoView:
    """One project of a repository. Open with `view_of`."""

    __slots__ = ("_outputs", "files", "is_workspace", "pipeline", "project")

    def __init__(
        self, project: Project, pipeline: Pipeline, files: PlainFiles, *, is_workspace: bool
    ) -> None:
        self.project = project
        self.pipeline = pipeline
        self.files = files
        self.is_workspace = is_workspace
        self._outputs = {one.location: one for one in _tracked(pipeline)}

    def tracked_around(self, path: str) -> Tracked | None:
        """The output at `path`, or around it."""
        while path:
            found = self._outputs.get(path)
            if found is not None:
                return found
            path = path.rpartition("/")[0]
        return None

    def items(
        self, path: str, listing: Listing, *, depth: int | None = None, data_only: bool = False
    ) -> list[Item]:
        """The files at and below `path`, sorted. Raises NotThere.

        A tracked directory deeper than `depth` levels is one item. With `data_only` nothing that
        Git has.
        """
        path = "" if path in (".", "") else path
        around = self.tracked_around(path)
        if around is not None:
            return list(self._inside(around, path, listing))
        outputs = [one for place, one in self._outputs.items() if _is_below(place, path)]
        found: dict[str, Item] = {}
        if not data_only and path and self.files.is_file(path):
            return [Item(path)]
        if not set(PRIVATE).isdisjoint(path.split("/")):
            raise NotThere(path)
        if not data_only:
            held = {one.location for one in outputs}
            for name in self.files.below(path) if self.files.is_directory(path) else ():
                if not _is_in(name, held):
                    found[name] = Item(name)
        for one in outputs:
            for item in self._output_items(one, path, listing, depth):
                found[item.path] = item
        if not found and path and not self.files.is_directory(path):
            raise NotThere(path)
        return [found[name] for name in sorted(found)]

    def is_directory(self, path: str) -> bool:
        """Whether `path` has something below it; a part of tracked data counts as a file."""
        around = self.tracked_around(path)
        if around is not None:
            return around.location == path and around.is_tree
        inside = any(_is_below(place, path) for place in self._outputs)
        return inside or self.files.is_directory(path)

    def _output_items(
        self, one: Tracked, path: str, listing: Listing, depth: int | None
    ) -> Iterator[Item]:
        levels = one.location[len(path) :].strip("/").count("/") + 1
        if not one.is_tree or (depth is not None and levels >= depth):
            yield Item(one.location, one, one.record.md5, one.record.size)
        else:
            yield from self._inside(one, one.location, listing)

    def _inside(self, one: Tracked, path: str, listing: Listing) -> Iterator[Item]:
        if not one.is_tree:
            if path != one.location:
                raise NotThere(path)
            yield Item(path, one, one.record.md5, one.record.size)
            return
        entries = listing(one)
        if entries is None:
            yield Item(one.location, one, one.record.md5, one.record.size)
            return
        found = [Item(f"{one.location}/{e.path}", one, e.md5) for e in entries]
        found = [item for item in found if item.path == path or _is_below(item.path, path)]
        if not found and path != one.location:
            raise NotThere(path)
        yield from found


class Opened(NamedTuple):
    """A view, and the path that was asked for as it is seen from the view's project."""

    view: RepoView
    path: str


def view_of(place: Elsewhere, path: str, console: Console, opened: ExitStack) -> Opened:
    """The project of the repository that `path` (from its top) lies in. For one thread.

    `opened` ends what was started. Raises FileProblem and others for broken stage files.
    """
    path = normpath(path.strip("/") or ".")
    if path == ".." or path.startswith("../"):
        raise NotThere(path)
    path = "" if path == "." else path
    if place.commit is None:
        folder = next(filter(place.has_project, _folders(path)), "")
        project = place.project(folder)
        bench = _workspace_pipeline(project, console)
        files = WorkTreeFiles(project.root)
        inside = path[len(folder) + 1 :] if folder else path
        return Opened(RepoView(project, bench, files, is_workspace=True), inside)
    assert place.repository is not None
    folder = _project_folder(place.repository, place.commit, path)
    _give_config(place, folder)
    project = place.project(folder)
    pipelines = opened.enter_context(RevisionPipelines(project))
    pipeline = pipelines.load(place.commit)
    source = pipelines.files(place.commit)
    if source is None:
        raise NotThere(path)
    inside = path[len(folder) + 1 :] if folder else path
    held = CommitFiles(place.repository, source)
    return Opened(RepoView(project, pipeline, held, is_workspace=False), inside)


def is_hidden(path: str) -> bool:
    """Whether a file is for DVC's own use and is not part of what `get` and `du` see."""
    return is_stage_file(path) or path.rpartition("/")[2] == IGNORE_FILE


def _workspace_pipeline(project: Project, console: Console) -> Pipeline:
    from assay.pipeline.workbench import open_workbench

    addresses = Addresses(project.root, project.root)
    return open_workbench(project, addresses, console).pipeline


def _project_folder(repository: Repository, commit: str, path: str) -> str:
    """The deepest folder at or above `path` that holds `.dvc` in the commit, "" for the top."""
    folders = _folders(path)
    names = [f"{commit}:{folder}/.dvc" for folder in folders]
    if not names:
        return ""
    asked = "".join(f"{name}\n" for name in names if "\n" not in name)
    done = repository.run(
        ["cat-file", "--batch-check=%(objecttype)"], stdin=asked.encode("utf-8", "surrogateescape")
    )
    answers = done.stdout.decode("utf-8", "replace").splitlines()
    return next(
        (folder for folder, kind in zip(folders, answers, strict=False) if kind == "tree"), ""
    )


def _folders(path: str) -> list[str]:
    """`path` and the folders above it, the deepest first; without the top."""
    parts = path.split("/") if path else []
    return ["/".join(parts[:depth]) for depth in range(len(parts), 0, -1)]


def _give_config(place: Elsewhere, folder: str) -> None:
    if not place.is_copy or place.repository is None:
        return
    name = f"{place.commit}:{folder}/.dvc/config" if folder else f"{place.commit}:.dvc/config"
    done = place.repository.run(["cat-file", "blob", name], check=False)
    place.write_config(folder, done.stdout if done.code == 0 else None)


def _tracked(pipeline: Pipeline) -> Iterator[Tracked]:
    for stage in pipeline.stages.values():
        known = records(pipeline.entry(stage), "outs")
        for output in stage.outputs:
            record = known.get(lock_path(stage, output.path, output.location))
            if output.cache and not output.location.startswith("/"):
                yield Tracked(stage, output, record or _nothing())


def _nothing() -> Record:
    from assay.pipeline.records import record_of

    return record_of({})


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _is_in(path: str, places: set[str]) -> bool:
    while path:
        if path in places:
            return True
        path = path.rpartition("/")[0]
    return False
