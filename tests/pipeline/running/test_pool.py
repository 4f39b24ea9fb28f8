"""Resources: together, running stages never use more than there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assay.pipeline.running.pool import Grant, Pool

AMOUNTS = st.sampled_from([0.1, 0.2, 0.3, 0.7, 1.0, 2.0, 3.0])


def taken(pool: Pool, **wanted: float) -> Grant:
    grant = pool.take(wanted)
    assert grant is not None
    return grant


def test_what_is_taken_is_missing_until_it_is_given_back() -> None:
    pool = Pool({"mem_gb": 16.0})
    first = taken(pool, mem_gb=10.0)
    assert pool.take({"mem_gb": 10.0}) is None
    taken(pool, mem_gb=6.0)
    pool.give_back(first)
    taken(pool, mem_gb=10.0)


def test_gpus_are_given_to_one_stage_at_a_time() -> None:
    pool = Pool({"gpu": 3.0}, ("0", "2", "GPU-abc"))
    first, second = taken(pool, gpu=2.0), taken(pool, gpu=1.0)
    assert first.environ == {"CUDA_VISIBLE_DEVICES": "0,2"}
    assert second.environ == {"CUDA_VISIBLE_DEVICES": "GPU-abc"}
    assert pool.take({"gpu": 1.0}) is None
    pool.give_back(first)
    assert taken(pool, gpu=1.0).environ == {"CUDA_VISIBLE_DEVICES": "0"}


def test_a_stage_that_asks_for_no_gpu_sees_none() -> None:
    assert taken(Pool({"gpu": 1.0}, ("0",)), gpu=0.0).environ == {"CUDA_VISIBLE_DEVICES": ""}


def test_without_gpus_nothing_is_said_of_them() -> None:
    pool = Pool({"gpu": 0.0})
    assert taken(pool, gpu=1.0).environ == taken(pool, gpu=1.0).environ == {}


def test_who_asks_for_more_than_there_is_gets_all_of_it_alone() -> None:
    pool = Pool({"mem_gb": 8.0})
    small = taken(pool, mem_gb=1.0)
    assert pool.take({"mem_gb": 64.0}) is None
    pool.give_back(small)
    taken(pool, mem_gb=64.0)
    assert pool.take({"mem_gb": 1.0}) is None


def test_of_what_is_not_known_there_is_enough() -> None:
    pool = Pool({})
    taken(pool, licence=5.0)
    taken(pool, licence=5.0)


@given(st.floats(0.1, 4), st.lists(st.tuples(AMOUNTS, st.booleans())))
def test_never_more_than_there_is_and_never_stuck(
    total: float, steps: list[tuple[float, bool]]
) -> None:
    pool = Pool({"any": total, "gpu": 2.0}, ("0", "1"))
    grants: list[Grant] = []
    for amount, give_back in steps:
        grant = pool.take({"any": amount, "gpu": float(amount > 1)})
        if grant is not None:
            grants.append(grant)
        elif give_back:
            pool.give_back(grants.pop(0))
        used = [gpu for grant in grants for gpu in grant.gpus]
        assert len(used) == len(set(used))
        assert sum(grant.amounts["any"] for grant in grants) <= total + 1e-6
    for grant in grants:
        pool.give_back(grant)
    assert pool.take({"any": total}) is not None
