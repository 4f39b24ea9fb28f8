"""The nouns of a pipeline, as small immutable records without behaviour that does I/O.

Two kinds of path: `path` is the text the user wrote, relative to the stage's `wdir`, and goes into
dvc.lock as it is; `location` is where that is, POSIX relative to the project root (absolute when it
lies outside).
"""

from __future__ import annotations

from assay.typed import Any, NamedTuple

OUT, METRIC, PLOT = "outs", "metrics", "plots"
"""Kinds of output: the section of dvc.yaml that it stands in."""

DATASET_SCHEME = "ds://"


class Output(NamedTuple):
    """Something a stage writes, or that `add` tracks."""

    path: str
    location: str
    kind: str = OUT
    cache: bool = True
    persist: bool = False
    push: bool = True
    remote: str | None = None
    details: dict[str, Any] = {}  # noqa: RUF012 - never changed: desc, type, labels, meta, plot props

    @property
    def is_plain(self) -> bool:
        """Whether it is neither a metric nor a plot."""
        return self.kind == OUT

    @property
    def is_outside(self) -> bool:
        """Whether it is no path of the project."""
        return self.location.startswith("/") or "://" in self.location


class Dependency(NamedTuple):
    """Something a stage reads.

    `repo` is set for an import from another repository; `options` are for the library that reaches
    a URL.
    """

    path: str
    location: str
    repo: dict[str, Any] | None = None
    options: dict[str, Any] | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is no path of this machine: in another repository, at a URL, a data set."""
        return self.repo is not None or "://" in self.location

    @property
    def dataset(self) -> str | None:
        """The name in `ds://name`; None for anything else."""
        if not self.path.startswith(DATASET_SCHEME):
            return None
        return self.path.removeprefix(DATASET_SCHEME).partition("/")[0]


class ParamFile(NamedTuple):
    """The parameters of one file that a stage depends on; `keys` is None for the whole file."""

    path: str
    location: str
    keys: tuple[str, ...] | None


class Stage(NamedTuple):
    """One stage: of a dvc.yaml (`name` is set) or of a .dvc file (`name` is empty).

    `file` and `wdir` are relative to the project root; `wdir` is "" for the root itself.
    `outputs` are paths of this machine; what it writes at URLs is `uploads`, which are looked at
    and neither cached nor deleted. `recorded` is the inline record of a .dvc file in the form of a
    dvc.lock entry, `written` all that the file of an import says, and `checksum` what it says about
    itself.
    """

    name: str
    file: str
    wdir: str
    command: str | list[str] | None
    dependencies: tuple[Dependency, ...] = ()
    params: tuple[ParamFile, ...] = ()
    outputs: tuple[Output, ...] = ()
    frozen: bool = False
    always_changed: bool = False
    description: str = ""
    meta: Any = None
    recorded: dict[str, Any] | None = None
    checksum: str | None = None
    written: dict[str, Any] | None = None
    uploads: tuple[Output, ...] = ()

    @property
    def key(self) -> str:
        """The stage's identity in the project: `file:name`, or the .dvc file."""
        return f"{self.file}:{self.name}" if self.name else self.file

    @property
    def inputs(self) -> list[str]:
        """Locations of what it reads on this machine: dependencies, then parameter files."""
        read = [item.location for item in self.dependencies if not item.is_elsewhere]
        return read + [file.location for file in self.params]

    @property
    def all_inputs(self) -> list[str]:
        """Locations of what it reads that a stage of this project may have made, at URLs too."""
        read = [item.location for item in self.dependencies if item.repo is None]
        return read + [file.location for file in self.params]

    @property
    def all_outputs(self) -> tuple[Output, ...]:
        """What it writes, wherever that is."""
        return (*self.outputs, *self.uploads) if self.uploads else self.outputs

    @property
    def is_data_source(self) -> bool:
        """A .dvc file made by `add`: it only says which data there is."""
        return self.command is None and not self.dependencies and not self.params

    @property
    def is_import(self) -> bool:
        """A .dvc file whose data comes from a URL or another repository."""
        return self.command is None and len(self.dependencies) == 1 and not self.name

    @property
    def has_versioned_source(self) -> bool:
        """Whether it is an import of certain versions of files in a bucket."""
        if not self.is_import or self.written is None:
            return False
        told = self.written["deps"][0]
        if (told.get("fs_config") or {}).get("version_aware"):
            return True
        # Google's stores tell a version of everything, whether anybody wants it or not.
        is_pushed = any(output.push for output in self.outputs)
        return "files" in told or ("version_id" in told and not is_pushed)

    @property
    def is_callback(self) -> bool:
        """A command without any input: nothing can tell that it is up to date."""
        return bool(self.command) and not (self.dependencies or self.params or self.all_outputs)


def is_from_repository(stage: Stage) -> bool:
    """Whether it is an import from another repository."""
    return stage.is_import and stage.dependencies[0].repo is not None


class PipelineFile(NamedTuple):
    """What one dvc.yaml says besides its stages; paths as written, relative to `folder`.

    `datasets` and, from dvc.lock, `locked_datasets` are as parsed: `assay.pipeline.datasets` makes
    sense of them.
    """

    path: str
    folder: str
    params: list[Any] = []  # noqa: RUF012 - never changed
    metrics: list[Any] = []  # noqa: RUF012 - never changed
    plots: list[Any] = []  # noqa: RUF012 - never changed
    artifacts: dict[str, Any] = {}  # noqa: RUF012 - never changed
    datasets: Any = None
    locked_datasets: Any = None
    parametrized: frozenset[str] = frozenset()
    groups: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - never changed
