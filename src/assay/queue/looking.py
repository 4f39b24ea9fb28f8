"""What whoever only looks at the queue does first: settle what the dead have left, where he may.

Looking works where nothing may be written, too (P4).
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.experiments.occupants import killed
from assay.project import Project
from assay.queue.places import Places
from assay.queue.store import opened


def reap_if_allowed(project: Project) -> bool:
    """`reap`, also of a queue that is not there yet; whether we could."""
    places = Places(project)
    needed = (places.database, places.folder) if places.exists else (project.tmp_dir,)
    if not all(os.access(place, os.W_OK) for place in needed):
        return False
    from assay.queue.reap import reap  # only when somebody has died

    try:
        with opened(places) as store:
            reap(project, store)
    except AssayError:
        return False  # somebody else will; looking must work all the same
    return True


def is_there(project: Project) -> bool:
    """Whether there is a queue to look at, after `reap_if_allowed` if it is due for one."""
    places = Places(project)
    if places.exists or killed(project):
        reap_if_allowed(project)
    return places.exists
