"""Starting a project: `.dvc`, its configuration, and what Git should not see (spec/data.md §7)."""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.atomic import write_text
from assay.fs.remove import remove
from assay.git import repository as git
from assay.git.staging import stage
from assay.project import DVC_DIR
from assay.typed import NamedTuple

_GITIGNORE = "/config.local\n/tmp\n/cache\n"
_DVCIGNORE = """\
# Add patterns of files dvc should ignore, which could improve
# the performance. Learn more at
# https://dvc.org/doc/user-guide/dvcignore
"""


class CannotStart(AssayError):
    """A project cannot be started here."""

    exit_code = 1

    def __init__(self, reason: str) -> None:
        super().__init__(f"failed to initiate DVC - {reason}")


class StartOptions(NamedTuple):
    """`no_scm`: without Git; `subdirectory`: below a Git root; `force`: replace what is there."""

    no_scm: bool = False
    subdirectory: bool = False
    force: bool = False


def start_project(directory: str, options: StartOptions) -> None:
    """Make a project in `directory` (absolute) and add its files to Git's index."""
    repository = None if options.no_scm else git.find(directory)
    at_root = repository is not None and repository.root == directory
    if not options.no_scm and not at_root and not (repository and options.subdirectory):
        raise CannotStart(
            f"{directory} is not tracked by any supported SCM tool (e.g. Git). Use `--no-scm` if "
            "you don't want to use any SCM or `--subdir` if initializing inside a subdirectory of "
            "a parent SCM repository."
        )
    dvc_dir = os.path.join(directory, DVC_DIR)
    if os.path.isdir(dvc_dir):
        if not options.force:
            raise CannotStart("'.dvc' exists. Use `-f` to force.")
        remove(dvc_dir)
    os.mkdir(dvc_dir)
    config = os.path.join(dvc_dir, "config")
    write_text(config, "[core]\n    no_scm = True\n" if options.no_scm else "")
    ignore = os.path.join(dvc_dir, ".gitignore")
    write_text(ignore, _GITIGNORE)
    dvcignore = os.path.join(directory, ".dvcignore")
    if not os.path.exists(dvcignore):
        write_text(dvcignore, _DVCIGNORE)
    if repository is not None:
        stage(repository, [config, ignore, dvcignore])
