"""What of a file is a metric."""

from __future__ import annotations

import pytest

from assay.compare.metrics import extract


@pytest.mark.parametrize(
    ("content", "metrics"),
    [
        ({"acc": 0.5, "n": 3, "best": True, "label": "x"},) * 2,
        ({"zero": 0, "no": False, "empty": ""},) * 2,
        ({"a": [1, 2], "b": None, "c": {}, "d": 1}, {"d": 1}),
        ({"a": {"b": {"c": [1]}}, "d": {"e": None, "f": 2}}, {"d": {"f": 2}}),
        (0.75, 0.75),
        ("a 1", "a 1"),
        (0, {}),
        ("", {}),
        (None, {}),
        ([1, 2], {}),
    ],
)
def test_numbers_texts_and_truth_values_in_mappings_are_metrics(
    content: object, metrics: object
) -> None:
    assert extract(content) == metrics
