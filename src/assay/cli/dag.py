"""`dag`: show the graph of stages."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.pipeline.dag import DagOptions, as_dot, as_mermaid, draw
from assay.pipeline.workbench import check_graph, open_workbench
from assay.ui.boxes import as_boxes
from assay.ui.pager import page

EXAMPLES = {
    "dag": """\
examples:
  dvc dag                              # all stages
  dvc dag --md -o train                # the outputs that `train` needs, for a README""",
}


def dag_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("target", nargs="?", help="a stage or an output; the whole project by default")
    add("--dot", action="store_true", help="print Graphviz text")
    add("--mermaid", action="store_true", help="print a Mermaid flowchart")
    add("--md", action="store_true", help="print a Mermaid flowchart for Markdown")
    add("--full", action="store_true", help="the whole pipeline of the target")
    add("-o", "--outs", action="store_true", help="outputs instead of stages")
    add("--collapse-foreach-matrix", action="store_true", help="one node per group of stages")


def dag(arguments: Arguments, session: Session) -> int:
    """Draw in the wanted form; boxes by default."""
    bench = open_workbench(session.project, session.addresses, session.console)
    check_graph(bench)
    options = DagOptions(arguments.full, arguments.outs, arguments.collapse_foreach_matrix)
    drawing = draw(bench, arguments.target, options)
    console = session.console
    if arguments.dot:
        console.result(as_dot(drawing))
    elif arguments.md:
        console.result(f"```mermaid\n{as_mermaid(drawing)}\n```")
    elif arguments.mermaid:
        console.result(as_mermaid(drawing))
    else:
        page(as_boxes(drawing.nodes, drawing.edges), console)
    return 0
