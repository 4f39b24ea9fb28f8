"""Commits as bytes for another repository, and the other way round.

What arrives is laid out beside the repository first, where Git checks every object and every link
between them. Only then it is moved in: of something broken or hostile nothing is left.
"""

from __future__ import annotations

import os

from assay.fs.remove import remove
from assay.git.growth import check_growth
from assay.git.pack_size import HEADER_BYTES, BadPack, check_unpacked_size
from assay.git.process import GitFailed
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.git.repository import Repository
    from assay.typed import Sequence

# What one pack can fill a disk with; how large it may be itself, is in queue/capsule.py.
MOST_UNPACKED = 2 * 1024 * 1024 * 1024
# Git's own limit between loose objects and a pack (git-config(1), fetch.unpackLimit).
_LOOSE_LIMIT = 100
_THIN = ["pack-objects", "--revs", "--thin", "--delta-base-offset", "--stdout", "--quiet"]
_WHOLE = ["pack-objects", "--delta-base-offset", "--stdout", "--quiet"]


def thin_pack(repository: Repository, wanted: str, known: Sequence[str]) -> bytes:
    """What somebody who has the commits `known` lacks of the commit `wanted`."""
    lines = [wanted, *(f"^{commit}" for commit in known)]
    return repository.run(_THIN, stdin="".join(f"{line}\n" for line in lines).encode()).stdout


def whole_pack(repository: Repository, commits: Sequence[str]) -> bytes:
    """These commits with all their files, without the history before them."""
    listed = repository.run(["rev-list", "--objects", "--no-walk", *commits]).stdout
    return repository.run(_WHOLE, stdin=listed).stdout


def receive(
    repository: Repository, pack: bytes, wanted: str, *, base: str, brings_base: bool = False
) -> None:
    """Take the objects of `pack` in, all or none; afterwards the commit `wanted` is here.

    It was made on the commit `base`, which is here or comes along; then history ends at it, also
    for whoever looks later. Raises BadPack, also for what would be too much when checked out.
    """
    objects = os.path.join(repository.common_dir, "objects")
    quarantine = os.path.join(objects, f"tmp_objdir-assay-{os.urandom(8).hex()}")
    os.mkdir(quarantine)
    try:
        graft = os.path.join(quarantine, "shallow")
        ends = _shallow(repository) | ({base} if brings_base else set())
        with open(graft, "w", encoding="ascii") as file:
            file.writelines(f"{commit}\n" for commit in sorted(ends))
        environ = {
            "GIT_OBJECT_DIRECTORY": quarantine,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(objects),
            **({"GIT_SHALLOW_FILE": graft} if ends else {}),
        }
        try:
            if pack:
                check_unpacked_size(pack, MOST_UNPACKED, id_bytes=len(wanted) // 2)
                repository.run(_taking(pack), stdin=pack, environ=environ)
            if brings_base:
                check_growth(repository, base, "", environ=environ)
            check_growth(repository, wanted, base, environ=environ)
        except GitFailed as error:
            raise BadPack("the objects that were sent are refused") from error
        _move_in(quarantine, objects)
        if not ends <= _shallow(repository):
            os.replace(graft, os.path.join(repository.common_dir, "shallow"))
    finally:
        remove(quarantine)


def _taking(pack: bytes) -> list[str]:
    if int.from_bytes(pack[8:HEADER_BYTES], "big") > _LOOSE_LIMIT:
        return ["index-pack", "--strict", "--stdin", "--fix-thin"]
    return ["unpack-objects", "--strict", "-q"]


def _shallow(repository: Repository) -> set[str]:
    """Where the repository's history ends by the user's will."""
    try:
        with open(os.path.join(repository.common_dir, "shallow"), encoding="ascii") as file:
            return set(file.read().split())
    except FileNotFoundError:
        return set()


def _move_in(quarantine: str, objects: str) -> None:
    """A pack before its index: an index without a pack would be an error for readers."""
    for folder, _, names in os.walk(quarantine):
        place = os.path.relpath(folder, quarantine)
        if place == ".":
            continue
        os.makedirs(os.path.join(objects, place), exist_ok=True)
        for name in sorted(names, key=lambda one: (not one.endswith(".pack"), one)):
            target = os.path.join(objects, place, name)
            if not os.path.exists(target):
                os.replace(os.path.join(folder, name), target)


def _quoted(path: str) -> str:
    """A path in a list between colons (git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES)."""
    if not any(sign in path for sign in ':"\\\n'):
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
