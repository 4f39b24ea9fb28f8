"""`run_capsule`: what an engine calls on a host. Bytes come in, bytes go out, nobody unpickles.

The attempt runs in a process of its own. Meanwhile this side passes on what it prints, and looks
for the word that it is to end.
"""

from __future__ import annotations

import os
import time

from assay import __version__
from assay.errors import AssayError
from assay.experiments.occupants import MARK
from assay.fs.lock import FileLock, LockHeld
from assay.fs.processes import end_marked
from assay.fs.remove import remove
from assay.git.packs import thin_pack
from assay.queue.capsule import (
    FAILED,
    MADE,
    NEEDS_BASE,
    REFUSED,
    Capsule,
    Result,
    packed_result,
    parsed_capsule,
)
from assay.queue.hosts.fork_server import fork_server
from assay.queue.hosts.job import CAPSULE, LOG, Outcome, read_outcome
from assay.queue.hosts.mirror import Mirror, state_folder
from assay.queue.hosts.news import News, Tell
from assay.queue.liveness import this_host
from assay.typed import Mapping

_PAUSE_S = 0.05
_TELL_EVERY_S = 0.5
_MOST_LOG = 16 * 1024 * 1024


def run_capsule(data: bytes, tell: Tell | None = None, show: Tell | None = None) -> bytes:
    """Run the attempt that the capsule holds, and give its result. Never raises for a bad capsule:
    the result names the reason.

    Meanwhile `tell` gets what is printed, and `show` what the experiment holds, when it changes.
    """
    try:
        capsule = parsed_capsule(data)
    except AssayError as error:
        return packed_result(_refusal("0" * 16, error.chain()))
    if capsule.version != __version__:
        reason = (
            f"host '{this_host()}' has Assay {__version__}, the queue has {capsule.version}: "
            "install the same version on both sides"
        )
        return packed_result(_refusal(capsule.token, reason))
    mirror = Mirror(capsule.repository, os.environ)
    try:
        if not mirror.take_in(capsule):
            return packed_result(_refusal(capsule.token, "")._replace(status=NEEDS_BASE))
    except AssayError as error:
        return packed_result(_refusal(capsule.token, error.chain()))
    folder = mirror.job(capsule.token)
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    lock = f"{folder}.lock"
    try:
        with FileLock(lock, patience_s=0):
            _begin_anew(folder, capsule.token)
            try:
                news = News(folder, tell or _tell_nobody, show or _tell_nobody)
                _attend(capsule.token, data, folder, news)
                return packed_result(_result(mirror, capsule, folder))
            finally:
                remove(folder)
                _clear(cancel_file(capsule.token, os.environ))
                _clear(lock)
    except LockHeld:
        # An engine that starts an attempt twice: only one of them counts.
        return packed_result(_refusal(capsule.token, "the attempt runs on this host already"))


def cancel(token: str, force: bool) -> None:
    """Let the attempt end if it runs on this host, or begins later: like Ctrl-C, or at once."""
    path = cancel_file(token, os.environ)
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write("kill" if force else "interrupt")


def cancel_file(token: str, environ: Mapping[str, str]) -> str:
    """Where the word that an attempt is to end is left."""
    return os.path.join(state_folder(environ), "cancelled", token)


def _begin_anew(folder: str, token: str) -> None:
    """An empty folder; what a process of this attempt that was killed has left is ended first."""
    if os.path.exists(folder):
        end_marked(MARK, token)
        remove(folder)
    os.makedirs(folder)


def _attend(token: str, capsule: bytes, folder: str, news: News) -> None:
    """Start the attempt's process and stay with it to its end."""
    with open(os.path.join(folder, CAPSULE), "wb") as file:
        file.write(capsule)
    log = os.path.join(folder, LOG)
    open(log, "wb").close()
    next_tell, word = time.monotonic() + _TELL_EVERY_S, ""
    with fork_server().start(folder, token, log) as attempt:
        while not attempt.has_ended(_PAUSE_S):
            new = _word(token)
            if new != word:
                word = new
                attempt.end(force=word == "kill")
            if time.monotonic() >= next_tell:
                news.pass_on()
                next_tell = time.monotonic() + _TELL_EVERY_S


def _result(mirror: Mirror, capsule: Capsule, folder: str) -> Result:
    try:
        outcome = read_outcome(folder)
    except FileNotFoundError:
        end_marked(MARK, capsule.token)
        outcome = Outcome(cause="the attempt was killed")
    result = Result(
        __version__, capsule.token, this_host(), FAILED, outcome.cause, remains=outcome.remains
    )
    if outcome.commit:
        known = [capsule.baseline, capsule.snapshot]
        objects = thin_pack(mirror.repository, outcome.commit, known)
        result = result._replace(status=MADE, commit=outcome.commit, objects=objects)
    return result._replace(log=_end_of(os.path.join(folder, LOG)))


def _word(token: str) -> str:
    try:
        with open(cancel_file(token, os.environ), encoding="ascii") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def _end_of(log: str) -> bytes:
    """What was printed; of a very long log the end."""
    with open(log, "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _MOST_LOG))
        return file.read()


def _refusal(token: str, reason: str) -> Result:
    return Result(__version__, token, this_host(), REFUSED, reason)


def _tell_nobody(piece: bytes) -> None:
    pass


def _clear(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
