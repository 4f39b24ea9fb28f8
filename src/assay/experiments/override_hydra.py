"""Overrides beyond the everyday, read by Hydra's own parser.

Only `override_syntax` imports this module, and only when it has to: that takes half a second.
"""

from __future__ import annotations

from math import isfinite

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override as Parsed
from hydra.core.override_parser.types import OverrideType, QuotedString, RangeSweep, ValueType
from hydra.errors import HydraException

from assay.errors import AssayError, UnexpectedError
from assay.experiments.override import (
    ADD,
    FORCE,
    REMOVE,
    SET,
    InvalidSyntax,
    Override,
    Quoted,
    Sweep,
    Value,
    plain,
    spell,
)
from assay.typed import Iterable

_OPERATORS = {
    OverrideType.CHANGE: SET,
    OverrideType.ADD: ADD,
    OverrideType.FORCE_ADD: FORCE,
    OverrideType.DEL: REMOVE,
}


def parse_with_hydra(text: str) -> Override:
    """What `text` asks for, as Hydra sees it. Raises InvalidSyntax."""
    try:
        [parsed] = OverridesParser.create().parse_overrides([text])
    except HydraException as problem:
        raise InvalidSyntax(str(problem)) from None
    operator, key = _OPERATORS[parsed.type], parsed.key_or_group
    if parsed.is_sweep_override():
        sweep = Sweep(lambda: _sweep_values(parsed))
        return Override(text, operator, key, None, "", sweep, parsed.package)
    value = _own(parsed._value)
    return Override(text, operator, key, plain(value), spell(value), None, parsed.package)


def _own(value: object) -> Value:
    """A value of Hydra's parser in the terms of `override_values`."""
    if isinstance(value, QuotedString):
        return Quoted(value.text, value.with_quotes())
    if isinstance(value, list):
        return [_own(item) for item in value]
    if isinstance(value, dict):
        return {_own(key): _own(item) for key, item in value.items()}
    return value


def _sweep_values(parsed: Parsed) -> Iterable[Value]:
    if parsed.value_type == ValueType.GLOB_CHOICE_SWEEP:
        raise AssayError(f"Glob override '{parsed.input_line}' is not supported.")
    if not parsed.is_discrete_sweep():
        kind = parsed.value_type.name if parsed.value_type else ""
        raise UnexpectedError(f"BasicSweeper does not support sweep type : {kind}")
    _refuse_endless(parsed)
    try:
        return [_own(value) for value in parsed.sweep_iterator()]
    except (HydraException, ValueError, TypeError) as problem:
        raise UnexpectedError(str(problem)) from None


def _refuse_endless(parsed: Parsed) -> None:
    sweep = parsed.value()
    if not isinstance(sweep, RangeSweep):
        return
    if not all(isfinite(number or 0) for number in (sweep.start, sweep.stop, sweep.step)):
        raise UnexpectedError(f"the range in '{parsed.input_line}' has no end")
