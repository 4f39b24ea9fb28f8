"""`assay.contexts` behaves as `contextlib`, of which it is a small part."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from assay import contexts


class Mine(Exception):
    pass


def plain(seen: list[str]) -> Iterator[str]:
    seen.append("in")
    yield "value"
    seen.append("out")


def guarded(seen: list[str]) -> Iterator[str]:
    try:
        yield "value"
    finally:
        seen.append("out")


def settling(seen: list[str]) -> Iterator[str]:
    try:
        yield "value"
    except Mine:
        seen.append("settled")


def replacing(seen: list[str]) -> Iterator[str]:
    try:
        yield "value"
    except Mine as error:
        raise KeyError("other") from error


def empty(seen: list[str]) -> Iterator[str]:
    yield from ()


def twice(seen: list[str]) -> Iterator[str]:
    try:
        yield "value"
    except Mine:
        pass
    yield "again"


BODIES = (plain, guarded, settling, replacing, empty, twice)
ERRORS = (None, Mine("x"), StopIteration("x"), KeyboardInterrupt(), RuntimeError("x"))


def outcome(library: object, bodies: list[Callable[..., object]], error: BaseException | None):
    """What is seen, got and raised by a stack of contexts around an error."""
    seen: list[str] = []
    got: list[object] = []
    try:
        with library.ExitStack() as stack:
            for body in bodies:
                got.append(stack.enter_context(library.contextmanager(body)(seen)))
            if error is not None:
                raise error
        raised = None
    except BaseException as found:
        raised = found if found is error else type(found)
        cause = found.__cause__ and type(found.__cause__)
        return seen, got, raised, cause
    return seen, got, raised, None


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("inner", BODIES, ids=lambda body: body.__name__)
@pytest.mark.parametrize("outer", BODIES, ids=lambda body: body.__name__)
def test_what_happens_is_what_contextlib_does(outer, inner, error):
    bodies = [outer, inner]
    assert outcome(contexts, bodies, error) == outcome(contextlib, bodies, error)


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_a_single_context(body, error):
    assert outcome(contexts, [body], error) == outcome(contextlib, [body], error)


def test_what_was_handed_on_is_left_by_the_other_stack():
    seen: list[str] = []
    with contexts.ExitStack() as first:
        first.enter_context(contexts.contextmanager(plain)(seen))
        second = first.pop_all()
    assert seen == ["in"]
    second.close()
    assert seen == ["in", "out"]


def test_nothing_is_a_context_too():
    with contexts.nullcontext(7) as value:
        assert value == 7
