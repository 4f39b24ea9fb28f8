"""What `gc` is asked to do, and what it did."""

from __future__ import annotations

from assay.data.gc_scope import GcScope
from assay.typed import NamedTuple


class GcRequest(NamedTuple):
    """What to keep, where to remove, and how.

    `cloud`: on the remotes too; `not_in_remote`: of what is kept, only what was not pushed;
    `remote` is one to take for the default; `jobs` questions to a remote at a time; `skip_failed`:
    pass over commits that cannot be read; `dry`: only tell.
    """

    scope: GcScope
    cloud: bool = False
    not_in_remote: bool = False
    remote: str | None = None
    jobs: int | None = None
    skip_failed: bool = False
    dry: bool = False


class Swept(NamedTuple):
    """What was removed from one place, or would be: absolute paths or URLs."""

    place: str
    paths: list[str]


REPO, LEGACY, REMOTE = "repo", "legacy", "remote"
"""Places: the cache, its half for DVC 2.x, a remote."""
