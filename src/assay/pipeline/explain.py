"""Why a stage is out of date, for people and for programs: what it was and what it is.

One vocabulary for `status --explain` and `repro --explain`. A reason as JSON:

    {"kind": "parameter", "state": "modified", "path": "params.yaml", "key": "lr",
     "old": 0.1, "new": 0.5}

`kind` is one of `never ran`, `command`, `dependency`, `parameter`, `output`, `always changed`,
`checksum`, `forced`; `state` one of `modified`, `new`, `deleted`, `not in cache`. `old` and `new`
are values, or `{"md5": …, "size": …}` of files, as far as they are known.
"""

from __future__ import annotations

from assay import quick_json
from assay.pipeline.address import Addresses
from assay.pipeline.changes import COMMAND, DEPENDENCY, OUTPUT, PARAMS, Change, Present
from assay.pipeline.model import Stage
from assay.pipeline.records import Entry, Record, lock_path, records
from assay.store.hashes import Fingerprint
from assay.typed import Any, Iterable, Iterator, NamedTuple

NEVER_RAN, FORCED = "never ran", "forced"
_PARAMETER = "parameter"
_HASH_LENGTH = 7
_VALUE_LENGTH = 60
_TITLE_WIDTH = 22


class Reason(NamedTuple):
    """One reason. `path` is relative to the current directory; `old`, `new` None if unknown."""

    kind: str
    state: str = ""
    path: str = ""
    key: str = ""
    old: Any = None
    new: Any = None

    def as_json(self) -> dict[str, Any]:
        """The reason for programs, without what does not apply."""
        data: dict[str, Any] = {"kind": self.kind}
        for name in ("state", "path", "key"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        if self.state not in ("", "new") or self.old is not None:
            data["old"] = self.old
        if self.state in ("modified", "new"):
            data["new"] = self.new
        return data


def explain(
    stage: Stage,
    entry: Entry | None,
    found: Iterable[Change],
    present: Present,
    addresses: Addresses,
) -> list[Reason]:
    """The changes of `stage` since `entry` in full; a stage without an entry never ran."""
    if entry is None and stage.name:
        return [Reason(NEVER_RAN)]
    return [reason for one in found for reason in _explained(stage, entry, one, present, addresses)]


def _explained(
    stage: Stage, entry: Entry | None, change: Change, present: Present, addresses: Addresses
) -> Iterator[Reason]:
    path = addresses.path(change.location)
    if change.subject == COMMAND:
        yield Reason(COMMAND, "modified", old=(entry or {}).get("cmd"), new=stage.command)
    elif change.subject == PARAMS:
        if not change.params:
            yield Reason(_PARAMETER, change.state, path)
        for one in change.params:
            yield Reason(_PARAMETER, one.state, path, one.key, one.old, one.new)
    elif change.subject in (DEPENDENCY, OUTPUT):
        if "://" in change.location:  # what tells versions apart there means nothing to people
            yield Reason(change.subject, change.state, path)
            return
        record = _record(stage, entry, change)
        state = "new" if record is None and change.state == "modified" else change.state
        new = _content(present.fingerprint(change.location))
        yield Reason(change.subject, state, path, old=_content(record), new=new)
    else:
        yield Reason(change.subject)


def _record(stage: Stage, entry: Entry | None, change: Change) -> Record | None:
    is_output = change.subject == OUTPUT
    known = records(entry, "outs" if is_output else "deps")
    for item in stage.all_outputs if is_output else stage.dependencies:
        if item.location == change.location:
            return known.get(lock_path(stage, item.path, item.location))
    return None


def _content(found: Record | Fingerprint | None) -> dict[str, Any] | None:
    return None if found is None else {"md5": found.md5, "size": found.size}


def reason_lines(reasons: Iterable[Reason]) -> Iterator[str]:
    """The reasons for people, each line with one tab in front."""
    for reason in reasons:
        if reason.kind == NEVER_RAN:
            yield "\tnever ran: nothing is recorded in dvc.lock"
        elif reason.kind == COMMAND:
            yield "\tcommand modified:"
            yield from (f"\t\t- {line}" for line in _command_lines(reason.old))
            yield from (f"\t\t+ {line}" for line in _command_lines(reason.new))
        elif reason.path:
            title = f"{reason.kind} {reason.state}:"
            yield f"\t{title:<{_TITLE_WIDTH}}{_where(reason)}{_how(reason)}"
        else:
            yield f"\t{reason.kind}"


def _where(reason: Reason) -> str:
    return f"{reason.key} in {reason.path}" if reason.key else reason.path


def _how(reason: Reason) -> str:
    """`: old -> new`, or the one of them that there is."""
    shown = _value if reason.kind == _PARAMETER else _version
    data = reason.as_json()
    values = [shown(data[name]) for name in ("old", "new") if name in data]
    known = [value for value in values if value]
    return f": {' -> '.join(known)}" if known and (reason.key or len(known) > 1) else ""


def _value(value: Any) -> str:
    text = quick_json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _VALUE_LENGTH else text[: _VALUE_LENGTH - 1] + "…"


def _version(content: dict[str, Any] | None) -> str:
    if content is None or not content["md5"]:
        return ""
    size = "" if content["size"] is None else f" ({content['size']} bytes)"
    return f"{content['md5'][:_HASH_LENGTH]}{size}"


def _command_lines(command: str | list[str] | None) -> list[str]:
    lines = command.splitlines() if isinstance(command, str) else command or []
    return [str(line) for line in lines]
