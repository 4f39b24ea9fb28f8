"""`engine list` and `check`: where queued experiments can run."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session

EXAMPLES = {
    "engine list": """\
examples:
  dvc engine list --json | jq -r '.[] | select(.installed) | .name'""",
    "engine check": """\
examples:
  dvc engine check dask                # is the scheduler there, and with what?
  git config assay.engine.dask.address tls://head:8786""",
}


def list_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("--json", action="store_true", help="print JSON")


def list_(arguments: Arguments, session: Session) -> int:
    """Print the engines that there are, and which is used."""
    from assay.queue.engines.registry import is_installed, kinds
    from assay.queue.engines.settings import chosen_engine

    chosen = chosen_engine(session.project.git(), None, session.environ)
    found = [(kind, is_installed(kind)) for kind in kinds().values()]
    if arguments.json:
        from assay import quick_json

        data = [
            {
                "name": kind.name,
                "summary": kind.summary,
                "installed": installed,
                "default": kind.name == chosen,
            }
            for kind, installed in found
        ]
        session.console.result(quick_json.dumps(data))
        return 0
    for kind, installed in found:
        sign = "*" if kind.name == chosen else " "
        note = "" if installed else f" (not installed: pip install '{kind.extra}')"
        session.console.result(f"{sign} {kind.name:8} {kind.summary}{note}")
    return 0


def check_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("engine", nargs="?", metavar="<engine>", help="its name (the chosen one)")
    options.add_argument("--json", action="store_true", help="print JSON")


def check(arguments: Arguments, session: Session) -> int:
    """Reach the engine and print its slots and resources."""
    from assay.queue.engines.registry import kind_of, opener
    from assay.queue.engines.settings import LOCAL, chosen_engine, settings_of

    project = session.project
    name = chosen_engine(project.git(), arguments.engine, session.environ)
    kind = kind_of(name)
    if name == LOCAL:
        import os

        slots, hosts = len(os.sched_getaffinity(0)), {os.uname().nodename: dict[str, float]()}
    else:
        from assay.queue.places import Places

        Places(project).make()
        cluster = opener(kind)(project, settings_of(project.git(), name), 0)
        try:
            facts = cluster.facts()
            slots, hosts = facts.slots, {host: dict(offer) for host, offer in facts.hosts.items()}
        finally:
            cluster.close()
    if arguments.json:
        from assay import quick_json

        data = {"name": name, "reachable": True, "slots": slots, "hosts": hosts}
        session.console.result(quick_json.dumps(data))
        return 0
    room = f"{slots} at a time" if slots else "no workers yet"
    session.console.result(f"{name}: reachable, {room}")
    for host, offer in sorted(hosts.items()):
        labels = ", ".join(f"{label}={amount:g}" for label, amount in sorted(offer.items()))
        session.console.result(f"  {host}{': ' + labels if labels else ''}")
    return 0
