"""Which files Git stores otherwise than they are: the filters of gitattributes(5).

Line ends are no matter here: without a carriage return there is nothing to convert on the way in.
"""

from __future__ import annotations

import os

from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.git.repository import Repository
    from assay.git.settings import Settings
    from assay.typed import Iterable, Iterator

FILE = ".gitattributes"
_FILTERS = ("filter", "ident", "working-tree-encoding")
_BESIDE_PROGRAMS = ("etc/gitattributes", "share/git-core/gitattributes")


def filtered(repository: Repository, paths: Iterable[str]) -> set[str]:
    """Those of `paths` that some filter changes on the way into Git; one process."""
    names = sorted(paths)
    if not names:
        return set()
    asked = b"".join(os.fsencode(name) + b"\0" for name in names)
    command = ["check-attr", "-z", "--stdin", *_FILTERS]
    fields = os.fsdecode(repository.run(command, stdin=asked).stdout).split("\0")
    answers = zip(fields[::3], fields[2::3], strict=False)
    return {name for name, value in answers if value not in ("unspecified", "unset")}


def are_there_any(repository: Repository, paths: Iterable[str]) -> bool:
    """Whether a file of attributes is there that may say something of `paths`.

    One that is tracked and not checked out does not count.
    """
    settings = repository.settings()
    if {"core.attributesfile", "attr.tree"} & settings.values.keys():
        return True
    if "GIT_ATTR_SOURCE" in os.environ:
        return True
    return any(map(os.path.lexists, _places(repository, settings, paths)))


def _places(repository: Repository, settings: Settings, paths: Iterable[str]) -> Iterator[str]:
    folders = {""}
    for path in paths:
        while path := os.path.dirname(path):
            folders.add(f"{path}/")
    yield from (f"{repository.root}/{folder}{FILE}" for folder in folders)
    yield from (f"{place}/info/attributes" for place in {repository.git_dir, repository.common_dir})
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    yield f"{home}/git/attributes"
    yield from settings.system_attributes or _of_the_system()


def _of_the_system() -> Iterator[str]:
    """Where Git before 2.42, which does not tell, may look for attributes of all users."""
    yield "/etc/gitattributes"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = f"{folder}/git"
        if os.path.exists(program):
            for place in (program, os.path.realpath(program)):
                while len(place := os.path.dirname(place)) > 1:
                    yield from (f"{place}/{name}" for name in _BESIDE_PROGRAMS)
            return
