"""What stages of all runs on this machine use of its resources, for runs that share a folder.

    resources/<host>/lock          held while somebody looks and takes
    resources/<host>/<id>.json     what one stage uses; its lock is held as long as it does
    resources/<host>/<name>.turn   held by the one that waits for that resource first
    resources/<host>/<name>.claim  what that one has reserved, as long as it holds the turn

All are kernel locks: what a killed process has used is free at once, nothing has to be cleared up.
Stages that a run started by a stage starts are not entered: the outer one's share is theirs, too.
"""

from __future__ import annotations

import fcntl
import os
import time
from urllib.parse import quote

from assay import quick_json
from assay.contexts import contextmanager
from assay.fs.atomic import write_all, write_text
from assay.fs.lock import FileLock, is_held
from assay.pipeline.running.grant import Grant
from assay.typed import Iterator

_PAUSE_S = 0.1
_ENDING, _TURN, _CLAIM = ".json", ".turn", ".claim"
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class Entry:
    """A line in the ledger, ours until it is closed or we die."""

    __slots__ = ("_descriptor", "_path")

    def __init__(self, path: str, grant: Grant) -> None:
        self._path = path
        self._descriptor = os.open(path, _FLAGS, 0o666)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        write_all(self._descriptor, _as_text(grant).encode(), path)

    def close(self) -> None:
        """The stage ended."""
        os.unlink(self._path)
        os.close(self._descriptor)


class Ledger:
    """The ledger in `folder`, which is made when it is needed first; each host has its own."""

    __slots__ = ("_folder",)

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, os.uname().nodename)

    @contextmanager
    def looking(self, waiting_for: str = "") -> Iterator[list[Grant]]:
        """What is used or reserved now, ours included; nobody else takes anything meanwhile.

        Who has the turn for `waiting_for` respects only reservations of those before it in the
        order of names: so one of them can always go on.
        """
        with FileLock(os.path.join(self._folder, "lock"), patience_s=None):
            yield self._grants() + self._claims(_quoted(waiting_for))

    def enter(self, grant: Grant) -> Entry:
        """Write down what is taken; only while `looking`."""
        return Entry(os.path.join(self._folder, os.urandom(8).hex() + _ENDING), grant)

    @contextmanager
    def turn(self, name: str, wanted: Grant) -> Iterator[None]:
        """Wait until nobody waits longer for the resource, then reserve what is wanted.

        So nobody overtakes who wants much, and one process at a time looks often.
        """
        place = os.path.join(self._folder, _quoted(name))
        with FileLock(place + _TURN, patience_s=None):
            write_text(place + _CLAIM, _as_text(wanted))
            try:
                yield
            finally:
                _discard(place + _CLAIM)

    def pause(self) -> None:
        """Between two looks of the one whose turn it is."""
        time.sleep(_PAUSE_S)

    def _claims(self, before: str) -> list[Grant]:
        found = []
        for name in os.listdir(self._folder):
            holder = name.removesuffix(_CLAIM)
            if holder == name or (before and holder >= before):
                continue
            claim = _read(os.path.join(self._folder, name))
            if claim is not None and is_held(os.path.join(self._folder, holder + _TURN)):
                found.append(claim)
        return found

    def _grants(self) -> list[Grant]:
        found = []
        for name in os.listdir(self._folder):
            path = os.path.join(self._folder, name)
            if not name.endswith(_ENDING):
                continue
            if not is_held(path):
                _discard(path)
            elif (grant := _read(path)) is not None:
                found.append(grant)
        return found


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _as_text(grant: Grant) -> str:
    return quick_json.dumps([grant.amounts, grant.gpus])


def _read(path: str) -> Grant | None:
    try:
        with open(path, "rb") as file:
            amounts, gpus = quick_json.loads(file.read())
            return Grant(dict(amounts), tuple(gpus))
    except FileNotFoundError:  # it has just ended
        return None


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
