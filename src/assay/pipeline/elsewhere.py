"""What stages read and write that is no path of this machine: URLs, places in remotes, data sets.

Nothing of it is moved: a stage's command does that. What is recorded is what the place says
about itself, which changes with the content.
"""

from __future__ import annotations

from assay.config import Config
from assay.errors import AssayError
from assay.pipeline.changes import DELETED, MODIFIED, NEW, NOT_IN_SYNC
from assay.pipeline.datasets import Datasets
from assay.pipeline.model import Dependency, Output
from assay.pipeline.records import Record, is_same_source
from assay.store.scan import Scanner
from assay.typed import Any


class MissingElsewhere(AssayError):
    """Nothing is at the place that a stage reads or has written."""


class Elsewhere:
    """Looks at such places, at each once."""

    __slots__ = ("_config", "_datasets", "_found", "_local", "_scanner")

    def __init__(self, config: Config, scanner: Scanner, datasets: Datasets) -> None:
        self._config = config
        self._scanner = scanner
        self._datasets = datasets
        self._found: dict[str, dict[str, Any] | None] = {}
        self._local: list[str] = []

    def state(self, item: Dependency | Output, record: Record | None) -> str | None:
        """How what is there differs from the `record`; None if it does not.

        Raises MissingDataset, and what libraries for URLs raise.
        """
        if isinstance(item, Dependency) and item.dataset is not None:
            return self._dataset_state(item.dataset, record)
        found = self._look(item)
        if found is None:
            return DELETED
        known = record.raw if record is not None else {}
        return None if is_same_source(known, found) else MODIFIED

    def item(self, path: str, item: Dependency | Output) -> dict[str, Any]:
        """The item of dvc.lock for what is there now. Raises MissingElsewhere, NotLocked."""
        if isinstance(item, Dependency) and item.dataset is not None:
            return {"path": path, "dataset": self._datasets.find(item.dataset).current()}
        found = self._look(item)
        if found is None:
            kind = "output" if isinstance(item, Output) else "dependency"
            raise MissingElsewhere(f"{kind} '{item.path}' does not exist")
        return {"path": path, "hash": "md5", **found}

    def forget(self) -> None:
        """A command ran, which may have written there: look again."""
        for path in self._local:
            self._scanner.forget(path)
        self._found.clear()

    def _dataset_state(self, name: str, record: Record | None) -> str | None:
        dataset = self._datasets.find(name)
        if not dataset.is_locked:
            return NOT_IN_SYNC
        if record is None or "dataset" not in record.raw:
            return NEW
        return None if record.raw["dataset"] == dataset.locked else MODIFIED

    def _look(self, item: Dependency | Output) -> dict[str, Any] | None:
        # Only for stages that read from elsewhere.
        from assay.remotes.origin import LocalOrigin, open_origin, option_texts

        place = item.location
        if place not in self._found:
            given = item.options if isinstance(item, Dependency) else None
            origin = open_origin(
                place,
                directory="/",
                config=self._config,
                scanner=self._scanner,
                options=option_texts(given),
            )
            if isinstance(origin, LocalOrigin):
                self._local.append(origin.place)
            self._found[place] = origin.look()
        return self._found[place]
