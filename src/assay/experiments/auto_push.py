"""`exp.auto_push`: every finished experiment goes to the remotes by itself.

Trouble with that is told and changes nothing about the experiment (spec/experiments.md §3.4).
"""

from __future__ import annotations

from assay.errors import AssayError, Interrupted
from assay.experiments.references import Experiment
from assay.pipeline.address import Addresses
from assay.project import Project
from assay.typed import Mapping
from assay.ui.console import Console

_YES = ("1", "y", "yes", "true")
_DEFAULT = "origin"
_ANNOUNCEMENT = (
    "Pushing experiment to '{remote}'. Cancel with CTRL+C. See "
    "<https://dvc.org/doc/user-guide/experiment-management/sharing-experiments> for more info."
)


def remote_for(project: Project, environ: Mapping[str, str], console: Console) -> str | None:
    """The Git remote to push to, None if nobody wants that; warns of one that cannot be.

    `DVC_EXP_AUTO_PUSH` and `DVC_EXP_GIT_REMOTE` outweigh `exp.auto_push` and `exp.git_remote`.
    """
    asked = environ.get("DVC_EXP_AUTO_PUSH")
    if asked is None:
        is_wanted = project.config.flag("exp", "auto_push")
    else:
        is_wanted = asked.lower() in _YES
    if not is_wanted or project.repository is None:
        return None
    from assay.git.remote_refs import may_be_remote  # few want it

    remote = environ.get("DVC_EXP_GIT_REMOTE") or project.config.get("exp", "git_remote")
    remote = remote or _DEFAULT
    # "ext::command" would run a command that a configuration file names (P6).
    if "::" in remote or not may_be_remote(project.repository, remote):
        console.warning(
            "Failed to validate remotes. Disabling auto push: "
            f"'{remote}' is not a valid Git remote or URL"
        )
        return None
    return remote


def push_made(
    project: Project, made: Experiment, remote: str, *, addresses: Addresses, console: Console
) -> None:
    """Send a new experiment with its data and the run cache."""
    from assay.data.transfer import Request
    from assay.experiments.choice import Choice
    from assay.experiments.share import push
    from assay.experiments.share_data import sending

    console.info(_ANNOUNCEMENT.format(remote=remote))
    has_store = project.config.get("core", "remote") is not None
    transfer = sending(project, Request(run_cache=has_store), addresses=addresses, console=console)
    try:
        done = push(project.git(), remote, Choice(names=(made.ref,)), transfer=transfer)
        if done.diverged or done.refused:
            reason = done.refused[0][1] if done.refused else "it has diverged"
            raise AssayError(f"the remote has not taken it: {reason}")
    except (KeyboardInterrupt, Interrupted):
        console.warning(f"the experiment '{made.name}' was not pushed to '{remote}'")
    except AssayError as error:
        console.warning(
            f"Something went wrong while auto pushing experiment to the remote '{remote}': "
            f"{error.chain()}"
        )
