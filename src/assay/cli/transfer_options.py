"""What `push`, `fetch` and `pull` share: which objects, over which remote, and their errors."""

from __future__ import annotations

from assay.cli.cloud_options import add_cloud_options
from assay.cli.options import ON_OR_OFF, Arguments, Options
from assay.cli.selected import add_stage_targets
from assay.data.transfer import Request
from assay.data.used import History, Scope
from assay.errors import AssayError, FileProblem, Interrupted, UnexpectedError
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench
from assay.typed import Mapping


def add_transfer_options(options: Options) -> None:
    """Declare what `push`, `fetch` and `pull` have in common."""
    add_stage_targets(options)
    add_cloud_options(options)
    options.add_argument(
        "--run-cache",
        action=ON_OR_OFF,
        default=False,
        help="also the records of finished runs",
    )


def request_of(arguments: Arguments) -> Request:
    """How to transfer."""
    return Request(
        remote=arguments.remote,
        jobs=arguments.jobs,
        run_cache=getattr(arguments, "run_cache", False),
    )


def scope_of(arguments: Arguments) -> Scope:
    """Which outputs are meant. Raises NoMatches for a pattern that nothing fits."""
    targets = tuple(arguments.targets)
    if getattr(arguments, "glob", False):
        targets = _expanded(targets)
    return Scope(targets, arguments.with_deps, arguments.recursive)


def history_of(arguments: Arguments) -> History:
    """Which commits are meant besides the workspace."""
    return History(arguments.all_branches, arguments.all_tags, arguments.all_commits)


def told(error: AssayError, failure: str) -> AssayError:
    """The error as transfers report it: `failed to push data to the cloud - …`, exit code 1."""
    if isinstance(error, UnexpectedError | Interrupted):
        return error
    if isinstance(error, FileProblem):
        error.exit_code = 1
        return error
    return AssayError(f"{failure} - {error.chain()}", hint=error.hint, exit_code=1)


def imports_of(
    bench: Workbench, found: list[Found], environ: Mapping[str, str], *, jobs: int | None
) -> int:
    """Bring the data of imports among what is meant; how many files."""
    if not any(one.stage.is_import for one in found):
        return 0
    from assay.data.fetch_imports import fetch_imports  # most projects have none

    return fetch_imports(bench, found, environ, jobs=jobs)


def summary(*counts: tuple[int, str]) -> str:
    """`4 files fetched and 1 file added` for counts of files; those that are zero are left out."""
    parts = [f"{n} file{'s' if n > 1 else ''} {word}" for n, word in counts if n]
    *first, last = parts or ["Everything is up to date."]
    return f"{', '.join(first)} and {last}" if first else last


def _expanded(patterns: tuple[str, ...]) -> tuple[str, ...]:
    from glob import glob  # only with --glob

    names = [name for pattern in patterns for name in sorted(glob(pattern, recursive=True))]
    if patterns and not names:
        raise AssayError(f"Glob {list(patterns)} has no matches.")
    return tuple(dict.fromkeys(names))
