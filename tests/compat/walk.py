"""DVC and we on one repository, in lockstep: a step is made twice, by each from the same start, and
must leave the same. From what one of them has left the walk goes on, so that each meets the other's
files; after each step both must give the same answers to what they are asked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from compat.walk_meant import end_apart, forgive, lacks_results, restores_more
from compat.walk_queue import Run, task_logs, wait_for_ours, wait_for_theirs
from compat.walk_start import furnish
from support.forked import forked
from support.project import Project, Result
from support.side_by_side import tidy

QUESTIONS = (
    "status --json",
    "data status --json --granular",
    "diff --json",
    "exp show --json -A",
    "exp list -A --name-only",
    "metrics diff --json",
    "params diff --json",
)

# States of experiments that only the queue of one of the two knows.
_WAITING = ("queued", "failed")
# References that only one of the two has.
_PRIVATE = ("refs/assay/", "refs/exps/apply/", "refs/exps/celery/", "refs/exps/exec/")

_INSIDE = re.compile(r"(dir|tree|folder)/[^'\"]+")


class Step(NamedTuple):
    """One thing that is done: by a shell line of the user (`!line`), by a command, or by several
    (`one && two`), after which no worker of a queue is left.

    `ours` says from whose result the walk goes on.
    """

    line: str
    ours: bool


class Disagreement(AssertionError):
    """The two differ."""


class Walk:
    """A repository with neighbours `store` and `origin.git`, in which steps are made."""

    def __init__(self, project: Project, theirs: str) -> None:
        self.project = project
        self._theirs = theirs
        self._top = project.root.parent / "walk"
        self.done: list[Step] = []
        project.env |= {
            "GIT_COMMITTER_DATE": "1893456000 +0000",
            "GIT_AUTHOR_DATE": "1893456000 +0000",
        }
        furnish(project, self._ours)

    def take(self, step: Step, questions: Sequence[str] = QUESTIONS) -> None:
        """Make a step. Raises Disagreement."""
        self.done.append(step)
        if step.line.startswith("!"):
            self.project.shell(step.line[1:], code=None)
        else:
            self._in_lockstep(step)
        for question in questions:
            self.ask(question)

    def _in_lockstep(self, step: Step) -> None:
        start, ours = self._top / "start", self._top / "ours"
        self._copy_to(start)
        is_lacking = lacks_results(self.state())
        our_result = self._all(step.line, self._ours, lambda: wait_for_ours(self._ours))
        our_state = self.state()
        self._copy_to(ours)
        self._copy_from(start)
        their_result = self._all(step.line, self._real, lambda: wait_for_theirs(self.project.root))
        their_state = self.state()
        self._refuse_surprise(step, our_result, their_result)
        apart = end_apart(step.line, our_result, our_state["files"], their_result)
        apart = apart or (is_lacking and restores_more(our_result, their_result))
        if step.ours or apart:
            self._copy_from(ours)
        if not apart:
            self._compare(step, our_result, our_state, their_result, their_state)

    def _all(self, line: str, run: Run, wait: Callable[[], None]) -> Result:
        """Give the commands of a line; what came of the last one, and what tasks have printed."""
        before = task_logs(self.project.root)
        for command in line.split(" && "):
            result = run(command.split())
            if result.code != 0:
                break
            if command.startswith("queue start"):
                wait()
        logs = sorted(task_logs(self.project.root) - before)
        return result._replace(out="".join([result.out, *(log.read_text() for log in logs)]))

    def _refuse_surprise(self, step: Step, our: Result, their: Result) -> None:
        if any(
            word in our.err and word not in their.err for word in ("Traceback", "unexpected error")
        ):
            raise Disagreement(self._story(step.line, our, their))

    def _compare(self, step: Step, our: Result, ours: Any, their: Result, theirs: Any) -> None:
        if (our.code == 0) != (their.code == 0):
            raise Disagreement(self._story(step.line, our, their))
        forgive(step.line, our, ours, theirs)
        for part, ours_is in ours.items():
            difference = _difference(ours_is, theirs[part])
            if difference:
                raise Disagreement(f"{part}: {difference}\n{self._story(step.line, our, their)}")

    def ask(self, question: str) -> None:
        words = question.split()
        our, their = self._ours(words), self._real(words)
        if our.code != their.code:
            raise Disagreement(self._story(question, our, their))
        ours_is, theirs_is = (_answer(words, result) for result in (our, their))
        if ours_is != theirs_is:
            raise Disagreement(
                f"{question}: {_difference(ours_is, theirs_is)}\n"
                + self._story(question, our, their)
            )

    def state(self) -> dict[str, Any]:
        """All that a user or the other program would miss."""
        project = self.project
        files, cache = {}, set()
        for name in project.listing():
            path = project.path(name)
            if name.startswith(".dvc/cache/runs"):
                continue
            if name.startswith(".dvc/cache/"):
                cache.add(name.removeprefix(".dvc/cache/"))
            elif not name.startswith(".dvc/tmp/"):
                files[name] = path.read_bytes()
        store = project.root.parent / "store"
        return {
            "files": files,
            "cache": cache,
            "store": {str(path.relative_to(store)) for path in store.rglob("*") if path.is_file()},
            "references": self._references(project.root),
            "origin": self._references(project.root.parent / "origin.git"),
            "branch": project.git("rev-parse", "--symbolic-full-name", "HEAD"),
        }

    def _references(self, repository: Path) -> dict[str, str]:
        listing = self.project.git(
            "-C", str(repository), "for-each-ref", "--format=%(refname) %(tree)"
        )
        refs = dict(line.split() for line in listing.splitlines())
        return {
            name: self._tree(repository, tree)
            for name, tree in refs.items()
            if not name.startswith(_PRIVATE)
        }

    def _tree(self, repository: Path, tree: str) -> str:
        listing = self.project.git("-C", str(repository), "ls-tree", "-r", tree)
        return "\n".join(x for x in listing.splitlines() if not x.endswith(".dvc/tmp/repro.dat"))

    def _ours(self, words: list[str]) -> Result:
        return forked(words, cwd=str(self.project.root), env=self.project.env)

    def _real(self, words: list[str]) -> Result:
        # Workers of its queue call it by its name.
        path = f"{os.path.dirname(self._theirs)}:{self.project.env['PATH']}"
        return self.project.dvc(*words, by=self._theirs, code=None, env={"PATH": path})

    def _places(self) -> list[Path]:
        top = self.project.root.parent
        return [self.project.root, top / "store", top / "origin.git"]

    def _copy_to(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        for place in self._places():
            _copy(place, folder / place.name)

    def _copy_from(self, folder: Path) -> None:
        for place in self._places():
            _remove(place)
            _copy(folder / place.name, place)

    def _story(self, line: str, our: Result, their: Result) -> str:
        steps = "\n".join(f"    {step.line}   # {step.ours}" for step in self.done)
        return (
            f"after\n{steps}\n$ dvc {line}\n"
            f"--- we: {our.code}\n{our.out}{our.err}\n--- DVC: {their.code}\n{their.out}{their.err}"
        )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    os.system(f"cp -a '{source}' '{target}'")


def _remove(place: Path) -> None:
    os.system(f"rm -rf '{place}'")


def _difference(ours: Any, theirs: Any) -> str:
    if ours == theirs:
        return ""
    if isinstance(ours, set):
        return f"only ours {sorted(ours - theirs)}, only DVC's {sorted(theirs - ours)}"
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return "; ".join(
            f"{key}: [{_difference(ours.get(key), theirs.get(key))}]"
            for key in sorted({*ours, *theirs}, key=str)
            if ours.get(key) != theirs.get(key)
        )
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return "; ".join(_difference(a, b) for a, b in zip(ours, theirs, strict=True) if a != b)
    return f"{ours!r} / {theirs!r}"


def _answer(words: list[str], result: Result) -> Any:
    if "--json" not in words:
        return sorted(result.lines)
    if not result.out.strip():
        return None
    answer = _lasting(tidy(_without_queue(json.loads(result.out))))
    if words[0] in ("data", "diff"):
        answer = {group: _outer(names) for group, names in answer.items()}
        if words[0] == "diff":  # an output that was only named before is modified to DVC
            answer["added"] = tidy(answer.get("added", []) + answer.pop("modified", []))
        answer = {group: names for group, names in answer.items() if names}
    return answer


def _without_queue(answer: Any) -> Any:
    """`exp show` without what waits, or has failed, in the queue of who is asked."""
    if not isinstance(answer, list):
        return answer
    for baseline in answer:
        found = baseline.get("experiments") or []
        kept = [one for one in found if (one["executor"] or {}).get("state") not in _WAITING]
        baseline["experiments"] = kept or None
    return answer


def _outer(names: Any) -> Any:
    """Without what is in a directory: who has seen its listing before knows more."""
    if isinstance(names, dict):
        outer = {state: _outer(found) for state, found in names.items() if state != "unknown"}
        return {state: found for state, found in outer.items() if found}
    return [name for name in names if not _INSIDE.search(str(name))]


def _lasting(value: Any) -> Any:
    """Without what differs from call to call."""
    if isinstance(value, dict):
        return {k: _lasting(v) for k, v in value.items() if k not in ("timestamp", "executor")}
    if isinstance(value, list):
        return [_lasting(item) for item in value]
    return value
