"""`fsck`: is everything that was recorded whole? The run cache, and records of any revision.

Objects are looked at in `store/inspection.py`. Nothing is changed, no lock is taken.
"""

from __future__ import annotations

import os

from assay.data.tracked import Content, tracked_outputs
from assay.errors import AssayError
from assay.pipeline.load import Loader, Pipeline, parsing_options
from assay.pipeline.running.run_cache import entry_key, entry_value, read_run
from assay.pipeline.workspace import Workspace
from assay.regex import regex
from assay.store.cache import ObjectCache
from assay.store.hashes import LEGACY_MD5, MD5, check_object_id
from assay.store.inspection import DAMAGED, MISSING, NOTE, Problem
from assay.store.presence import absent
from assay.store.sweep import listed_hashes
from assay.typed import Iterator, Mapping, NamedTuple

RUN, RECORD = "run", "record"

_DIGEST = regex(r"[0-9a-f]{64}")


def run_files(top: str) -> list[str]:
    """Absolute paths of all files of the run cache below the cache folder `top`, sorted."""
    return sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(os.path.join(top, "runs"))
        for name in names
        if not name.endswith(".tmp")
    )


def inspect_run(path: str) -> Iterator[Problem]:
    """What is wrong with one file of the run cache, which lies in `<kk>/<key>/<value>`."""
    prefix, key, value = path.rsplit("/", 3)[1:]
    if not (_DIGEST.fullmatch(value) and _DIGEST.fullmatch(key) and key[:2] == prefix):
        yield Problem(NOTE, RUN, value, "does not belong into a run cache", path)
        return
    reason = _reason_against_run(path, key, value)
    if reason:
        yield Problem(DAMAGED, RUN, value, reason, path)


def _reason_against_run(path: str, key: str, value: str) -> str:
    entry = read_run(path)
    if entry is None:
        return "is no record of a run"
    if entry_key(entry) != key:
        return "is the record of a run with other inputs than its folder says"
    if entry_value(entry) != value:
        return "is the record of a run with other results than its name says"
    try:
        for item in entry["outs"]:
            check_object_id(str(item.get("md5")))
    except AssayError as error:
        return f"is a hostile record: {error.chain()}"
    return ""


def load_each(workspace: Workspace) -> tuple[Pipeline, list[Problem]]:
    """The stages of all stage files that can be read, and what is wrong with the others."""
    project = workspace.project
    loader = Loader(
        workspace,
        project.root,
        parsing=parsing_options(project),
        warn=_keep_silent,
        shown=str,
        memory=workspace.memory,
    )
    whole = Pipeline({}, {}, {})
    problems: list[Problem] = []
    for name in workspace.stage_files():
        try:
            part = loader.load([name])
        except AssayError as error:
            problems.append(unreadable(name, error, workspace.absolute(name)))
            continue
        whole.stages.update(part.stages)
        whole.files.update(part.files)
        whole.entries.update(part.entries)
    return whole, problems


def unreadable(name: str, error: AssayError, path: str = "") -> Problem:
    """A file or a commit that says nothing because it cannot be read."""
    return Problem(
        DAMAGED, RECORD, name, f"cannot be read: {' '.join(error.chain().split())}", path
    )


class _Need(NamedTuple):
    """An object, and the bytes that it should have (None: not recorded)."""

    content: Content
    size: int | None


class Needs:
    """Recorded contents with the names of what needs them; each is looked at once."""

    __slots__ = ("_caches", "_names", "problems")

    def __init__(self, workspace: Workspace) -> None:
        caches = {MD5: workspace.cache, LEGACY_MD5: workspace.legacy_cache}
        self._caches: Mapping[str, ObjectCache] = caches
        self._names: dict[_Need, list[str]] = {}
        self.problems: list[Problem] = []
        """With the records themselves."""

    def add(self, pipeline: Pipeline, where: str = "") -> None:
        """Take what the outputs of `pipeline` were recorded to hold.

        `where` comes behind the name of each, such as ` in experiment 'one'`.
        """
        try:
            for one in tracked_outputs(pipeline):
                if one.content is not None:
                    # A listing is smaller than what is recorded for its directory.
                    size = None if one.content.is_tree else one.size
                    names = self._names.setdefault(_Need(one.content, size), [])
                    names.append(f"{one.location}{where}")
        except AssayError as error:  # a hash that is none
            self.problems.append(Problem(DAMAGED, RECORD, f"records{where}", error.chain()))

    @property
    def count(self) -> int:
        """How many outputs were recorded, in all places together."""
        return sum(map(len, self._names.values()))

    def check(self) -> Iterator[Problem]:
        """What the cache does not have, or not as it was recorded."""
        for need, names in self._names.items():
            others = f" (needed by {len(names) - 1} more)" if len(names) > 1 else ""
            for severity, message in self._verdict(need):
                yield Problem(severity, RECORD, names[0], f"{message}{others}")

    def _verdict(self, need: _Need) -> Iterator[tuple[str, str]]:
        content, size = need
        cache = self._caches[content.kind]
        try:
            found = os.stat(cache.path(content.id)).st_size
        except OSError:
            yield MISSING, f"its object {content.id} is not in the cache"
            return
        if content.is_tree:
            yield from self._verdict_on_members(cache, content)
        elif size is not None and found != size and content.kind == MD5:
            yield DAMAGED, f"its object {content.id} has {found} bytes, {size} were recorded"

    def _verdict_on_members(
        self, cache: ObjectCache, content: Content
    ) -> Iterator[tuple[str, str]]:
        try:
            hashes = set(listed_hashes(cache, content.id) or ())
        except AssayError:  # hostile: the inspection of objects tells
            return
        lacking = len(absent(cache, hashes))
        if lacking:
            yield (
                MISSING,
                f"{lacking} of the {len(hashes)} objects of its files are not in the cache",
            )


def _keep_silent(_: str) -> None:
    """Warnings are for those who use the stages."""
