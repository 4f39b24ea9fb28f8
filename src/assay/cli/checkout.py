"""`checkout`: restore tracked files from the cache."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.selected import add_stage_targets, selected
from assay.cli.session import Session
from assay.data.checkout import CheckoutFailed, CheckoutOptions
from assay.data.checkout import checkout as restore
from assay.pipeline.targets import UnknownTarget
from assay.pipeline.workbench import check_graph, open_workbench
from assay.store.restore import Restored
from assay.ui.phrases import joined

EXAMPLES = {
    "checkout": """\
examples:
  dvc checkout                         # all data, after `git checkout`
  dvc checkout data/raw.dvc model.pt   # only these""",
}


def checkout_arguments(options: Options) -> None:
    """Declare the options."""
    add_stage_targets(options)
    add = options.add_argument
    add("--summary", action="store_true", help="only say how many files changed")
    add("-f", "--force", action="store_true", help="overwrite files whose content is not saved")
    add("--relink", action="store_true", help="link all files anew, as configured")
    add("--allow-missing", action="store_true", help="leave out what the cache lacks")


def checkout(arguments: Arguments, session: Session) -> int:
    """Restore, and name what changed."""
    bench = open_workbench(session.project, session.addresses, session.console)
    check_graph(bench)
    try:
        found = selected(bench, arguments)
    except UnknownTarget as error:
        target = arguments.targets[0]
        raise UnknownTarget(f"Did you mean `git checkout {target}`?") from error
    options = CheckoutOptions(
        arguments.force,
        arguments.allow_missing,
        arguments.relink,
        clear=not arguments.targets,
    )
    report = restore(bench, found, options)
    if arguments.summary:
        session.console.info(summary(report.files))
    else:
        for letter, path in report.outputs:
            session.console.info(f"{letter}\t{path}")
    if report.failed:
        raise CheckoutFailed(report.failed)
    if arguments.relink:
        session.console.info("Relinked successfully")
    return 0


def summary(files: Restored) -> str:
    """`2 files modified, 1 file added and 1 file deleted`, or `No changes.`"""
    counts = [(files.modified, "modified"), (files.added, "added"), (files.deleted, "deleted")]
    parts = [f"{n} file{'s' if n > 1 else ''} {word}" for n, word in counts if n]
    return joined(parts) if parts else "No changes."
