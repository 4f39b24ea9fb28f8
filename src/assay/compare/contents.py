"""What one revision holds: its files of values, and what was recorded of its data.

As JSON, for IDEs and for the cache alike (spec/clients.md §1.3, keys in that order):

    {"params": {"params.yaml": {"data": {"lr": 0.1}}}, "metrics": {…},
     "deps": {"in.txt": {"hash": "2094…", "size": 8, "nfiles": null}}, "outs": {…}, "meta": {}}

A file that could not be read has `"error": {"type": …, "msg": …}` in place of `data`.
"""

from __future__ import annotations

import time

from assay import quick_json
from assay.compare.json_text import file_as_json, json_text
from assay.compare.readings import DependencyContent, Failure, Files, OutputContent
from assay.typed import TYPE_CHECKING, Any, Mapping, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

_NONE: Mapping[str, Any] = {}


class _Values(NamedTuple):
    params: Files
    metrics: Files
    deps: Mapping[str, DependencyContent]
    outs: Mapping[str, OutputContent]


class Contents:
    """Everything of a revision that a table can show.

    Known by its values or by their JSON text; each is made from the other when it is first asked
    for. So a thousand commits whose texts were kept are printed without a look into them.

    `committed_at`   seconds since 1970; None for the workspace and what is running
    """

    __slots__ = ("_known", "_text", "committed_at")

    def __init__(
        self,
        committed_at: int | None = None,
        params: Files = _NONE,
        metrics: Files = _NONE,
        deps: Mapping[str, DependencyContent] = _NONE,
        outs: Mapping[str, OutputContent] = _NONE,
    ) -> None:
        self.committed_at = committed_at
        self._known: _Values | None = _Values(params, metrics, deps, outs)
        self._text: str | None = None

    @classmethod
    def of_text(cls, committed_at: int, text: str) -> Contents:
        """What `text`, the `text` of other contents, says."""
        made = cls.__new__(cls)
        made.committed_at, made._known, made._text = committed_at, None, text
        return made

    def without_time(self) -> Contents:
        """The same as if it had not been committed."""
        return Contents(None, *self._values)

    def replaced(self, *, params: Files | None = None, metrics: Files | None = None) -> Contents:
        """The same with other parameters, other metrics, or both."""
        return Contents(
            self.committed_at,
            self.params if params is None else params,
            self.metrics if metrics is None else metrics,
            self.deps,
            self.outs,
        )

    @property
    def iso_time(self) -> str | None:
        """When it was committed, in the time of who looks, without zone: `2025-03-04T05:06:07`."""
        moment = self.local_time
        return None if moment is None else iso_time(moment)

    @property
    def local_time(self) -> time.struct_time | None:
        """The same to be written; None also for a date that no calendar has."""
        try:
            moment = None if self.committed_at is None else time.localtime(self.committed_at)
        except (ValueError, OverflowError, OSError):
            return None
        return moment if moment is None or 1 <= moment.tm_year <= 9999 else None

    @property
    def timestamp(self) -> datetime | None:
        """The same to calculate with."""
        moment = self.local_time
        if moment is None:
            return None
        from datetime import datetime  # a shared library that other commands do not need

        return datetime(*moment[:6])

    @property
    def text(self) -> str:
        """All but the time as one line of JSON."""
        if self._text is None:
            self._text = json_text(_as_json(self._values))
        return self._text

    @property
    def params(self) -> Files:
        """Whole parameter files, or only the values that stages depend on if so asked."""
        return self._values.params

    @property
    def metrics(self) -> Files:
        """Metrics files after `metrics.extract`."""
        return self._values.metrics

    @property
    def deps(self) -> Mapping[str, DependencyContent]:
        """Path → dependency, without parameters."""
        return self._values.deps

    @property
    def outs(self) -> Mapping[str, OutputContent]:
        """Path → output, without metrics and plots."""
        return self._values.outs

    @property
    def _values(self) -> _Values:
        if self._known is None:
            self._known = _from_json(self._text or "")
        return self._known

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Contents):
            return NotImplemented
        return (self.committed_at, self._values) == (other.committed_at, other._values)

    __hash__ = None  # type: ignore[assignment]  # values are dictionaries

    def __repr__(self) -> str:
        return f"Contents({self.committed_at!r}, {self._values!r})"


def iso_time(moment: time.struct_time) -> str:
    """A moment without zone, years of the early centuries in four digits too."""
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*moment[:6])


def _as_json(values: _Values) -> dict[str, object]:
    return {
        "params": {path: file_as_json(content) for path, content in values.params.items()},
        "metrics": {path: file_as_json(content) for path, content in values.metrics.items()},
        "deps": {path: item._asdict() for path, item in values.deps.items()},
        "outs": {path: item._asdict() for path, item in values.outs.items()},
        "meta": {},
    }


def _from_json(text: str) -> _Values:
    item = quick_json.loads(text)
    return _Values(
        params=_files(item["params"]),
        metrics=_files(item["metrics"]),
        deps={path: DependencyContent(**fields) for path, fields in item["deps"].items()},
        outs={path: OutputContent(**fields) for path, fields in item["outs"].items()},
    )


def _files(item: Mapping[str, Any]) -> Files:
    return {
        path: Failure(**file["error"]) if "error" in file else file["data"]
        for path, file in item.items()
    }
