"""Which part of the data is meant: the same verdicts as comparing with every location."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assay.data.scope import EVERYTHING, DataScope

path = st.lists(st.sampled_from("ab"), min_size=1, max_size=3).map("/".join)


def is_in(inner: str, outer: str) -> bool:
    return outer == "." or inner == outer or inner.startswith(outer + "/")


@given(path, st.lists(path | st.just("."), max_size=3))
def test_what_is_at_or_below_a_location_is_meant(one: str, locations: list[str]) -> None:
    scope = DataScope(granular=False, locations=locations)
    assert scope.is_meant(one) == any(is_in(one, place) for place in locations)
    assert scope.is_touched(one) == any(
        is_in(one, place) or is_in(place, one) for place in locations
    )


def test_without_locations_everything_is_meant_but_no_locations_mean_nothing() -> None:
    assert EVERYTHING.is_meant("a") and EVERYTHING.is_touched("a")
    nothing = DataScope(granular=True, locations=[])
    assert not nothing.is_meant("a") and not nothing.is_touched("a")


def test_a_directory_is_opened_for_its_files_or_for_a_part_that_is_meant() -> None:
    assert DataScope(granular=True).is_open("d")
    assert not DataScope(granular=False).is_open("d")
    assert DataScope(granular=False, locations=["d/x"]).is_open("d")
    assert not DataScope(granular=False, locations=["d"]).is_open("d")
