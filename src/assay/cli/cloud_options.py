"""The options of commands that look at remotes; `status` has them too and must start quickly."""

from __future__ import annotations

from assay.cli.options import Options, Unfit


def add_cloud_options(options: Options) -> None:
    """Declare which remote, how many transfers at a time, and which commits."""
    add = options.add_argument
    add("-j", "--jobs", type=_jobs, metavar="N", help="transfers at a time (4 per processor)")
    add("-r", "--remote", metavar="NAME", help="a remote other than the default")
    add("-a", "--all-branches", action="store_true", help="also what the branches use")
    add("-T", "--all-tags", action="store_true", help="also what the tags use")
    add("-A", "--all-commits", action="store_true", help="also what any commit uses")


def _jobs(word: str) -> int | None:
    """A number of transfers; 0 leaves it to us."""
    count = int(word)
    if count < 0:
        raise Unfit(f"'{word}' is not a number of transfers")
    return count or None
