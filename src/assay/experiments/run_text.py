"""A run as text, for whoever keeps it: JSON of a `SnapshotRun` but for its name and baseline."""

from __future__ import annotations

from assay import quick_json
from assay.errors import AssayError
from assay.experiments.remains import Remain
from assay.experiments.request import RunRequest
from assay.experiments.snapshot_run import SnapshotRun
from assay.pipeline.plan import Selection
from assay.pipeline.running.repro_options import ReproOptions
from assay.typed import Any, Iterable


def as_text(run: SnapshotRun) -> str:
    """The request as one line of JSON; options that were not given are left out."""
    request = run.request
    return quick_json.dumps(
        {
            "directory": run.directory,
            "copies": list(run.copies),
            "message": request.message,
            "remains": [list(remain) for remain in run.remains],
            "selection": _differing(request.selection, Selection()),
            "options": _differing(request.options, ReproOptions()),
        }
    )


def run_from(text: str, name: str, baseline: str) -> SnapshotRun:
    """The run that the text of a request describes. Raises AssayError for a text that is none."""
    try:
        data: dict[str, Any] = quick_json.loads(text)
        selection = data["selection"]
        request = RunRequest(
            selection=Selection(**{**selection, "targets": tuple(selection.get("targets", ()))}),
            options=ReproOptions(**data["options"]),
            name=name,
            message=data["message"],
        )
        return SnapshotRun(
            request,
            name,
            baseline,
            data["directory"],
            tuple(data["copies"]),
            remains_of(quick_json.dumps(data["remains"])),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise AssayError(
            f"the request of task '{name}' cannot be understood: {error}",
            hint="it may be of another version of this program: queue it again",
        ) from None


def remains_as_text(remains: Iterable[Remain]) -> str:
    """What an attempt has left, as JSON; empty for nothing."""
    found = [list(remain) for remain in remains]
    return quick_json.dumps(found) if found else ""


def remains_of(text: str) -> tuple[Remain, ...]:
    """The inverse. Raises ValueError, TypeError for a text that is none."""
    return tuple(Remain(*item) for item in quick_json.loads(text)) if text else ()


def _differing(given: Selection | ReproOptions, usual: Selection | ReproOptions) -> dict[str, Any]:
    pairs = zip(given._asdict().items(), usual, strict=True)
    return {name: value for (name, value), default in pairs if value != default}
