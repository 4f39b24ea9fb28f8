"""Templates of plots: JSON documents of Vega-Lite with anchors, ours or the user's.

Sources: spec/experiments.md §8 for names and anchors, spec/clients.md §1.3 for what clients do
with them. The same curve is called `linear` and `smooth`.
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.errors import AssayError, UnexpectedError
from assay.fs.reading import read_file
from assay.typed import Any

BUILT_IN = {
    "simple": "simple",
    "linear": "linear",
    "confusion": "confusion",
    "confusion_normalized": "confusion_normalized",
    "scatter": "scatter",
    "scatter_jitter": "scatter_jitter",
    "smooth": "linear",
    "bar_horizontal_sorted": "bar_horizontal_sorted",
    "bar_horizontal": "bar_horizontal",
}
"""Name of a template → name of its file, in the order in which they are listed."""

DEFAULT = "linear"
DATA = "<DVC_METRIC_DATA>"

Template = dict[str, Any]


class TemplateNotFound(UnexpectedError):
    """There is no template of that name, neither ours nor in `.dvc/plots`."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Template '{name}' not found.")


class BadTemplate(AssayError):
    """A template of the user that cannot be used."""


def built_in(name: str) -> Template:
    """One of our templates. Raises KeyError."""
    path = os.path.join(os.path.dirname(__file__), "templates", f"{BUILT_IN[name]}.json")
    with open(path, encoding="utf-8") as file:
        return quick_json.loads(file.read())  # type: ignore[no-any-return]  # our own files


class Templates:
    """The templates of a project at `root` (absolute), each read once."""

    __slots__ = ("_known", "_root")

    def __init__(self, root: str) -> None:
        self._root = root
        self._known: dict[str, Template] = {}

    def get(self, name: str | None) -> Template:
        """The template `name`: a file in `.dvc/plots`, a file of the project, or one of ours.

        Nobody may change it. Raises TemplateNotFound, BadTemplate.
        """
        name = name or DEFAULT
        if name not in self._known:
            self._known[name] = self._load(name)
        return self._known[name]

    def _load(self, name: str) -> Template:
        own = os.path.join(self._root, ".dvc", "plots")
        for place in (os.path.join(own, name), os.path.join(own, f"{name}.json"), name):
            path = os.path.normpath(os.path.join(self._root, place))
            # The name may come from somebody else's dvc.yaml: it stays in the project.
            if path.startswith(self._root.rstrip("/") + "/") and os.path.isfile(path):
                return _read(path, name)
        if name in BUILT_IN:
            return built_in(name)
        raise TemplateNotFound(name)


def _read(path: str, name: str) -> Template:
    try:
        template = quick_json.loads(read_file(path))
    except (OSError, ValueError, RecursionError) as error:
        raise BadTemplate(f"cannot read the template '{name}': {error}") from None
    if not isinstance(template, dict) or DATA not in quick_json.dumps(template):
        raise BadTemplate(f"Template '{name}' is not using '{DATA}' anchor.")
    return template
