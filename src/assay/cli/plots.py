"""`plots show`, `plots diff` and `plots templates`."""

from __future__ import annotations

import os

from assay.cli.json_output import print_json
from assay.cli.options import Arguments, Options
from assay.cli.pages import FOLDER, announce, page_folder
from assay.cli.session import Session
from assay.compare.plots.collect import Collected, collect, compared
from assay.compare.plots.definitions import Request
from assay.compare.plots.document import document
from assay.compare.plots.templates import BUILT_IN, Templates, built_in
from assay.compare.records import WORKSPACE
from assay.errors import AssayError
from assay.fs.atomic import write_text
from assay.git.repository import UnknownRevision
from assay.typed import Any, Sequence

EXAMPLES = {
    "plots diff": """\
examples:
  dvc plots diff main --open           # the workspace beside `main`, in the browser
  dvc plots diff --targets roc.csv -x fpr -y tpr deeper wider""",
    "plots show": """\
examples:
  dvc plots show                       # all plots, into dvc_plots/index.html
  dvc plots show -x step -y loss --show-vega train.csv""",
    "plots templates": """\
examples:
  dvc plots templates                  # their names
  dvc plots templates confusion > .dvc/plots/mine.json""",
}

_PROPERTIES = ("template", "x", "y", "title", "x_label", "y_label")


def show_arguments(options: Options) -> None:
    """Declare the options of `plots show`."""
    options.add_argument(
        "targets", nargs="*", metavar="TARGET", help="show only these files, or plots by name"
    )
    _add_options(options)


def show(arguments: Arguments, session: Session) -> int:
    """Draw the plots of the workspace."""
    return _give([WORKSPACE], arguments, session)


def diff_arguments(options: Options) -> None:
    """Declare the options of `plots diff`."""
    add = options.add_argument
    add("revisions", nargs="*", metavar="REV", help="commits and experiments to draw together")
    add("--targets", nargs="*", default=[], metavar="TARGET", help="only these files, or plots")
    _add_options(options)


def diff(arguments: Arguments, session: Session) -> int:
    """Draw the plots of several revisions, each in one picture."""
    try:
        return _give(compared(session.project, arguments.revisions), arguments, session)
    except UnknownRevision as error:
        raise AssayError(error.message, exit_code=1) from None


def templates_arguments(options: Options) -> None:
    """Declare the argument of `plots templates`."""
    options.add_argument("template", nargs="?", metavar="NAME", help="print this template as JSON")


def templates(arguments: Arguments, session: Session) -> int:
    """Print the names of all templates, or one template."""
    name = arguments.template
    if name is None:
        session.console.result("\n".join(BUILT_IN))
        return 0
    if name not in BUILT_IN:
        raise AssayError(f"Unexpected template: {name}.", exit_code=1)
    from assay import quick_json

    session.console.result(quick_json.dumps(built_in(name), indent=4))
    return 0


def _add_options(options: Options) -> None:
    add = options.add_argument
    add("-t", "--template", metavar="NAME", help="template to draw with")
    add("-x", metavar="FIELD", help="field of the x axis")
    add("-y", metavar="FIELD", help="field of the y axis")
    add("--no-header", action="store_true", help="CSV and TSV files do not name their fields")
    add("--title", metavar="TEXT", help="title of the plots")
    add("--x-label", metavar="TEXT", help="title of the x axis")
    add("--y-label", metavar="TEXT", help="title of the y axis")
    add("-o", "--out", metavar="DIR", help=f"where to write, {FOLDER} by default")
    add("--show-vega", action="store_true", help="print one plot as Vega-Lite")
    add("--open", action="store_true", help="show the page in a browser")
    add("--html-template", metavar="FILE", help="page with a place for {plot_divs}")
    add("--json", action="store_true", help="print JSON")
    add("--split", action="store_true", help="with --json: keep data and style apart")


def _give(revisions: Sequence[str], arguments: Arguments, session: Session) -> int:
    if arguments.show_vega and len(arguments.targets) != 1:
        raise AssayError("please specify a target for `--show-vega`", exit_code=1)
    project = session.project
    known = Templates(project.root)
    if arguments.template:
        known.get(arguments.template)  # before anything else is done
    collected = collect(project, revisions, _request(arguments, session), session.console)
    _report(collected, session)
    if arguments.show_vega:
        return _print_vega(collected, known, session)
    folder = page_folder(arguments, session)
    if arguments.json:
        found = document(collected, known.get, folder=folder, split=arguments.split)
        print_json(found, session.console)
        return 0
    return _write_page(collected, known, folder, arguments, session)


def _request(arguments: Arguments, session: Session) -> Request:
    given = vars(arguments)
    overrides: dict[str, Any] = {
        name: given[name] for name in _PROPERTIES if given[name] is not None
    }
    if arguments.no_header:
        overrides["header"] = False
    folder = os.path.relpath(session.directory, session.project.root)
    return Request(arguments.targets, overrides, "" if folder == "." else folder)


def _report(collected: Collected, session: Session) -> None:
    """Say on stderr what is missing (spec/experiments.md §8)."""
    problems = [*(p for figure in collected.figures for p in figure.problems), *collected.problems]
    unread = [problem.rev for problem in problems if problem.source or not problem.name]
    if unread:
        names = ", ".join(dict.fromkeys(unread))
        session.console.note(f"DVC failed to load some plots for following revisions: '{names}'.")
    for problem in problems:
        if problem.name and not problem.source:
            text = problem.failure.msg
            session.console.warning(f"In '{problem.rev}', {text[:1].lower()}{text[1:]}")


def _print_vega(collected: Collected, known: Templates, session: Session) -> int:
    from assay.compare.plots import vega

    for figure in collected.figures:
        if figure.points:
            template = known.get(figure.properties.get("template"))
            print_json(vega.finished(figure, template), session.console)
            break
    return 0


def _write_page(
    collected: Collected,
    known: Templates,
    folder: str,
    arguments: Arguments,
    session: Session,
) -> int:
    from assay.compare.plots.page import has_anything, page, read_layout

    if not has_anything(collected.figures):
        session.console.note("No plots were loaded, visualization file will not be created.")
        return 0
    path = os.path.join(folder, "index.html")
    layout = _layout(arguments, session)
    text = page(collected.figures, known.get, layout=layout and read_layout(layout))
    os.makedirs(folder, exist_ok=True)
    write_text(path, text)
    return announce(path, session, opened=arguments.open)


def _layout(arguments: Arguments, session: Session) -> str | None:
    """The page to put plots into, absolute; None for ours."""
    if arguments.html_template:
        return os.path.join(session.directory, arguments.html_template)
    configured = session.config.get("plots", "html_template")
    return configured and os.path.join(session.project.dvc_dir, configured)
