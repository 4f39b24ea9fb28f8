"""`commit`: record what changed in tracked files and stages."""

from __future__ import annotations

from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.selected import add_stage_targets, selected
from assay.cli.session import Session
from assay.data.commit import commit as commit_stages
from assay.errors import AssayError
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import open_workbench
from assay.ui.prompt import confirm

EXAMPLES = {
    "commit": """\
examples:
  dvc commit                           # what was edited by hand is the new version
  dvc commit -f train                  # of one stage, without a question""",
}


def commit_arguments(options: Options) -> None:
    """Declare the options."""
    add_stage_targets(options)
    options.add_argument("-f", "--force", action="store_true", help="do not ask")
    options.add_argument("--no-relink", action="store_true", help="leave the workspace as it is")


def commit(arguments: Arguments, session: Session) -> int:
    """Commit what was selected, asking for each stage that changed."""

    def ask(question: str) -> bool:
        return confirm(question, session.console)

    target = f" {arguments.targets[0]}" if arguments.targets else ""
    project = session.project
    try:
        bench = open_workbench(project, session.addresses, session.console)
        found = selected(bench, arguments)
        stages = list({item.stage.key: item.stage for item in found}.values())
        tracker = Tracker(project, session.addresses, session.console, bench.workspace.memory)
        commit_stages(bench, stages, tracker, None if arguments.force else ask)
    except AssayError as error:
        raise failed(f"commit{target}", error) from None
    return 0
