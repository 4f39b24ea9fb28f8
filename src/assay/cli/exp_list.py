"""`exp list`: experiments, here or on a Git remote, by the commit that they started from."""

from __future__ import annotations

from assay.cli.exp_choice import add_choice, choice_of, remote_of
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.compare.revisions import names_of_commits
from assay.errors import AssayError
from assay.experiments.choice import chosen, local
from assay.experiments.references import Experiment

EXAMPLES = {
    "exp list": """\
examples:
  dvc exp list -A              # of all commits
  dvc exp list origin --json   # of HEAD, on the Git remote 'origin'"""
}

_SHORT = 7

Groups = dict[str, list[Experiment]]


def list_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("git_remote", nargs="?", default="", metavar="<git_remote>", help="a Git remote or its URL")
    add_choice(options, "list", default=" (HEAD by default)")
    shape = options.add_mutually_exclusive_group()
    shape.add_argument("--name-only", "--names-only", action="store_true", help="only names")
    shape.add_argument("--sha-only", "--shas-only", action="store_true", help="only commit ids")
    shape.add_argument("--json", action="store_true", help="print JSON")


def list_(arguments: Arguments, session: Session) -> int:
    """Print, grouped by baseline; nothing if there are none."""
    if arguments.sha_only and arguments.git_remote:
        raise AssayError("--sha-only not supported with git_remote.")
    groups: Groups = {}
    for experiment in _wanted(arguments, session):
        groups.setdefault(experiment.baseline, []).append(experiment)
    if arguments.name_only or arguments.sha_only:
        for experiment in (one for found in groups.values() for one in found):
            session.console.result(experiment.name if arguments.name_only else experiment.commit)
        return 0
    names = names_of_commits(session.project.git()) if groups or arguments.json else {}
    if arguments.json:
        from assay import quick_json

        session.console.result(quick_json.dumps(_as_data(groups, names)))
        return 0
    for baseline, found in groups.items():
        session.console.result(f"{names.get(baseline, baseline[:_SHORT])}:")
        for experiment in found:
            shown = f"{experiment.commit[:_SHORT]} [{experiment.name}]"
            session.console.result(f"\t{experiment.name if arguments.git_remote else shown}")
    return 0


def _wanted(arguments: Arguments, session: Session) -> list[Experiment]:
    """Sorted by name within each baseline."""
    repository = session.project.git()
    pool = local(repository)
    if arguments.git_remote:
        # A conversation with another machine; most calls do without the module.
        from assay.experiments.remote import remote_pool

        pool = remote_pool(repository, remote_of(arguments, session))
    return chosen(repository, choice_of(arguments), pool)


def _as_data(groups: Groups, names: dict[str, str]) -> list[dict[str, object]]:
    return [
        {
            "rev": baseline,
            "name": names.get(baseline),
            "experiments": [{"rev": one.commit, "name": one.name} for one in found],
        }
        for baseline, found in groups.items()
    ]
