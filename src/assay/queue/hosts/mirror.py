"""What a host keeps of a repository whose experiments it runs: `<state>/<repository>/`.

    tree/        a Git repository without a checkout; below .dvc/tmp/exps/ its sandboxes
    cache/       the objects, unless host and sender share a cache
    jobs/<token>/  capsule header, log and outcome of one attempt while it runs
    lock         held while objects arrive

All of it may be deleted while nothing runs: it costs the next attempts some time.
"""

from __future__ import annotations

import os

from assay import config as configuration
from assay.config import Config, Level
from assay.fs.lock import FileLock
from assay.git.packs import receive
from assay.git.process import run as run_git
from assay.git.repository import Repository
from assay.project import DVC_DIR, Project
from assay.queue.capsule import Capsule
from assay.typed import Any, Mapping

STATE_VARIABLE = "ASSAY_HOST_DIR"
"""Where a host keeps its mirrors; else `assay/host` in the user's cache folder."""

CACHE_VARIABLE = "ASSAY_HOST_CACHE"
"""`own`: never use the sender's cache, even if it is a folder of this host, too."""

_WITNESSES = os.path.join("assay", "witnesses")


class Mirror:
    """The mirror of the repository that a capsule comes from."""

    __slots__ = ("_environ", "folder")

    def __init__(self, repository: str, environ: Mapping[str, str]) -> None:
        self.folder = os.path.join(state_folder(environ), repository)
        self._environ = environ

    @property
    def repository(self) -> Repository:
        """The Git repository with the objects that arrived."""
        root = os.path.join(self.folder, "tree")
        return Repository(root, os.path.join(root, ".git"), os.path.join(root, ".git"))

    def job(self, token: str) -> str:
        """The folder of an attempt."""
        return os.path.join(self.folder, "jobs", token)

    def take_in(self, capsule: Capsule) -> bool:
        """Have the capsule's commits; False if what they build on was not sent and is not here.

        Raises BadPack for objects that are refused.
        """
        os.makedirs(self.folder, 0o700, exist_ok=True)
        with FileLock(os.path.join(self.folder, "lock"), patience_s=None):
            repository = self.repository
            if not os.path.exists(os.path.join(repository.git_dir, "HEAD")):
                os.makedirs(repository.root, exist_ok=True)
                length = "sha1" if len(capsule.baseline) == 40 else "sha256"
                run_git(
                    ["init", "--quiet", "--template=", f"--object-format={length}"],
                    cwd=repository.root,
                )
            here = repository.resolve_many([capsule.baseline, capsule.snapshot])
            if here[1] is not None and here[0] is not None:
                return True
            if here[0] is None and not capsule.has_base:
                return False
            receive(
                repository,
                capsule.objects,
                capsule.snapshot,
                base=capsule.baseline,
                brings_base=here[0] is None,
            )
        return True

    def project(self, capsule: Capsule) -> Project:
        """The project as sandboxes know their parent: the sender's settings over the host's."""
        repository = self.repository
        root = os.path.join(repository.root, capsule.prefix) if capsule.prefix else repository.root
        dvc_dir = os.path.join(root, DVC_DIR)
        os.makedirs(os.path.join(dvc_dir, "tmp"), exist_ok=True)
        own = configuration.load(None, self._environ)
        settings: dict[str, dict[str, Any]] = {
            section: dict(options) for section, options in capsule.settings.items()
        }
        cache = settings.setdefault("cache", {})
        cache.pop("dir", None)
        if shares_cache(capsule, self._environ):
            cache["dir"] = capsule.cache
        elif own.cache_dir is None:
            cache["dir"] = os.path.join(self.folder, "cache")
        path = os.path.join(dvc_dir, "config.local")
        levels = (*own.levels, Level("local", path, settings, settings))
        return Project(root, Config(levels, dvc_dir), repository)


def state_folder(environ: Mapping[str, str]) -> str:
    """Where this host keeps what it knows of repositories."""
    chosen = environ.get(STATE_VARIABLE)
    if chosen:
        return os.path.abspath(chosen)
    home = environ.get("XDG_CACHE_HOME") or os.path.join(
        environ.get("HOME") or os.path.expanduser("~"), ".cache"
    )
    return os.path.join(home, "assay", "host")


def witness_file(cache: str, witness: str) -> str:
    """The file that tells whether two hosts see one and the same cache."""
    return os.path.join(cache, _WITNESSES, witness)


def shares_cache(capsule: Capsule, environ: Mapping[str, str]) -> bool:
    """Whether the sender's cache is a folder of this host, too: the witness is in it."""
    if environ.get(CACHE_VARIABLE, "").lower() == "own":
        return False
    return os.path.isfile(witness_file(capsule.cache, capsule.witness))
