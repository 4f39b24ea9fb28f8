"""Expressions that are compiled when they are first used."""

from __future__ import annotations

import pytest

from assay.regex import regex


def test_it_is_the_expression_that_it_stands_for() -> None:
    digits = regex(r"[0-9]+")
    found = digits.search("ab12")
    assert found is not None and found[0] == "12"
    assert digits.sub("-", "1a2") == "-a-"
    assert digits.fullmatch("12") and not digits.fullmatch("1a")
    assert digits.pattern == "[0-9]+"


def test_flags_and_bytes() -> None:
    assert regex(rb"(?m)^b$").findall(b"a\nb\n") == [b"b"]
    assert [found[0] for found in regex("(?i)[a]").finditer("aA")] == ["a", "A"]


def test_a_wrong_name_is_wrong() -> None:
    with pytest.raises(AttributeError):
        regex("a").replace  # type: ignore[attr-defined] # noqa: B018
