"""No name from a file reaches outside its root (promise P5): every such name is checked here.

Two kinds of names are told apart. An *entry* comes from a list that others wrote (a `.dir`
object, a run-cache entry, a remote) and must be plain: relative, without `..`, nothing of Git's or
DVC's own. A *path* comes from the user's files and may contain `..`, but has to end up inside.
"""

from __future__ import annotations

import os

from assay.errors import UnsafePath
from assay.typed import Sequence

NAME_BYTES = 255
"""The longest name of one file that Linux, macOS and Windows agree on."""

PATH_BYTES = 4096

# What `_is_plain` looks for in one path, here for paths with slashes between and around them.
_ODD = ("/.", "//", "\\", "\0", "~")

_GITS = frozenset({".git", "git~1"})
_PRIVATE = _GITS | {".dvc", "dvc~1"}
# Code points that HFS+ does not see: `.g\u200cit` is `.git` there (CVE-2014-9390).
_UNSEEN = dict.fromkeys(
    (*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF)
)


def check_entry(path: str) -> None:
    """Raise UnsafePath unless `path` is a plain POSIX path below whatever it will be joined to.

    Refused are: empty, absolute, empty components, `.`, `..`, NUL, what cannot be encoded, names
    longer than file systems take, and `.git` or `.dvc` at any depth, in any case and in the
    spellings that Windows and macOS take for them. Looks at the text alone. `\\` separates too.
    """
    if not _is_plain(path):
        reason = _reason_against(path)
        if reason:
            raise UnsafePath(f"refusing the path {_quoted(path)}: {reason}")


def check_entries(paths: Sequence[str]) -> None:
    """`check_entry` for each of many paths, for hardly more than it costs for one."""
    if not _are_plain(paths):
        for path in paths:
            check_entry(path)


def check_name(name: str) -> None:
    """`check_entry` for one file name: no separator at all."""
    check_entry(name)
    if "/" in name or "\\" in name:
        raise UnsafePath(f"refusing the name {_quoted(name)}: it has a separator")


def contained(root_abs: str, path: str) -> str:
    """The absolute form of `path`, which is relative to `root_abs` or absolute, without `..`.

    Raises UnsafePath if that is `root_abs` itself, outside of it, in its `.git` or `.dvc`, or
    reached through a symbolic link that leads outside. The last component may be a link.
    """
    absolute = os.path.normpath(os.path.join(root_abs, path))
    relative = os.path.relpath(absolute, root_abs)
    if relative == ".":
        raise UnsafePath(f"refusing the path {_quoted(path)}: it is '{root_abs}' itself")
    if _leads_up(relative) or not inside(root_abs, absolute):
        raise UnsafePath(f"refusing the path {_quoted(path)}: it is outside of '{root_abs}'")
    check_entry(relative)
    return absolute


def inside(root_abs: str, path_abs: str) -> bool:
    """Whether what would be written at `path_abs` lands in `root_abs`, or is `root_abs` itself.

    Links among the parents are followed, the last component is not.
    """
    if path_abs == root_abs:
        return True
    folder, name = os.path.split(os.path.normpath(path_abs))
    if folder == root_abs:
        return True
    real = os.path.realpath(folder)
    if real == folder and is_below(root_abs, folder):
        return True  # without links in it there are none in the root
    return is_below(os.path.realpath(root_abs), os.path.join(real, name))


def is_below(root: str, path: str) -> bool:
    """Whether `path` is `root` or under it, by their text: both normal, both of one kind."""
    return path == root or path.startswith(root if root.endswith("/") else root + "/")


def shown(path_abs: str, directory: str) -> str:
    """How to show a path to someone who works in `directory`: relative, with `..` if need be."""
    return os.path.relpath(path_abs, directory)


def _is_plain(path: str) -> bool:
    """Surely harmless: what nearly all names are, told by a few scans."""
    return (
        0 < len(path) <= NAME_BYTES
        and path.isascii()
        and path[0] not in "/."
        and path[-1] != "/"
        and "/." not in path
        and "//" not in path
        and "\\" not in path
        and "\0" not in path
        and "~" not in path
    )


def _are_plain(paths: Sequence[str]) -> bool:
    """Whether all of the paths are surely harmless."""
    if max(map(len, paths), default=0) > NAME_BYTES:
        return False
    texts = "/".join(["", *paths, ""])
    return texts.isascii() and not any(odd in texts for odd in _ODD)


def _reason_against(path: str) -> str:
    if path.startswith("/"):
        return "it is absolute"
    if "\0" in path:
        return "it has a NUL"
    try:
        size = len(os.fsencode(path))
    except UnicodeEncodeError:
        return "no file can have that name"
    if size > PATH_BYTES:
        return "it is too long"
    if "" in path.split("/"):
        return "it has an empty component"
    for part in path.replace("\\", "/").split("/"):
        if part in (".", ".."):
            return f"it has a component '{part}'"
        if _is_private(part):
            return f"'{part}' belongs to Git or DVC"
        if len(os.fsencode(part)) > NAME_BYTES:
            return "one of its names is too long"
    return ""


def is_gits(part: str) -> bool:
    """Whether a component of a path is `.git`, as any file system may spell it."""
    return _plainly(part) in _GITS


def _is_private(part: str) -> bool:
    return _plainly(part) in _PRIVATE


def _plainly(part: str) -> str:
    """A name without what some file systems do not tell apart: case, streams, trailing dots."""
    return part.translate(_UNSEEN).partition(":")[0].rstrip(". ").lower()


def _leads_up(relative: str) -> bool:
    return relative == ".." or relative.startswith("../")


def _quoted(path: str) -> str:
    """`path` in quotes, with control characters and the unprintable escaped, not too long."""
    return repr(path if len(path) <= NAME_BYTES else path[:NAME_BYTES] + "…")
