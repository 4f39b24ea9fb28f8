"""`dataset add` and `dataset update`."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.datasets import add_dataset, update_dataset
from assay.errors import AssayError
from assay.pipeline.datasets import BUCKET, DATACHAIN, GIT
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import open_workbench

EXAMPLES = {
    "dataset add": """\
examples:
  dvc dataset add --dvc https://host/archive.git --path images --rev v1 images
  dvc dataset add --url s3://bucket/images images""",
    "dataset update": """\
examples:
  dvc dataset update images            # what its branch holds by now
  dvc dataset update images --rev v2""",
}


def add_arguments(options: Options) -> None:
    """Declare the options of `dataset add`."""
    kind = options.add_mutually_exclusive_group(required=True)
    kind.add_argument("--dvc", metavar="URL", help="a Git repository, with or without DVC")
    kind.add_argument("--dc", metavar="NAME", help="a data set of DataChain")
    kind.add_argument("--url", metavar="URL", help="files in a bucket that keeps versions")
    option = options.add_argument
    option("--rev", metavar="COMMIT", help="a branch, tag or commit (with --dvc)")
    option("--path", metavar="PATH", help="a path of the repository (with --dvc)")
    option("-f", "--force", action="store_true", help="replace a data set of that name")
    option("name", help="what stages call it, after `ds://`")


def add(arguments: Arguments, session: Session) -> int:
    """Define and lock a data set."""
    for option in ("rev", "path"):
        if getattr(arguments, option) and not arguments.dvc:
            raise AssayError(f"--{option} can't be used without --dvc")
    bench = open_workbench(session.project, session.addresses, session.console)
    tracker = Tracker(session.project, session.addresses, session.console)
    defined = _defined(arguments)
    add_dataset(bench, defined, tracker, session.environ, force=arguments.force)
    tracker.finish()
    return 0


def _defined(arguments: Arguments) -> dict[str, str]:
    """What dvc.yaml is to say, keys in DVC's order."""
    if arguments.dvc:
        url, kind = arguments.dvc, GIT
    elif arguments.dc:
        url, kind = f"dc://{arguments.dc}", DATACHAIN
    else:
        url, kind = arguments.url, BUCKET
    defined = {"name": arguments.name, "url": url, "type": kind}
    if arguments.path:
        defined["path"] = arguments.path
    if arguments.rev:
        defined["rev"] = arguments.rev
    return defined


def update_arguments(options: Options) -> None:
    """Declare the options of `dataset update`."""
    option = options.add_argument
    option(
        "--rev",
        "--version",
        nargs="?",
        metavar="COMMIT",
        help="another branch, tag or commit, from now on",
    )
    option("name", help="the data set")


def update(arguments: Arguments, session: Session) -> int:
    """Lock what a data set stands for now."""
    bench = open_workbench(session.project, session.addresses, session.console)
    tracker = Tracker(session.project, session.addresses, session.console)
    update_dataset(bench, arguments.name, arguments.rev, tracker, session.environ)
    tracker.finish()
    return 0
