"""Which way a metric is better, as far as somebody has said so; nothing is guessed from names.

In dvc.yaml, where DVC takes any `meta` and ignores it, with the metrics file or with its stage:

    stages:
      train:
        metrics:
        - metrics.json:
            cache: false
            meta: {direction: {acc: max, "loss.*": min}}
        meta: {direction: {"dvclive/metrics.json:acc": max}}

On the command line as `--direction acc=max`, which outweighs that. A name is `KEY` or `FILE:KEY`;
`*`, `?` and `[…]` stand for letters as in the shell. One word, `direction: max`, means all metrics
of a file.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from assay.errors import UsageError
from assay.pipeline.load import Pipeline
from assay.pipeline.model import METRIC
from assay.typed import Iterable, Iterator, Mapping, NamedTuple, Sequence

_WORDS = {"max": True, "maximize": True, "min": False, "minimize": False}


class Direction(NamedTuple):
    """Metrics whose `FILE:KEY` or `KEY` matches `pattern` are better when they are larger, or not.

    `file` is where they must be; "" for anywhere.
    """

    pattern: str
    is_larger_better: bool
    file: str = ""

    def fits(self, file: str, key: str) -> bool:
        """Whether this is about the metric `key` of `file`."""
        if self.file and self.file != file:
            return False
        return any(fnmatchcase(name, self.pattern) for name in (key, f"{file}:{key}"))


class BadDirection(UsageError):
    """A word of the command line that says no direction."""

    def __init__(self, text: str) -> None:
        super().__init__(f"--direction must be NAME=max or NAME=min, not '{text}'")


def directions_from_words(words: Iterable[str]) -> list[Direction]:
    """What the command line says: `acc=max`. Raises BadDirection."""
    found: list[Direction] = []
    for word in words:
        name, _, way = word.rpartition("=")
        if not name or way not in _WORDS:
            raise BadDirection(word)
        found.append(Direction(name, _WORDS[way]))
    return found


def directions_of(pipeline: Pipeline) -> list[Direction]:
    """What dvc.yaml says; what is no direction there belongs to somebody else."""
    found: list[Direction] = []
    for stage in pipeline.stages.values():
        for output in stage.outputs:
            if output.kind == METRIC:
                found += _directions(output.details.get("meta"), output.location)
        found += _directions(stage.meta, "")
    return found


def is_larger_better(directions: Sequence[Direction], file: str, key: str) -> bool | None:
    """What the first direction that is about a metric says; None if none is."""
    return next((one.is_larger_better for one in directions if one.fits(file, key)), None)


def _directions(meta: object, file: str) -> Iterator[Direction]:
    said = meta.get("direction") if isinstance(meta, Mapping) else None
    named = said if isinstance(said, Mapping) else {"*": said} if file else {}
    for name, way in named.items():
        if isinstance(way, str) and way in _WORDS:
            yield Direction(str(name), _WORDS[way], file)
