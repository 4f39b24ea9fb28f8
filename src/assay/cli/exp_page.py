"""`exp show --html` and `--pcp`: the table as a page that opens anywhere."""

from __future__ import annotations

import os

from assay.cli.exp_table import directions
from assay.cli.options import Arguments
from assay.cli.pages import announce, page_folder
from assay.cli.session import Session
from assay.compare.records import Baseline
from assay.compare.show_columns import View
from assay.compare.show_page import as_page
from assay.fs.atomic import write_text
from assay.typed import Sequence

_NAME = "experiments.html"


def write_page(
    found: Sequence[Baseline], view: View, arguments: Arguments, session: Session
) -> int:
    """Write the page and print where it is."""
    text = as_page(
        found,
        view,
        directions=directions(arguments, session),
        title=os.path.basename(session.project.root),
        coordinates_first=arguments.pcp,
    )
    path = os.path.join(page_folder(arguments, session), _NAME)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_text(path, text)
    return announce(path, session, opened=arguments.open)
