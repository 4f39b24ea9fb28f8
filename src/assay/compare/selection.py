"""Some parameters out of a file, in the shape that they have there."""

from __future__ import annotations

from assay.typed import Any, Iterable


def select(content: object, key_paths: Iterable[str]) -> dict[str, Any]:
    """What `content` has at the dotted paths; paths that lead nowhere are left out.

    Items of a list keep their places, null stands for those that were not asked for: `sizes.1` of
    `{"sizes": [1, 2]}` is `{"sizes": [None, 2]}`, as DVC shows it.
    """
    chosen: dict[str, Any] = {}
    for key_path in key_paths:
        try:
            steps = _steps(content, key_path)
        except (KeyError, IndexError, ValueError, TypeError):
            continue
        _put(chosen, content, steps)
    return chosen


def _steps(content: Any, key_path: str) -> list[Any]:
    """The keys and indices that `key_path` means in `content`."""
    steps: list[Any] = []
    for segment in key_path.split("."):
        if isinstance(content, dict):
            step: Any = segment if segment in content else int(segment)
        else:
            step = range(len(content))[int(segment)]
        content = content[step]
        steps.append(step)
    return steps


def _put(chosen: Any, content: Any, steps: list[Any]) -> None:
    """Copy what is at `steps` in `content` to the same place in `chosen`."""
    for step in steps[:-1]:
        content = content[step]
        chosen = _entered(chosen, step, [] if isinstance(content, list | tuple) else {})
    _make_room(chosen, steps[-1])
    chosen[steps[-1]] = content[steps[-1]]


def _entered(chosen: Any, step: Any, empty: Any) -> Any:
    """The container at `step` of `chosen`, which is `empty` if there is none yet."""
    _make_room(chosen, step)
    if isinstance(chosen, dict):
        return chosen.setdefault(step, empty)
    if chosen[step] is None:
        chosen[step] = empty
    return chosen[step]


def _make_room(chosen: Any, step: Any) -> None:
    if isinstance(chosen, list):
        chosen.extend([None] * (step + 1 - len(chosen)))
