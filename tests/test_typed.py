"""Records of `assay.typed` behave as those of `typing`."""

from __future__ import annotations

import pickle
import typing

import pytest

from assay.typed import NamedTuple


class Point(NamedTuple):
    """A place."""

    x: int
    y: int = 2
    names: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.x + self.y


class Usual(typing.NamedTuple):
    x: int
    y: int = 2
    names: tuple[str, ...] = ()


def test_fields_come_by_place_by_name_and_by_default() -> None:
    assert Point(1) == Point(1, 2, ()) == Point(y=2, x=1) == (1, 2, ())
    assert (Point(1).x, Point(1).y, Point(4, 5).total) == (1, 2, 9)
    x, y, names = Point(7, 8, ("a",))
    assert (x, y, names) == (7, 8, ("a",))


def test_a_record_is_a_tuple_without_room_for_more() -> None:
    assert isinstance(Point(1), tuple)
    assert hash(Point(1)) == hash((1, 2, ()))
    with pytest.raises(AttributeError):
        Point(1).x = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", [{}, {"x": 1, "z": 2}], ids=["missing", "unknown"])
def test_wrong_arguments_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(TypeError):
        Point(**wrong)
    with pytest.raises(TypeError):
        Point(1)._replace(z=3)


def test_the_helpers_of_typing_are_there() -> None:
    for mine, usual in ((Point(1), Usual(1)), (Point(3, 4, ("n",)), Usual(3, 4, ("n",)))):
        assert mine._asdict() == usual._asdict()
        assert mine._replace(y=9) == usual._replace(y=9)
        assert repr(mine) == repr(usual).replace("Usual", "Point")
        assert Point._make(usual) == usual
    assert Point._fields == Usual._fields
    assert Point._field_defaults == Usual._field_defaults
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1)


def test_records_can_be_matched() -> None:
    match Point(1, 5):
        case Point(x, 5):
            assert x == 1
        case _:
            pytest.fail("not matched")
