"""Where DVC and we differ on purpose in a walk."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, NamedTuple

import yaml

from support.project import Result
from support.side_by_side import tidy

# What DVC says where it cannot put some staged changes into the index of its own making.
_DEFECT = "Stash apply resulted in merge conflicts"

_BEGUN = re.compile("Running stage|Stage .* is cached")
_RAN = re.compile("Running stage '(.*)':")
_RESTORED = re.compile("Stage '(.*)' is cached")


class _Ending(NamedTuple):
    """A command, part of its line, that only one of the two refuses: what that one says.

    With `leaves` the other has left alone whatever files that one names.
    """

    line: str
    ours: str = ""
    theirs: str = ""
    leaves: bool = False


_UNKNOWN = "ERROR: 'e1' "

_REFUSALS = (
    # A task could only fail (docs/queue.md).
    _Ending("--queue", ours="dvc.yaml' does not exist"),
    # A task that waits is known by name to its own queue.
    *(_Ending(line, ours=_UNKNOWN) for line in ("exp apply e1", "exp remove e1")),
    *(_Ending(line, theirs=_UNKNOWN) for line in ("exp apply e1", "exp remove e1")),
    # Nobody has the objects, but the files are as recorded (docs/pipelines.md, docs/data.md).
    *(
        _Ending(line, theirs=said, leaves=True)
        for line in ("pull", "checkout")
        for said in ("without a confirmation", "without confirmation", "Checkout failed")
    ),
)


def end_apart(line: str, our: Result, files: Iterable[str], their: Result) -> bool:
    """Whether what came of a step cannot be compared, because one of the two refused it.

    `files` are there after we have made the step.
    """
    if (our.code == 0) == (their.code == 0):
        return _DEFECT in their.err or (our.code != 0 and _begun(our) != _begun(their))
    return _DEFECT in their.err or any(_fits(it, line, our, files, their) for it in _REFUSALS)


def lacks_results(state: dict[str, Any]) -> bool:
    """Whether the cache lacks something that dvc.lock names."""
    named = re.findall(rb" md5: ([0-9a-f]{2})(\S+)", state["files"].get("dvc.lock", b""))
    return any(f"files/md5/{a.decode()}/{b.decode()}" not in state["cache"] for a, b in named)


def restores_more(our: Result, their: Result) -> bool:
    """Whether we have restored a stage that DVC has run, as we do where the results of the last run
    are gone and those of another one with the same inputs are there (docs/pipelines.md)."""
    ours, theirs = (_RESTORED.findall(result.out) for result in (our, their))
    ran, also_ran = (_RAN.findall(result.out) for result in (our, their))
    return any(
        ours.count(stage) > theirs.count(stage) and ran.count(stage) < also_ran.count(stage)
        for stage in ours
    )


def _begun(result: Result) -> set[str]:
    """What a run had come to when it failed: stages that do not need each other are in the order
    of their files' names with us, with DVC in that of the file system (docs/pipelines.md)."""
    return {line for line in result.lines if _BEGUN.match(line)}


def _fits(ending: _Ending, line: str, our: Result, files: Iterable[str], their: Result) -> bool:
    is_said = ending.line in line and ending.ours in our.err and ending.theirs in their.err
    return is_said and (not ending.leaves or _has_all(files, their.err))


def _has_all(files: Iterable[str], said: str) -> bool:
    """Whether files and directories are there that a message names, most of them on own lines."""
    named = re.findall(r"^(?![</])\S+$|(?<=/project/)[^'\n]+", said, re.MULTILINE)
    there = {folder for name in files for folder in (name, *map(str, PurePath(name).parents))}
    return all(name.rstrip("/") in there for name in named)


def forgive(line: str, our: Result, ours: Any, theirs: Any) -> None:
    """Take away what is meant to differ in what they leave; docs/data.md and docs/roadmap.md."""
    files, others = ours["files"], theirs["files"]
    if re.fullmatch(r"(checkout|pull)( -\S+)*", line):
        # Outputs that no stage names any more go if they were placed by who looks.
        both = files.keys() & others.keys()
        ours["files"], theirs["files"] = ({n: t[n] for n in both} for t in (files, others))
    for state in (ours, theirs):
        if "dvc.yaml" in state["files"]:
            state["files"]["dvc.yaml"] = _meant(state["files"]["dvc.yaml"])
    for kept in re.findall("Your own changes in (.*) were kept", our.out):  # DVC drops them
        for name in re.findall("'(.*?)'", kept):
            files.pop(name, None)
            others.pop(name, None)
    if "is kept in the cache" in our.err:  # what was edited by hand
        ours["cache"] &= theirs["cache"]
    if line.startswith("gc"):  # DVC keeps a listing that it has read on the remote
        brought = theirs["cache"] - ours["cache"]
        theirs["cache"] -= {name for name in brought if name.endswith(".dir")} & _below(
            ours["store"]
        )
    if line.startswith("exp push"):  # DVC sends no data at times, at others that of no experiment
        theirs["store"] = ours["store"]


def _below(store: set[str]) -> set[str]:
    """The objects of a remote as the cache calls them."""
    return {name[name.find("files/") :] for name in store if "files/" in name}


def _meant(text: bytes) -> Any:
    """DVC writes some lists of a stage anew, sorted."""
    try:
        return tidy(yaml.safe_load(text))
    except yaml.YAMLError:
        return text
