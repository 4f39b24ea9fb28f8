"""Values as text: the two rules for floats."""

from __future__ import annotations

from datetime import date

import pytest

from assay.compare.cells import exact, rounded, significant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456789, "0.12346"),
        (123456789.5, "1.2346e+08"),
        (1e-9, "1e-09"),
        (3.0, "3"),
        (float("nan"), "nan"),
        (12345678, "12345678"),
        (True, "True"),
        ("0.123456789", "0.123456789"),
        ([1, 2.123456789, {"a": 0.5}], "[1, '2.1235', {'a': '0.5'}]"),
        (date(2025, 3, 4), "2025-03-04"),
    ],
)
def test_significant_digits(value: object, text: str) -> None:
    assert significant(5)(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.123456789, "0.12346"), (123456789.5, "123456789.5"), (1e-9, "0.0"), (0.999999999, "1.0")],
)
def test_rounded_decimals(value: object, text: str) -> None:
    assert rounded(5)(value) == text


def test_exact_values_are_not_touched() -> None:
    assert exact(0.1 + 0.2) == "0.30000000000000004"


@pytest.mark.parametrize("digits", [-3, 0, 10**12])
def test_absurd_precision_is_no_error(digits: int) -> None:
    assert significant(digits)(0.5) == "0.5"
