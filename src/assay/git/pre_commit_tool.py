"""`.pre-commit-config.yaml`: our hooks by way of the pre-commit tool (spec/clients.md §4)."""

from __future__ import annotations

import os

from assay.fs.atomic import write_text
from assay.fs.reading import read_text
from assay.typed import Any

CONFIG_NAME = ".pre-commit-config.yaml"


def add_hooks(root: str, source: dict[str, Any]) -> bool:
    """Add `source`, a repository with its hooks, to the file in `root`; whether it changed.

    Hooks that the file takes from the same repository already stay as they are.
    """
    from assay.formats.yaml_round_trip import round_trip  # ruamel: only for this command

    path = os.path.join(root, CONFIG_NAME)
    text = read_text(path)

    def edit(data: Any) -> None:
        repositories = data.setdefault("repos", [])
        known = next((one for one in repositories if one.get("repo") == source["repo"]), None)
        if known is None:
            repositories.append(source)
            return
        hooks = known.setdefault("hooks", [])
        there = {hook["id"] for hook in hooks}
        hooks.extend(hook for hook in source["hooks"] if hook["id"] not in there)

    changed = round_trip(text, edit)
    if changed != text:
        write_text(path, changed)
    return changed != text
