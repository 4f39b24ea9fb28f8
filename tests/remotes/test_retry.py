from __future__ import annotations

import pytest

from assay.remotes.retry import DELAYS_S, patiently


class Flaky:
    """Fails so many times, then gives 42."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.left = failures
        self.error = error
        self.pauses: list[float] = []

    def __call__(self) -> int:
        if self.left:
            self.left -= 1
            raise self.error
        return 42

    def run(self) -> int:
        return patiently(self, sleep=self.pauses.append)


class StatusError(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class NoCredentialsError(Exception):
    pass


def test_what_works_is_called_once() -> None:
    flaky = Flaky(0, OSError())
    assert (flaky.run(), flaky.pauses) == (42, [])


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError(), StatusError(503)])
def test_a_failure_that_may_pass_is_tried_again_with_growing_pauses(error: Exception) -> None:
    flaky = Flaky(3, error)
    assert (flaky.run(), flaky.pauses) == (42, list(DELAYS_S[:3]))
    assert flaky.pauses == sorted(flaky.pauses)


def test_it_ends_with_the_last_error() -> None:
    flaky = Flaky(100, ConnectionResetError("gone"))
    with pytest.raises(ConnectionResetError):
        flaky.run()
    assert flaky.pauses == list(DELAYS_S)


@pytest.mark.parametrize(
    "error",
    [FileNotFoundError(), PermissionError(), NoCredentialsError(), StatusError(403), ValueError()],
)
def test_what_would_fail_again_is_not_tried_again(error: Exception) -> None:
    flaky = Flaky(1, error)
    with pytest.raises(type(error)):
        flaky.run()
    assert flaky.pauses == []
