"""What commits recorded for tracked data. A commit never changes, so the answer is kept.

`.dvc/tmp/assay/commits.json` holds it for the last few commits that were asked about:

    {"version": "1 0.1.0", "commits": {<commit id>: {<location>: [<object id>, <kind>]}}}

Only a hint: it may be deleted, damaged or read-only at any time (P4), and of two writers one wins.
"""

from __future__ import annotations

import os

from assay import __version__, quick_json
from assay.data.tracked import Content, recorded_contents
from assay.errors import UnsafePath
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_hint
from assay.project import Project
from assay.store.hashes import check_object_id
from assay.typed import Mapping, Sequence

_VERSION = f"1 {__version__}"
_KEPT = 8

Contents = Mapping[str, Content]
"""Location → what was recorded there."""


def contents_of(project: Project, commits: Sequence[str]) -> list[Contents]:
    """What each commit recorded; nothing for one from before the project.

    `commits` are full ids. Raises FileProblem and others for a commit that cannot be read.
    """
    path = os.path.join(project.tmp_dir, "assay", "commits.json")
    known = _read(path)
    unknown = [commit for commit in dict.fromkeys(commits) if commit not in known]
    if unknown:
        known |= _load(project, unknown)
        kept = list(dict.fromkeys([*commits, *known]))[:_KEPT]
        _write(path, {commit: known[commit] for commit in kept})
    return [known[commit] for commit in commits]


def _load(project: Project, commits: Sequence[str]) -> dict[str, Contents]:
    # Parsers and Git readers cost more than all the rest of a command: only for new commits.
    from assay.pipeline.revisions.pipelines import RevisionPipelines

    with RevisionPipelines(project) as revisions:
        return {commit: recorded_contents(revisions.load(commit)) for commit in commits}


def _read(path: str) -> dict[str, Contents]:
    """What the file says; nothing if there is none, or none that we understand."""
    data = read_hint(path)
    try:
        if data["version"] != _VERSION:
            return {}
        return {
            str(commit): {
                str(location): Content(check_object_id(object_id), str(kind))
                for location, (object_id, kind) in contents.items()
            }
            for commit, contents in data["commits"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, UnsafePath):
        return {}


def _write(path: str, commits: Mapping[str, Contents]) -> None:
    text = quick_json.dumps({"version": _VERSION, "commits": commits}, separators=(",", ":"))
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_bytes(path, text.encode("ascii"))
    except OSError:
        pass
