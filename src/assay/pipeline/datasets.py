"""Data sets that a dvc.yaml defines and that stages read as `ds://name` (spec/pipelines.md §12).

    datasets:
    - name: images
      url: ../archive
      type: dvc
      path: images
      rev: v2

dvc.lock beside it has the same with what the data set was locked to: a commit (`rev_lock`), a
version of DataChain's, or the versions of objects in a bucket. Stages record that form; who looks
for a newer one is `assay.data.datasets`.
"""

from __future__ import annotations

from assay.errors import AssayError
from assay.pipeline.model import PipelineFile
from assay.typed import Any, Mapping, NamedTuple

GIT, DATACHAIN, BUCKET = "dvc", "dc", "url"
"""Types: a path of a Git repository, a data set of DataChain, files of a bucket with versions."""

_COMMON = ("name", "url", "type")
_DEFINED = {GIT: (*_COMMON, "path", "rev"), DATACHAIN: _COMMON, BUCKET: _COMMON}
_LOCKED = {GIT: ("rev_lock",), DATACHAIN: ("version", "created_at"), BUCKET: ("meta",)}


class MissingDataset(AssayError):
    """No dvc.yaml defines a data set of that name."""

    exit_code = 1

    def __init__(self, name: str) -> None:
        super().__init__(f"dataset not found: '{name}'", hint="define it with `dvc dataset add`")


class BadDataset(AssayError):
    """A definition that makes no sense, or a locked form that does not."""


class NotLocked(AssayError):
    """What a data set stands for now is not in dvc.lock, so a stage cannot be recorded."""


class Dataset(NamedTuple):
    """One data set: what the dvc.yaml at `file` says, and the form in dvc.lock if there is one."""

    file: str
    defined: dict[str, Any]
    locked: dict[str, Any] | None

    @property
    def name(self) -> str:
        """What stages call it."""
        return str(self.defined["name"])

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.defined["type"])

    @property
    def url(self) -> str:
        """Where it comes from, as written."""
        return str(self.defined["url"])

    @property
    def is_locked(self) -> bool:
        """Whether dvc.lock has the data set as it is defined now."""
        return self.locked is not None and all(
            self.locked.get(key) == self.defined.get(key) for key in _DEFINED[self.kind]
        )

    def current(self) -> dict[str, Any]:
        """The locked form, for a stage to record. Raises NotLocked."""
        if self.locked is None:
            raise NotLocked(
                "Dataset information missing from dvc.lock file",
                hint=f"lock it with `dvc dataset update {self.name}`",
            )
        if not self.is_locked:
            raise NotLocked(
                f"Dataset information is not in sync. Run 'dvc ds update {self.name}' to sync."
            )
        return self.locked


class Datasets:
    """The data sets of a project. What is wrong with one is said when it is asked for."""

    __slots__ = ("_files",)

    def __init__(self, files: Mapping[str, PipelineFile]) -> None:
        self._files = files

    def find(self, name: str) -> Dataset:
        """The data set; the last one of that name. Raises MissingDataset and BadDataset."""
        found = None
        for file in self._files.values():
            for item in _items(file.datasets, file.path):
                if item["name"] == name:
                    found = file, item
        if found is None:
            raise MissingDataset(name)
        file, item = found
        return Dataset(file.path, _checked(item, file.path), _locked(file, name))


def locked_form(defined: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The form for dvc.lock: what is defined, and what it was `found` to stand for."""
    keys = _DEFINED[defined["type"]]
    return {**{key: defined[key] for key in keys if key in defined}, **found}


def _items(section: Any, file: str) -> list[dict[str, Any]]:
    if not section:
        return []
    if not isinstance(section, list) or not all(_has_name(item) for item in section):
        raise BadDataset(f"'datasets' in '{file}' is not a list of maps with a 'name'")
    return section


def _has_name(item: Any) -> bool:
    return isinstance(item, dict) and "name" in item


def _checked(item: dict[str, Any], file: str) -> dict[str, Any]:
    shown = f"data set '{item['name']}' in '{file}'"
    kind = item.get("type")
    if kind not in _DEFINED:
        known = ", ".join(sorted(_DEFINED))
        what = "has no type" if kind is None else f"is of the unknown type '{kind}'"
        raise BadDataset(f"{shown} {what}", hint=f"it may be one of {known}")
    for key in _DEFINED[kind]:
        if key in item and not isinstance(item[key], str):
            raise BadDataset(f"'{key}' of {shown} is not a text")
    if "url" not in item:
        raise BadDataset(f"{shown} has no url")
    return item


def _locked(file: PipelineFile, name: str) -> dict[str, Any] | None:
    """What dvc.lock beside the file says; None if it has nothing that could be meant."""
    shown = f"the dvc.lock beside '{file.path}'"
    items = [item for item in _items(file.locked_datasets, shown) if item["name"] == name]
    if not items or items[-1].get("type") not in _LOCKED:
        return None
    locked = items[-1]
    for key in _LOCKED[locked["type"]]:
        if key not in locked:
            raise BadDataset(
                f"data set '{name}' in {shown} has no '{key}'",
                hint=f"remove it from there and run `dvc dataset update {name}`",
            )
    return locked
