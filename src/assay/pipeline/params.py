"""The values of a stage's parameters: read once per file, compared with what was recorded."""

from __future__ import annotations

from assay.errors import AssayError
from assay.pipeline.files import ProjectFiles
from assay.pipeline.memory import Memory
from assay.pipeline.model import ParamFile, Stage
from assay.typed import Any


class MissingParams(AssayError):
    """Parameters that a stage names are not in their file."""

    def __init__(self, keys: list[str], path: str) -> None:
        super().__init__(f"Parameters '{', '.join(keys)}' are missing from '{path}'.")


class ParamReader:
    """Parameter files of one place, each parsed once."""

    __slots__ = ("_files", "_known", "_memory")

    def __init__(self, files: ProjectFiles, memory: Memory | None = None) -> None:
        self._files = files
        self._memory = memory
        self._known: dict[str, object] = {}

    def content(self, location: str) -> object:
        """The parsed file, or None when it is missing. Raises ParametersUnreadable."""
        if location not in self._known:
            self._known[location] = self._read(location)
        return self._known[location]

    def _read(self, location: str) -> object:
        key = f"params {location}"
        if self._memory is not None and (known := self._memory.recall(key)) is not None:
            return known
        data = self._files.read(location)
        if data is None:
            return None
        from assay.formats.parameters import read_parameters  # of files that have changed

        content = read_parameters(location, data)
        if self._memory is not None:
            self._memory.keep(key, [location], content)
        return content

    def forget(self) -> None:
        """A command ran: files may have changed."""
        self._known.clear()
        if self._memory is not None:
            self._memory.forget()

    def values(self, file: ParamFile) -> dict[str, Any] | None:
        """The tracked values that exist; None when the file is missing."""
        content = self.content(file.location)
        if content is None:
            return None
        if file.keys is None:
            return dict(content) if isinstance(content, dict) else {}
        from assay.formats.parameters import lookup  # not all stages have parameters

        found: dict[str, Any] = {}
        for key in file.keys:
            try:
                found[key] = lookup(content, key)
            except KeyError:
                continue
        return found

    def required(self, stage: Stage) -> dict[str, dict[str, Any]]:
        """File as written → values, for all parameters of a stage. Raises MissingParams."""
        return {file.path: self._complete(file) for file in stage.params}

    def _complete(self, file: ParamFile) -> dict[str, Any]:
        values = self.values(file)
        missing = [key for key in file.keys or () if key not in (values or {})]
        if missing or values is None:
            raise MissingParams(missing, file.location)
        return values
