"""`stage add` and `stage list`."""

from __future__ import annotations

import os

from assay.cli.options import REST, Arguments, Options
from assay.cli.session import Session
from assay.data.on_demand import importer
from assay.pipeline.address import PIPELINE_NAME
from assay.pipeline.describe import details, summary
from assay.pipeline.model import METRIC, OUT, PLOT, Output, Stage
from assay.pipeline.plan import Selection
from assay.pipeline.running.repro import repro
from assay.pipeline.running.repro_options import ReproOptions
from assay.pipeline.stage_add import (
    NewOutput,
    NewStage,
    checked_addition,
    in_order_added,
    write_stage,
)
from assay.pipeline.targets import split_target
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, open_workbench

EXAMPLES = {
    "stage add": "example:\n  dvc stage add -n train -d data.csv -p lr -o model.pt python train.py",
    "stage list": """\
examples:
  dvc stage list --all                 # of the whole project
  dvc stage list --name-only""",
}

_OUTPUT_OPTIONS: tuple[tuple[str | None, str, str, dict[str, bool], str], ...] = (
    ("-o", "--outs", OUT, {}, "output"),
    ("-O", "--outs-no-cache", OUT, {"cache": False}, "output that stays out of the cache"),
    (None, "--outs-persist", OUT, {"persist": True}, "output kept between runs"),
    (
        None,
        "--outs-persist-no-cache",
        OUT,
        {"cache": False, "persist": True},
        "output kept between runs, out of the cache",
    ),
    ("-m", "--metrics", METRIC, {}, "metrics file"),
    ("-M", "--metrics-no-cache", METRIC, {"cache": False}, "metrics file out of the cache"),
    (None, "--plots", PLOT, {}, "plots file"),
    (None, "--plots-no-cache", PLOT, {"cache": False}, "plots file out of the cache"),
)


def add_arguments(options: Options) -> None:
    """Declare the options of `stage add`."""
    option = options.add_argument
    option("-n", "--name", required=True, metavar="<name>", help="name of the stage")
    option("-f", "--force", action="store_true", help="replace a stage of that name")
    option("-d", "--deps", action="append", default=[], metavar="<path>", help="dependency")
    option("-p", "--params", action="append", default=[], metavar="[<file>:]<keys>", help="params")
    for short, long, _, _, text in _OUTPUT_OPTIONS:
        flags = [flag for flag in (short, long) if flag]
        option(*flags, action="append", default=[], metavar="<path>", help=text)
    option("-w", "--wdir", default="", metavar="<path>", help="directory the command runs in")
    option("--always-changed", action="store_true", help="run each time")
    option("--desc", default="", metavar="<text>", help="description")
    option("--run", action="store_true", help="run the stage after adding it")
    option("command", nargs=REST, metavar="command", help="command to run")


def add(arguments: Arguments, session: Session) -> int:
    """Hide the outputs of the stage from Git, write it, run it if asked.

    In this order: once dvc.yaml has the stage nothing is missing, whenever we are killed.
    """
    bench = open_workbench(session.project, session.addresses, session.console)
    addition = checked_addition(bench, _new_stage(arguments), force=arguments.force)
    stage = addition.stage
    shown = bench.addresses.path(stage.file)
    tracker = Tracker(session.project, session.addresses, session.console)
    try:
        if not addition.is_open:
            _hide_outputs(stage, tracker, session)
        write_stage(bench, addition)
    except BaseException:
        tracker.roll_back()
        raise
    session.console.info(f"Added stage '{stage.name}' in '{shown}'")
    tracker.note(bench.workspace.absolute(stage.file))
    if addition.is_open:
        _hide_resolved(stage, tracker, session)
    if arguments.run:
        bench = open_workbench(session.project, session.addresses, session.console)
        selection = Selection(targets=(arguments.name,), single_item=True)
        repro(
            bench,
            selection,
            ReproOptions(),
            environ=session.environ,
            tracker=tracker,
            importer=importer(bench, tracker, session.environ),
        )
    tracker.finish()
    return 0


