"""What the `meta` of a stage says about running it: `timeout`, `retries`, `resources`.

    meta:
      timeout: 90s            # or 15m, 2h, 1d, 1h30m; a plain number is seconds
      retries: 2              # after the first failure
      resources: {gpu: 1, mem_gb: 8, license: 1}

DVC takes any `meta` and ignores it, so that files stay shared. Other keys are the user's own.
"""

from __future__ import annotations

from assay.errors import AssayError
from assay.pipeline.model import Stage
from assay.regex import regex
from assay.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

GPU = "gpu"

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = r"(\d+(?:\.\d+)?) *([smhd])"
_DURATION = regex(rf"(?i) *{_PART}(?: *{_PART})*? *")


class BadMeta(AssayError):
    """A value below `meta` that cannot be what it should be."""

    def __init__(self, address: str, key: str, wanted: str, value: object) -> None:
        super().__init__(f"stage '{address}': meta.{key} must be {wanted}, not {value!r}")


class Limits(NamedTuple):
    """Bounds of one stage. `timeout` is the limit as written, for messages.

    `resources`: how much of what one attempt uses while it runs.
    """

    timeout_s: float | None = None
    timeout: str = ""
    retries: int = 0
    resources: Mapping[str, float] = {}


NO_LIMITS = Limits()


def limits_of(stage: Stage, address: str) -> Limits:
    """The limits of `stage`. Raises BadMeta."""
    meta = stage.meta
    if not isinstance(meta, dict) or stage.command is None:
        return NO_LIMITS
    timeout = meta.get("timeout")
    return Limits(
        timeout_s=None if timeout is None else _seconds(timeout, address),
        timeout="" if timeout is None else _shown(timeout),
        retries=_retries(meta.get("retries"), address),
        resources=_resources(meta.get("resources"), address),
    )


def _seconds(value: Any, address: str) -> float:
    problem = BadMeta(address, "timeout", "a duration such as 90s, 15m, 2h or 1h30m", value)
    if _is_number(value):
        seconds = float(value)
    elif isinstance(value, str) and _DURATION.fullmatch(value):
        parts = regex(f"(?i){_PART}").findall(value)
        seconds = sum(float(number) * _UNITS[unit.lower()] for number, unit in parts)
    else:
        raise problem
    if seconds <= 0:
        raise problem
    return seconds


def _shown(value: Any) -> str:
    return value.strip() if isinstance(value, str) else f"{value}s"


def _retries(value: Any, address: str) -> int:
    if value is None:
        return 0
    if type(value) is not int or value < 0:
        raise BadMeta(address, "retries", "a whole number, 0 or more", value)
    return value


def _resources(value: Any, address: str) -> dict[str, float]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadMeta(address, "resources", "a map of names and amounts", value)
    for name, amount in value.items():
        if not _is_number(amount) or amount < 0:
            raise BadMeta(address, f"resources.{name}", "a number, 0 or more", amount)
        if name == GPU and amount != int(amount):
            raise BadMeta(address, f"resources.{name}", "a whole number", amount)
    return {str(name): float(amount) for name, amount in value.items()}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value
