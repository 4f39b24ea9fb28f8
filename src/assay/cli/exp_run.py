"""`exp run`: run the pipeline as an experiment."""

from __future__ import annotations

import argparse

from assay.cli.repro_options import add_selection, repro_options, selection
from assay.cli.session import Session
from assay.experiments.run import RunRequest, run_in_workspace

EXAMPLES = {
    "exp run": """\
examples:
  dvc exp run                          # run what changed, save the result
  dvc exp run -n deeper -S net.depth=4 # change a parameter, name the experiment"""
}


def run_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_selection(parser)
    add = parser.add_argument
    add("-n", "--name", default="", metavar="<name>", help="name of the experiment")
    add(
        "-S",
        "--set-param",
        action="append",
        default=[],
        dest="overrides",
        metavar="[<filename>:]<override_pattern>",
        help="set a parameter, e.g. train.lr=0.1 (can be repeated)",
    )
    add("--no-hydra", action="store_true", help="do not compose params.yaml with Hydra")
    add("-m", "--message", default="", metavar="<message>", help="message of the commit")
    add("-M", dest="message", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Run in the workspace and say what came of it."""
    project = session.project
    interactive = arguments.interactive or project.config.flag("core", "interactive")
    request = RunRequest(
        selection=selection(arguments),
        options=repro_options(arguments, interactive=interactive),
        overrides=tuple(arguments.overrides),
        hydra=not arguments.no_hydra,
        name=arguments.name,
        message=arguments.message,
    )
    experiment = run_in_workspace(
        project,
        request,
        addresses=session.addresses,
        console=session.console,
        environ=session.environ,
    )
    if experiment is not None:
        session.console.info(f"\nReproduced experiment(s): {experiment.name}")
        session.console.info("Experiment results have been applied to your workspace.")
    return 0
