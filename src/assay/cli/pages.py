"""Pages for a browser: where they are written, how they are announced and opened."""

from __future__ import annotations

import os

from assay.cli.options import Arguments
from assay.cli.session import Session
from assay.errors import AssayError

FOLDER = "dvc_plots"


def page_folder(arguments: Arguments, session: Session) -> str:
    """Where to write, absolute: `--out`, else what is configured, else FOLDER."""
    configured = session.config.get("plots", "out_dir")
    return os.path.normpath(os.path.join(session.directory, arguments.out or configured or FOLDER))


def announce(path: str, session: Session, *, opened: bool) -> int:
    """Print the URL of the file at `path`, and open it if so wanted or configured."""
    url = f"file://{path}"
    session.console.result(url)
    if not (opened or session.config.flag("plots", "auto_open")):
        return 0
    import webbrowser  # starts processes: only if asked for
    from urllib.parse import quote

    if webbrowser.open(f"file://{quote(path)}"):
        return 0
    raise AssayError(f"failed to open a browser for {url}", exit_code=1)
