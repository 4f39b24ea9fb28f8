"""The sections of a dvc.yaml beside its stages: metrics, plots, params, artifacts, datasets.

Unlike in a stage, a template here may give a list or a map.
"""

from __future__ import annotations

from assay.pipeline.templating.errors import Mistake, wrong_kind
from assay.pipeline.templating.render import Manner, compiled
from assay.pipeline.templating.scope import Scope
from assay.pipeline.templating.unpack import ParsingOptions
from assay.typed import Any


class SectionWriter:
    """Fills in the sections of one dvc.yaml, which messages call `file`."""

    __slots__ = ("_file", "_manner", "_scope")

    def __init__(self, file: str, scope: Scope, *, parsing: ParsingOptions) -> None:
        self._file = file
        self._scope = scope
        self._manner = Manner(parsing, maps=True, lists=True)

    def listed(self, section: str, items: Any) -> Any:
        """A section that is a list. Anything else is passed on: `datasets` has no schema."""
        if not isinstance(items, list):
            return items
        return [self._filled(item, f"{section}.{index}") for index, item in enumerate(items)]

    def named(self, section: str, items: dict[str, Any]) -> dict[str, Any]:
        """A section that is a map; names may be templates too. Raises TemplatingError."""
        return dict(self._entry(f"{section}.{name}", name, items[name]) for name in items)

    def _entry(self, place: str, name: str, body: Any) -> tuple[str, Any]:
        filled = self._filled(name, place)
        if not isinstance(filled, str):
            raise wrong_kind(place, self._file, expected="str", got=filled)
        return filled, self._filled(body, place)

    def _filled(self, node: Any, place: str) -> Any:
        fill = compiled(node, self._manner)
        try:
            return node if fill is None else fill(self._scope.find)
        except Mistake as mistake:
            raise mistake.at(f"'{place}'", self._file) from None