def _hide_resolved(stage: Stage, tracker: Tracker, session: Session) -> None:
    """Hide what the outputs of a stage in dvc.yaml are called now, if that is known already."""
    from assay.pipeline.templating.errors import TemplatingError  # `list` does without

    try:
        bench = open_workbench(session.project, session.addresses, session.console)
    except TemplatingError:
        return  # a variable is still to be written
    _hide_outputs(bench.graph.stages[stage.key], tracker, session)


def _hide_outputs(stage: Stage, tracker: Tracker, session: Session) -> None:
    """Write the .gitignore lines, for outputs whose directory is there already."""
    later = [out for out in stage.outputs if not _has_folder(out, session)]
    for output in later:
        folder = os.path.dirname(os.path.join(session.project.root, output.location))
        session.console.note(
            f"Could not create .gitignore entry in {folder}/.gitignore. DVC will attempt to create "
            ".gitignore entry again when the stage is run."
        )
    now = tuple(output for output in stage.outputs if output not in later)
    tracker.ignore_outputs(in_order_added(stage._replace(outputs=now)))


def _has_folder(output: Output, session: Session) -> bool:
    place = os.path.join(session.project.root, output.location)
    return not output.cache or os.path.isdir(os.path.dirname(place))


def _new_stage(arguments: Arguments) -> NewStage:
    outputs = [
        NewOutput(kind, path, options)
        for _, long, kind, options, _ in _OUTPUT_OPTIONS
        for path in getattr(arguments, long[2:].replace("-", "_"))
    ]
    return NewStage(
        name=arguments.name,
        command=joined_command(arguments.command),
        dependencies=tuple(arguments.deps),
        params=tuple(arguments.params),
        outputs=tuple(outputs),
        wdir=arguments.wdir,
        description=arguments.desc,
        always_changed=arguments.always_changed,
    )


def joined_command(words: list[str]) -> str:
    """The rest of the command line as one command; words that need quotes get them."""
    if words and words[0] == "--":
        words = words[1:]
    return words[0] if len(words) == 1 else " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if not word:
        return '""'
    return f'"{word}"' if " " in word and '"' not in word else word


def list_arguments(options: Options) -> None:
    """Declare the options of `stage list`."""
    option = options.add_argument
    option("targets", nargs="*", help="stages or stage files; './dvc.yaml' by default")
    option("--all", action="store_true", help="all stages of the project")
    option("--fail", action="store_true", help="fail if a stage file is broken")
    option("-R", "--recursive", action="store_true", help="all stages below directories")
    option("--name-only", "--names-only", action="store_true", help="only names")
    option("--json", action="store_true", help="print JSON")


def list_(arguments: Arguments, session: Session) -> int:
    """Print names and summaries in two columns."""
    bench = _opened(arguments, session)
    rows = {bench.addresses.stage(stage): stage for stage in _listed(bench, arguments)}
    if arguments.json:
        from assay import quick_json

        data = [details(stage, bench.graph, bench.addresses) for stage in rows.values()]
        session.console.result(quick_json.dumps(data, default=str))
    elif arguments.name_only:
        for name in rows:
            session.console.result(name)
    else:
        width = max(map(len, rows), default=0)
        for name, stage in rows.items():
            session.console.result(f"{name:<{width}}  {summary(stage)}")
    return 0


def _opened(arguments: Arguments, session: Session) -> Workbench:
    """Files that nobody asked for by name may be broken, unless `--fail`."""
    project, addresses = session.project, session.addresses
    if arguments.all or arguments.recursive or arguments.json:
        return open_workbench(project, addresses, session.console, skip_broken=not arguments.fail)
    names = [split_target(target)[0] for target in arguments.targets] or [PIPELINE_NAME]
    locations = dict.fromkeys(addresses.location(name) for name in names)
    files = [place for place in locations if os.path.isfile(os.path.join(project.root, place))]
    return open_workbench(project, addresses, session.console, files=files)


def _listed(bench: Workbench, arguments: Arguments) -> list[Stage]:
    if arguments.all:
        return list(bench.pipeline.stages.values())
    if not arguments.targets:
        return bench.targets.default()
    found: list[Stage] = []
    for target in arguments.targets:
        found += bench.targets.stages(target, recursive=arguments.recursive)
    return found
