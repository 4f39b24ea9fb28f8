"""The options that `repro` and `exp run` share: which stages, and how."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.pipeline.plan import Selection
from assay.pipeline.running.repro_options import IGNORE, SKIP, STOP, ReproOptions


def add_selection(options: Options) -> None:
    """Arguments that choose and order stages."""
    options.add_argument("targets", nargs="*", help="stages to reproduce, 'dvc.yaml' by default")
    add = options.add_argument
    add("-f", "--force", action="store_true", help="run stages even if nothing changed")
    add("-i", "--interactive", action="store_true", help="ask before running each stage")
    add("-s", "--single-item", action="store_true", help="run just the named stages")
    add("-p", "--pipeline", action="store_true", help="run the whole pipelines of the targets")
    add("-P", "--all-pipelines", action="store_true", help="run all stages of the project")
    add("-R", "--recursive", action="store_true", help="run all stages below directories")
    add("--downstream", action="store_true", help="run the targets and what comes after them")
    add("--force-downstream", action="store_true", help="run all that comes after a changed stage")
    add("--dry", action="store_true", help="only show what would run")
    add("--explain", action="store_true", help="tell why a stage runs, as with -v")
    add("--pull", action="store_true", help="bring missing data from the remote")
    add("--allow-missing", action="store_true", help="skip stages that only lack data")
    add("-k", "--keep-going", action="store_true", help="skip only what needs a failed stage")
    add("--ignore-errors", action="store_true", help="go on although a stage failed")


def selection(arguments: Arguments) -> Selection:
    """Which stages were asked for."""
    return Selection(
        targets=tuple(arguments.targets),
        single_item=arguments.single_item,
        whole_pipeline=arguments.pipeline,
        all_pipelines=arguments.all_pipelines,
        recursive=arguments.recursive,
        downstream=arguments.downstream,
        glob=getattr(arguments, "glob", False),
    )


def repro_options(arguments: Arguments, *, interactive: bool) -> ReproOptions:
    """How to run them; `interactive` comes from the option or from `core.interactive`."""
    on_error = IGNORE if arguments.ignore_errors else SKIP if arguments.keep_going else STOP
    return ReproOptions(
        force=arguments.force,
        interactive=interactive,
        dry=arguments.dry,
        commit=not getattr(arguments, "no_commit", False),
        use_run_cache=not getattr(arguments, "no_run_cache", False),
        allow_missing=arguments.allow_missing,
        force_downstream=arguments.force_downstream,
        pull=arguments.pull,
        on_error=on_error,
        jobs=1 if arguments.jobs is None else arguments.jobs,
        explain=arguments.explain or arguments.verbose > 0,
    )
