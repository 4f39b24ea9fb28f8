"""`install`: Git hooks that keep data and code together (spec/clients.md §4)."""

from __future__ import annotations

from assay import DVC_VERSION
from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.errors import AssayError
from assay.git.hooks import install_hooks, install_merge_driver
from assay.git.pre_commit_tool import add_hooks
from assay.typed import Any

EXAMPLES = {
    "install": """\
example:
  dvc install
afterwards `git commit` shows the status, `git checkout` brings the data along,
and `git push` pushes it first"""
}

# In the order in which a hook that is there already is looked for.
_HOOKS = ("post-checkout", "pre-commit", "pre-push")
_DRIVER = "dvc git-hook merge-driver --ancestor %O --our %A --their %B "


def install_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument(
        "--use-pre-commit-tool",
        action="store_true",
        help="add the hooks to .pre-commit-config.yaml instead",
    )


def install(arguments: Arguments, session: Session) -> int:
    """Install the merge driver, and the hooks in one of two ways."""
    repository = session.project.git()
    try:
        install_merge_driver(repository, "dvc", "DVC merge driver", _DRIVER)
        if arguments.use_pre_commit_tool:
            add_hooks(repository.root, _pre_commit_source())
        else:
            install_hooks(repository, {name: _script(name) for name in _HOOKS})
    except AssayError as error:
        raise failed("install DVC Git hooks", error) from None
    return 0


def _script(name: str) -> str:
    return f'#!/bin/sh\nexec dvc git-hook {name} "$@"\n'


def _pre_commit_source() -> dict[str, Any]:
    hooks = [_pre_commit_hook(name) for name in ("pre-commit", "pre-push", "post-checkout")]
    hooks[-1]["always_run"] = True
    return {"repo": "https://github.com/treeverse/dvc", "rev": DVC_VERSION, "hooks": hooks}


def _pre_commit_hook(name: str) -> dict[str, Any]:
    return {
        "id": f"dvc-{name}",
        "additional_dependencies": [".[all]"],
        "language_version": "python3",
        "stages": [name],
    }
