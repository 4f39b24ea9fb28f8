"""`${…}` in the values that overrides bring: looked up in the parameters as they will be.

Only the given values are resolved. What the file itself says in `${…}` stays as it is, for whoever
reads the file (DVC resolves the whole file; spec/overrides.md §3 calls that a defect).
"""

from __future__ import annotations

from assay.errors import UnexpectedError
from assay.experiments.override import Override
from assay.experiments.override_merge import Parameters, key_path, replaced, value_at
from assay.formats.changes import Path
from assay.typed import Any, Iterable, Iterator

_MISSING = "???"


def resolved(parameters: Parameters, overrides: Iterable[Override]) -> Parameters:
    """`parameters`, in which `overrides` have been merged, with the given values resolved.

    Raises UnexpectedError for unknown keys, loops, unknown resolvers, and for `???`.
    """
    places = [place for override in overrides for place in _given(parameters, override)]
    return _resolved(parameters, places) if places else parameters


def _given(parameters: Parameters, override: Override) -> Iterator[Path]:
    """The paths of the strings in the override's value that need a look, if still there."""
    base = key_path(parameters, override.key)
    for path, text in _strings(override.value, base):
        if ("${" in text or text == _MISSING) and value_at(parameters, path) == text:
            yield path


def _strings(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, (*path, index))


def _resolved(parameters: Parameters, places: list[Path]) -> Parameters:
    # A tenth of a second of import, for those few who write ${…}.
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    result: object = parameters
    try:
        # Files may hold what configurations may not: dates, sets.
        config = OmegaConf.create(parameters, flags={"allow_objects": True})
        for path in places:
            node: Any = config
            for key in path:
                node = node[key]
            value = (
                OmegaConf.to_container(node, resolve=True) if OmegaConf.is_config(node) else node
            )
            result = replaced(result, path, value)
    except OmegaConfBaseException as problem:
        raise UnexpectedError(str(problem)) from None
    assert isinstance(result, dict)
    return result
