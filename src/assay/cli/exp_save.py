"""`exp save`: save the workspace as an experiment."""

from __future__ import annotations

from assay.cli.failed import failed
from assay.cli.options import HIDDEN, Arguments, Options
from assay.cli.session import Session
from assay.errors import AssayError
from assay.experiments.save import SaveRequest
from assay.experiments.save import save as save_experiment
from assay.pipeline.workbench import open_workbench

EXAMPLES = {
    "exp save": """\
examples:
  dvc exp save -n notebook -m 'tuned by hand'
  dvc exp save -I logs                 # with files that Git does not track""",
}


def save_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("targets", nargs="*", help="stages, files or outputs whose data to save")
    add("-R", "--recursive", action="store_true", help="all stages below directories")
    add("-f", "--force", action="store_true", help="replace an experiment of that name")
    add("--json", action="store_true", help="print JSON")
    add("-n", "--name", default="", metavar="<name>", help="name of the experiment")
    add(
        "-I",
        "--include-untracked",
        action="append",
        default=[],
        metavar="<path>",
        help="take an untracked file or directory along (can be repeated)",
    )
    add("-m", "--message", default="", metavar="<message>", help="message of the commit")
    add("-M", dest="message", help=HIDDEN)


def save(arguments: Arguments, session: Session) -> int:
    """Save and print the name."""
    request = SaveRequest(
        targets=tuple(arguments.targets),
        recursive=arguments.recursive,
        name=arguments.name,
        message=arguments.message,
        force=arguments.force,
        include=tuple(arguments.include_untracked),
    )
    project = session.project
    try:
        bench = open_workbench(project, session.addresses, session.console)
        experiment = save_experiment(bench, request)
    except AssayError as error:
        raise failed("save experiment", error) from None
    if arguments.json:
        from assay import quick_json

        session.console.result(quick_json.dumps({"ref": experiment.commit}))
    else:
        session.console.info(f"Experiment has been saved as: {experiment.name}")
    return 0
