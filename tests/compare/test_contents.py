"""What a revision holds is the same whether it comes as values or as their text."""

from __future__ import annotations

import json
from datetime import datetime

from assay.compare.contents import Contents
from compare.samples import BROKEN_PARAMS, DEPS, METRICS, MOMENT, OUTS, PARAMS

FULL = Contents(MOMENT, {**PARAMS, **BROKEN_PARAMS}, METRICS, DEPS, OUTS)


def test_text_and_values_say_the_same() -> None:
    again = Contents.of_text(MOMENT, FULL.text)
    assert again == FULL
    assert (again.params, again.metrics, again.deps, again.outs) == (
        *(FULL.params, FULL.metrics, FULL.deps, FULL.outs),
    )


def test_a_text_that_is_known_is_not_written_anew() -> None:
    """Blanks are where nobody of us puts them."""
    text = '{"params":{},"metrics":{},"deps":{},"outs":{},"meta":{}}'
    assert Contents.of_text(MOMENT, text).text == text


def test_what_is_replaced_is_replaced_in_the_text_too() -> None:
    other = Contents.of_text(MOMENT, FULL.text).replaced(metrics={})
    assert json.loads(other.text)["metrics"] == {}
    assert other.without_time() == Contents(None, FULL.params, {}, DEPS, OUTS)


def test_times_are_local() -> None:
    assert FULL.timestamp == datetime(2025, 3, 4, 5, 6, 7)
    assert FULL.iso_time == "2025-03-04T05:06:07"
    assert (Contents(-60_000_000_000).iso_time or "").startswith("0068-09-0")


def test_a_date_that_no_calendar_has_is_none() -> None:
    for seconds in (10**15, 10**30, -(10**15)):
        contents = Contents(seconds)
        assert (contents.timestamp, contents.iso_time) == (None, None)
