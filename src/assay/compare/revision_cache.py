"""What was collected of commits: `.dvc/tmp/assay/revisions`, as `commit_texts` keeps it.

The text of a commit is its time in seconds since 1970 and what it holds, as `contents` writes it;
of one that cannot be read `{"error": {"type": …, "msg": …}}`:

    9f82… 5d3ac1f2 1700000000 {"params": {"params.yaml": {"data": {"lr": 0.1}}}, "metrics": {…}, …}

Commits of which the DVC cache lacks something are not kept: it may come back.
"""

from __future__ import annotations

from assay import quick_json
from assay.compare.commit_texts import CommitTexts
from assay.compare.contents import Contents
from assay.compare.json_text import failure_as_json, json_text
from assay.compare.readings import Failure
from assay.typed import Collection, Mapping

_VERSION = 2
_OBJECT = "{"

Outcome = Contents | Failure
"""What a commit holds, or why it cannot be read."""


class RevisionCache:
    """The file at `path` for the project that is at `folder` of its repository. Never fails."""

    __slots__ = ("_texts",)

    def __init__(self, path: str, folder: str) -> None:
        self._texts = CommitTexts(path, folder, kind="revisions", version=_VERSION)

    def load(self, commits: Collection[str]) -> dict[str, Outcome]:
        """What is known of `commits`."""
        return {commit: _outcome(text) for commit, text in self._texts.load(commits).items()}

    def add(self, new: Mapping[str, Outcome], used: Mapping[str, Outcome]) -> None:
        """Keep `new`; `used` is what else is worth keeping. After `load`."""
        if new:
            self._texts.add(_texts(new), _texts(used))


def _texts(commits: Mapping[str, Outcome]) -> dict[str, str]:
    return {commit: _text(outcome) for commit, outcome in commits.items()}


def _text(outcome: Outcome) -> str:
    if isinstance(outcome, Failure):
        return json_text(failure_as_json(outcome))
    return f"{outcome.committed_at} {outcome.text}"


def _outcome(text: str) -> Outcome:
    if not text.startswith(_OBJECT):
        time, _, held = text.partition(" ")
        return Contents.of_text(int(time), held)
    return Failure(**quick_json.loads(text)["error"])
