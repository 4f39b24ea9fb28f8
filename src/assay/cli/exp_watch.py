"""`exp show --watch`: the table, drawn again whenever something that it shows has changed.

Once a second the sizes and times of the files that matter are looked at, some twenty `stat` calls;
experiments are collected only when one of them has changed. That works on file systems of other
machines too, which tell nobody about changes.
"""

from __future__ import annotations

import os
import signal
import time
from types import FrameType

from assay.cli.options import Arguments
from assay.cli.session import Session
from assay.compare.records import Baseline, Revision
from assay.errors import AssayError, UsageError
from assay.project import Project
from assay.queue.places import Places
from assay.typed import Callable, Iterator, Sequence
from assay.ui.screen import Screen
from assay.ui.style import is_terminal

_INTERVAL_S = 1.0
_OTHER_FORMS = ("json", "csv", "md", "html", "pcp")


Look = Callable[[], tuple[Sequence[Baseline], str]]
"""Collects rows, and makes the text of their table."""


class _Ended(Exception):
    """Somebody asked the process to end."""


def watch(look: Look, arguments: Arguments, session: Session) -> int:
    """Show what `look` sees until Ctrl-C.

    Raises AssayError without a terminal, and what a first look raises.
    """
    for form in _OTHER_FORMS:
        if getattr(arguments, form):
            raise UsageError(f"argument --watch: not allowed with argument --{form}")
    if not is_terminal(session.console.out):
        hint = "without --watch the table is printed once"
        raise AssayError("--watch needs a terminal to draw on", hint=hint, exit_code=1)
    found, text = look()
    signal.signal(signal.SIGTERM, _end)
    try:
        with Screen(session.console.out) as screen:
            _keep_up(screen, found, text, look, session)
    except KeyboardInterrupt:
        return 0
    except _Ended:
        return 128 + signal.SIGTERM
    return 0


def _keep_up(
    screen: Screen,
    found: Sequence[Baseline],
    text: str,
    look: Look,
    session: Session,
) -> None:
    seen = _stamp(session.project, found)
    screen.draw(text)
    while True:
        time.sleep(_INTERVAL_S)
        now = _stamp(session.project, found)
        if now == seen:
            continue
        try:
            found, text = look()
        except AssayError as error:  # half-written files pass
            text = f"{error.chain()}"
        # As before the look: what changed meanwhile must be seen next time.
        seen = now if _names(now) == _names(_stamp(session.project, found)) else ()
        screen.draw(text)


_Stamp = tuple[tuple[str, object], ...]
"""What is looked at → what was seen of it."""


def _stamp(project: Project, found: Sequence[Baseline]) -> _Stamp:
    size = os.get_terminal_size()
    paths = dict.fromkeys(_paths(project, found))
    return (("", size), *((path, _seen(path)) for path in paths), *_alive(found))


def _names(stamp: _Stamp) -> list[str]:
    return [name for name, _ in stamp]


def _seen(path: str) -> object:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _paths(project: Project, found: Sequence[Baseline]) -> Iterator[str]:
    """What a change of the table must change: references, the queue, files of live rows."""
    repository = project.git()
    yield os.path.join(repository.git_dir, "HEAD")
    yield os.path.join(repository.common_dir, "packed-refs")
    for name in ("exps", "heads", "tags"):
        yield from _folders(os.path.join(repository.common_dir, "refs", name))
    exps = os.path.join(project.tmp_dir, "exps")
    yield from (exps, os.path.join(exps, "rwlock.lock"))
    yield from _folders(os.path.join(exps, "sandboxes"), levels=1)
    places = Places(project)
    yield from (places.database, f"{places.database}-wal")
    yield from _files_in(places.so_far_folder)
    yield from _files_of(Revision(""), project.root)
    for baseline in found:
        if baseline.revision.rev == "workspace":
            yield from _files_of(baseline.revision, project.root)
        for experiment in baseline.experiments:
            local = experiment.executor.local if experiment.executor else None
            if local is not None and local.root and experiment.revision.contents:
                yield from _files_of(experiment.revision, local.root)


def _files_of(revision: Revision, root: str) -> Iterator[str]:
    names = ["dvc.yaml", "dvc.lock", "params.yaml"]
    if revision.contents is not None:
        names += [*revision.contents.params, *revision.contents.metrics]
    yield from (os.path.join(root, name) for name in names)


def _files_in(folder: str) -> Iterator[str]:
    yield folder
    try:
        yield from (os.path.join(folder, name) for name in os.listdir(folder))
    except OSError:
        return


def _folders(top: str, levels: int = 8) -> Iterator[str]:
    """`top` and the folders below it: a file that is replaced changes the time of its folder."""
    yield top
    if not levels:
        return
    try:
        with os.scandir(top) as entries:
            folders = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for folder in folders:
        yield from _folders(folder, levels - 1)


def _alive(found: Sequence[Baseline]) -> Iterator[tuple[str, object]]:
    """Whether the processes of running experiments are still there."""
    for baseline in found:
        for experiment in baseline.experiments:
            executor = experiment.executor
            if executor and executor.state == "running" and executor.local and executor.local.pid:
                yield f"pid {executor.local.pid}", os.path.exists(f"/proc/{executor.local.pid}")


def _end(number: int, frame: FrameType | None) -> None:
    raise _Ended
