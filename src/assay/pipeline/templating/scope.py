"""The variables that a template sees, and where each of them comes from.

A scope never changes: adding to it gives a new one, so that what a single stage adds cannot leak.
"""

from __future__ import annotations

from assay.errors import UnexpectedError
from assay.pipeline.templating.errors import Mistake
from assay.pipeline.templating.expression import Reference
from assay.typed import Any, Callable, Collection, NamedTuple

Path = tuple[str, ...]
Lookup = Callable[[Reference], Any]
_SCALARS = (str, int, float, bytes, type(None))


class Source(NamedTuple):
    """Where variables were written. `name` as messages show it; `file` from the root, or empty."""

    name: str
    file: str = ""


class Origin(NamedTuple):
    """The place that a value was taken from: the keys and indices that lead to it in `source`."""

    source: Source
    path: Path


NOWHERE = Origin(Source(""), ())


class Scope:
    """Variables by name. The `reserved` ones are those of a member of a group: `item` and `key`."""

    __slots__ = ("_origins", "_reserved", "_reserved_origins", "_values")

    def __init__(
        self,
        values: dict[str, Any] | None = None,
        origins: dict[Path, Origin] | None = None,
        *,
        reserved: Collection[str] = (),
        reserved_origins: dict[Path, Origin] | None = None,
    ) -> None:
        self._values = values or {}
        # Only the topmost value of each source has an entry; what lies in it has the same source.
        self._origins = origins or {}
        self._reserved = reserved
        self._reserved_origins = reserved_origins or {}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def find(self, reference: Reference) -> Any:
        """The value that `reference` names; raises Mistake when there is none."""
        value: Any = self._values
        try:
            for step in reference.steps:
                if isinstance(value, dict):
                    value = value[step]
                elif isinstance(value, list):
                    value = value[int(step)]
                else:
                    raise KeyError(step)
        except (KeyError, IndexError, ValueError):
            # DVC says `a.0` for `${a[0]}`, but in the members of a group.
            shown = reference.written if self._reserved else reference.dotted
            raise Mistake(f"Could not find '{shown}'") from None
        return value

    def path(self, reference: Reference) -> Path:
        """Where the value that `reference` names is: its steps, with indices counted from 0."""
        value: Any = self._values
        path: list[str] = []
        for step in reference.steps:
            if isinstance(value, list):
                index = range(len(value))[int(step)]
                path.append(str(index))
                value = value[index]
            else:
                path.append(step)
                value = value[step]
        return tuple(path)

    def origin(self, path: Path) -> Origin:
        """Where the value at `path` was taken from; NOWHERE when it was made up on the way."""
        origins = self._reserved_origins if path[0] in self._reserved else self._origins
        for length in range(len(path), 0, -1):
            found = origins.get(path[:length])
            if found is not None:
                return Origin(found.source, found.path + path[length:])
        return NOWHERE

    def merged(self, values: dict[str, Any], source: Source) -> Scope:
        """This and `values`, maps merged. Raises Mistake for a value that is there already."""
        for name in values:
            if name in self._reserved:
                raise Mistake(f"attempted to modify reserved key {name}")
        merged = Scope(
            dict(self._values),
            dict(self._origins),
            reserved=self._reserved,
            reserved_origins=self._reserved_origins,
        )
        merged._merge(merged._values, values, (), source)
        return merged

    def with_member(self, names: dict[str, Any], origins: dict[Path, Origin]) -> Scope:
        """This scope as a member of a group sees it: `names` hide what is there under them.

        `origins` are those of what `names` hold. Nothing but the outer mapping is copied: a group
        may have thousands of members.
        """
        return Scope(
            self._values | names, self._origins, reserved=tuple(names), reserved_origins=origins
        )

    def _merge(self, into: dict[str, Any], new: dict[str, Any], at: Path, source: Source) -> None:
        for key, value in new.items():
            path = (*at, key)
            if key not in into:
                into[key] = value
                self._origins[path] = Origin(source, path)
            elif isinstance(value, dict) and isinstance(into[key], dict):
                into[key] = dict(into[key])
                self._merge(into[key], value, path, source)
            else:
                raise Mistake(
                    f"cannot redefine '{'.'.join(path)}' from '{source.name}' "
                    f"as it already exists in '{self.origin(path).source.name}'",
                    is_block=True,
                )


def usable(value: Any, where: str) -> Any:
    """`value` as templates may see it: keys that are no strings are dropped.

    `where` is the source and the keys so far (`params.yaml:train.lr`). Raises UnexpectedError for
    what templates do not know, such as dates: DVC reads none of such a file.
    """
    if isinstance(value, dict):
        gap = "" if where.endswith(":") else "."
        # Most are leaves: what is wrong with none of them needs no place to be told.
        return {
            key: item if isinstance(item, _SCALARS) else usable(item, f"{where}{gap}{key}")
            for key, item in value.items()
            if isinstance(key, str)
        }
    if isinstance(value, list):
        return [usable(item, f"{where}.{index}") for index, item in enumerate(value)]
    if not isinstance(value, _SCALARS):
        raise UnexpectedError(f"Unsupported value of type '{type(value).__name__}' in '{where}'")
    return value
