"""Options of commands that look at another repository, and how their errors are told."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.data.repo_settings import Settings
from assay.data.repo_view import NotThere
from assay.errors import AssayError, FileProblem, Interrupted, UnexpectedError
from assay.git.clone import CloneFailed
from assay.remotes.origin import parsed_options


def add_repo_options(options: Options) -> None:
    """Declare the revision and what is to differ in the other project's configuration."""
    add = options.add_argument
    add("--rev", metavar="COMMIT", help="branch, tag or commit")
    add("--config", metavar="FILE", help="a configuration file to lay over the other project's")
    add("--remote", metavar="NAME", help="a remote of the other project other than its default")
    add("--remote-config", nargs="*", metavar="NAME=VALUE", help="options for that remote")


def settings_from(arguments: Arguments) -> Settings:
    """What is to differ. Raises ConfigError for an option without a value."""
    return Settings(arguments.config, arguments.remote, parsed_options(arguments.remote_config))


def told(error: AssayError, verb: str, path: str, url: str, *, dash: str = " - ") -> AssayError:
    """The error as `get` and `import` report it (spec/data.md §13)."""
    if isinstance(error, FileProblem):
        error.exit_code = 1
    if isinstance(error, FileProblem | Interrupted | UnexpectedError):
        return error
    if isinstance(error, NotThere):
        return UnexpectedError(f"['{path}']", hint=f"see `dvc list {url}`")
    if isinstance(error, CloneFailed):
        return AssayError(f"failed to {verb} '{path}' - {error.chain()}", exit_code=1)
    return AssayError(
        f"failed to {verb} '{path}' from '{url}'{dash}{error.chain()}", hint=error.hint, exit_code=1
    )
