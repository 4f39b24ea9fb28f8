"""Hooks and the merge driver: how Git calls us (spec/clients.md §4).

    install_hooks(repository, {"pre-push": "#!/bin/sh\\n…"})

Respects `core.hooksPath` and linked work trees, as far as the hooks are this repository's alone.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.atomic import write_file
from assay.fs.paths import inside
from assay.git.repository import Repository
from assay.typed import Mapping

_OWN_SCOPE = "command"


class HookExists(AssayError):
    """A hook is there already; nobody else's is replaced, and none of ours needs it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Hook '{name}' already exists. Please refer to <https://man.dvc.org/install> for more "
            "info."
        )


class SharedHooks(AssayError):
    """Git looks for hooks in a place that other repositories use as well."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"Git takes hooks from '{folder}', which is outside of this repository "
            "(core.hooksPath)",
            hint='call `dvc git-hook <name> "$@"` from the hooks there',
        )


def install_hooks(repository: Repository, scripts: Mapping[str, str]) -> None:
    """Write hook name → script, all or none. Raises HookExists and SharedHooks."""
    folder = hooks_folder(repository)
    for name in scripts:
        if os.path.lexists(os.path.join(folder, name)):
            raise HookExists(name)
    os.makedirs(folder, exist_ok=True)
    for name, script in scripts.items():
        _write_program(os.path.join(folder, name), script)


def hooks_folder(repository: Repository) -> str:
    """Where Git looks for hooks (absolute). Raises SharedHooks."""
    configured = _configured_folder(repository)
    if configured is None:
        return os.path.join(repository.common_dir, "hooks")
    folder = os.path.normpath(os.path.join(repository.root, configured))
    if not inside(repository.root, folder) and not inside(repository.common_dir, folder):
        raise SharedHooks(folder)
    return folder


def install_merge_driver(repository: Repository, name: str, title: str, command: str) -> None:
    """Define the merge driver `name`; `.gitattributes` decides which files it is for."""
    repository.run(["config", f"merge.{name}.name", title])
    repository.run(["config", f"merge.{name}.driver", command])


def is_rebasing(repository: Repository) -> bool:
    """Whether an interactive rebase or one with merges has stopped half-way."""
    return os.path.isdir(os.path.join(repository.git_dir, "rebase-merge"))


def _configured_folder(repository: Repository) -> str | None:
    """The user's `core.hooksPath`; ours for this very process stands behind it in the list."""
    question = ["config", "-z", "--show-scope", "--type=path", "--get-all", "core.hooksPath"]
    words = os.fsdecode(repository.run(question, check=False).stdout).split("\0")
    pairs = zip(words[::2], words[1::2], strict=False)
    values = [value for scope, value in pairs if scope != _OWN_SCOPE]
    return values[-1] if values else None


def _write_program(path: str, script: str) -> None:
    write_file(path, script.encode("utf-8"), mode=0o777)
