"""What Git says about paths of the work tree: ignored, tracked, untracked; and where DVC files are.

One process per question, however many paths, and none where Git's files say enough. Paths are
relative to the repository root, or absolute; answers come in the form of the question.
"""

from __future__ import annotations

import os

from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.git.repository import Repository
    from assay.typed import Iterable, Mapping, Sequence

_CHECK_IGNORE = ["check-ignore", "-z", "--stdin"]
_NOT_TRACKED = ["ls-files", "-z", "--others", "--exclude-standard"]

# From here on one listing of everything is cheaper than letting Git match each path.
_MANY_PATHS = 100


def ignored(repository: Repository, paths: Iterable[str]) -> set[str]:
    """Those of `paths` that some rule of Git ignores. Tracked files never are.

    A path need not exist; end it with "/" to ask for a directory that does not. Paths that Git
    cannot judge (in a submodule, behind a symbolic link, outside) count as not ignored.
    """
    wanted = [path for path in paths if path]
    if not wanted:
        return set()
    result = repository.run(_CHECK_IGNORE, stdin=_joined(wanted), check=False)
    if result.code in (0, 1):  # 1: none of them
        return set(_split(result.stdout))
    # One path that Git refuses ends the whole batch: look for it by halves.
    if len(wanted) == 1:
        return set()
    middle = len(wanted) // 2
    return ignored(repository, wanted[:middle]) | ignored(repository, wanted[middle:])


def tracked(repository: Repository, paths: Iterable[str]) -> set[str]:
    """Those of `paths` that are in the index: a file itself, or a directory with a tracked file.

    Paths outside the repository are not.
    """
    from assay.git.index_file import read_index  # those who look for stage files do without

    wanted = {path: place for path in paths if (place := _place(repository, path))}
    if not wanted:
        return set()
    index = read_index(repository.git_dir)
    known = {path: index.holds(place) for path, place in wanted.items()}
    sure = {path for path, is_held in known.items() if is_held}
    wanted = {path: place for path, place in wanted.items() if known[path] is None}
    return sure | _tracked(repository, wanted)


def _tracked(repository: Repository, wanted: Mapping[str, str]) -> set[str]:
    if not wanted:
        return set()
    narrowed = sorted(set(wanted.values())) if len(wanted) < _MANY_PATHS else []
    command = ["--literal-pathspecs", "ls-files", "-z", "--cached", "--", *narrowed]
    found: set[str] = set()
    for path in _split(repository.run(command).stdout):
        while path and path not in found:
            found.add(path)
            path = os.path.dirname(path)
    return {path for path, place in wanted.items() if place in found}


def untracked(repository: Repository, folder: str = "") -> list[str]:
    """Files below `folder` that are neither tracked nor ignored, sorted.

    Repositories inside the repository are left out.
    """
    return _sorted_files(repository.run([*_NOT_TRACKED, "--", _below(folder)]).stdout)


def candidates(repository: Repository, folder: str = "") -> list[str]:
    """All `dvc.yaml` and `*.dvc` below `folder` that Git does not ignore, tracked or not, sorted.

    A tracked file that was deleted is listed too. Repositories inside the repository, submodules
    included, are left out.
    """
    names = (":(glob){}**/dvc.yaml", ":(glob){}**/*.dvc")
    start = _escaped(f"{folder}/") if folder else ""
    command = [*_NOT_TRACKED, "--cached", "--"]
    command += [name.format(start) for name in names]
    return _sorted_files(repository.run(command).stdout)


def _place(repository: Repository, path: str) -> str | None:
    try:
        return repository.relative(os.path.join(repository.root, path))
    except ValueError:
        return None


def _below(folder: str) -> str:
    return f":(literal,top){folder}" if folder else ":(top)"


def _escaped(folder: str) -> str:
    return "".join("\\" + letter if letter in "*?[]\\" else letter for letter in folder)


def _joined(paths: Sequence[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def _split(output: bytes) -> list[str]:
    return [os.fsdecode(path) for path in output.split(b"\0") if path]


def _sorted_files(output: bytes) -> list[str]:
    # A repository in the work tree is listed as one name that ends in "/".
    # An unmerged file is listed once for each side.
    return sorted({path for path in _split(output) if not path.endswith("/")})
