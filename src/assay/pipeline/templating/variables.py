"""The `vars` of a dvc.yaml or of one stage, loaded into a scope in the order they are written."""

from __future__ import annotations

import os.path

from assay.pipeline.templating.errors import BadVars, Mistake
from assay.pipeline.templating.expression import has_template
from assay.pipeline.templating.scope import Scope, Source, usable
from assay.typed import Any, Protocol

DEFAULT_FILE = "params.yaml"


class VariableFiles(Protocol):
    """How files of variables are read: from the workspace or from a commit."""

    def __call__(self, path: str, /) -> object | None:
        """The parsed content of `path` (from the root, or absolute); None when there is no file.

        An empty file is an empty mapping. Raises IsADirectoryError, and AssayError for a file that
        cannot be parsed.
        """


class Loaded:
    """A scope and the files that went into it: path → keys, no keys for the whole file."""

    __slots__ = ("keys", "scope")

    def __init__(self, scope: Scope, keys: dict[str, list[str]]) -> None:
        self.scope = scope
        self.keys = keys

    def has(self, path: str, keys: list[str], entry: str) -> bool:
        """Whether the whole file is there already and is asked for again, which does no harm.

        Raises BadVars when a file is asked for in part that is there, or the other way round.
        """
        known = self.keys.get(path)
        if known is None:
            return False
        if not known and keys:
            message = f"cannot partially load '{entry}' as it's already loaded."
            raise BadVars(message, is_block=True)
        if known and (not keys or set(keys) & set(known)):
            message = f"cannot load '{entry}' as it's partially loaded already"
            raise BadVars(message, is_block=True)
        return not known


class Variables:
    """Loads variables for one dvc.yaml, which lies in `directory` and is shown as `name`.

    `files` are all files that were asked for, missing ones too, in order.
    """

    __slots__ = ("_contents", "_directory", "_read", "_shown_directory")

    def __init__(self, read: VariableFiles, *, directory: str, name: str) -> None:
        self._read = read
        self._directory = directory
        self._shown_directory = os.path.dirname(name)
        self._contents: dict[str, object | None] = {}

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that had a say in what was loaded, be it by being absent."""
        return tuple(self._contents)

    def default(self) -> Loaded:
        """The variables of `params.yaml` beside the dvc.yaml, if there is one."""
        nothing = Loaded(Scope(), {})
        if self._content(self._source(DEFAULT_FILE)) is None:
            return nothing
        return self._with_file(nothing, DEFAULT_FILE)

    def check_default(self) -> None:
        """Raise what `default` raises, for who needs to know only that."""
        source = self._source(DEFAULT_FILE)
        if self._content(source) is not None:
            usable(self._mapping(source), f"{source.name}:")

    def load(self, entries: list[Any], into: Loaded, *, wdir: str = "", label: str = "") -> Loaded:
        """`into` and what `entries` add; files are relative to `wdir`, which is to the dvc.yaml.

        `label` is put before `vars[0]` in messages. Raises Mistake.
        """
        _check_plain(entries)
        for index, entry in enumerate(entries):
            if isinstance(entry, str):
                into = self._with_file(into, entry, wdir=wdir)
            else:
                source = Source(f"{label}vars[{index}]")
                values = usable(entry, f"{source.name}:")
                into = Loaded(into.scope.merged(values, source), into.keys)
        return into

    def _with_file(self, into: Loaded, entry: str, *, wdir: str = "") -> Loaded:
        path, _, listed = entry.partition(":")
        keys = [key for key in listed.split(",") if key]
        source = self._source(path, wdir)
        if into.has(source.file, keys, entry):
            return into
        values = self._mapping(source)
        for key in keys:
            if key not in values:
                raise Mistake(f"could not find '{key}' in '{source.name}'")
        chosen = {key: values[key] for key in keys} if keys else values
        scope = into.scope.merged(usable(chosen, f"{source.name}:"), source)
        return Loaded(scope, into.keys | {source.file: [*into.keys.get(source.file, ()), *keys]})

    def _mapping(self, source: Source) -> dict[Any, Any]:
        content = self._content(source)
        if content is None:
            raise Mistake(f"'{source.name}' does not exist")
        if not isinstance(content, dict):
            kind = type(content).__name__
            raise Mistake(f"expected a dictionary, got '{kind}' in file '{source.name}'")
        return content

    def _content(self, source: Source) -> object | None:
        if source.file not in self._contents:
            try:
                self._contents[source.file] = self._read(source.file)
            except IsADirectoryError:
                raise Mistake(f"'{source.name}' is a directory") from None
        return self._contents[source.file]

    def _source(self, path: str, wdir: str = "") -> Source:
        return Source(
            name=_joined(self._shown_directory, wdir, path),
            file=_joined(self._directory, wdir, path),
        )


def _check_plain(value: object) -> None:
    """Raise BadVars if `value`, the content of `vars`, holds a template."""
    if isinstance(value, dict):
        for key, item in value.items():
            _check_plain(key)
            _check_plain(item)
    elif isinstance(value, list):
        for item in value:
            _check_plain(item)
    elif isinstance(value, str) and has_template(value):
        raise BadVars("interpolating is not allowed")


def _joined(*parts: str) -> str:
    return os.path.normpath(os.path.join(*parts))
