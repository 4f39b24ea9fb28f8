"""Names and files of the run cache, as DVC writes them."""

from __future__ import annotations

import os
from pathlib import Path

from assay.pipeline.running.run_cache import RunCache, entry_key, entry_value

ENTRY = {
    "cmd": "cp in out",
    "deps": [{"path": "in", "hash": "md5", "md5": "a" * 32, "size": 5}],
    "params": {"params.yaml": {"lr": 0.1}},
    "outs": [{"path": "out", "hash": "md5", "md5": "b" * 32, "size": 5}],
}


def inputs(**fields: object) -> dict:
    return {**ENTRY, "outs": [{"path": "out"}], **fields}


def test_sizes_do_not_count_in_the_names() -> None:
    bigger = {**ENTRY, "outs": [{**ENTRY["outs"][0], "size": 6}]}
    assert entry_value(ENTRY) == entry_value(bigger)


def test_the_key_does_not_depend_on_what_came_out() -> None:
    other = {**ENTRY, "outs": [{**ENTRY["outs"][0], "md5": "c" * 32}]}
    assert entry_key(ENTRY) == entry_key(other) == entry_key(inputs())
    assert entry_value(ENTRY) != entry_value(other)


def test_a_text_and_a_list_are_two_commands() -> None:
    assert entry_key(ENTRY) != entry_key({**ENTRY, "cmd": ["cp in out"]})


def test_a_saved_run_is_found_again(tmp_path: Path) -> None:
    cache = RunCache(str(tmp_path))
    cache.save(ENTRY)
    assert list(cache.entries(inputs())) == [ENTRY]
    assert list(cache.entries(inputs(cmd="other"))) == []


def test_the_newest_run_comes_first(tmp_path: Path) -> None:
    cache = RunCache(str(tmp_path))
    newer = {**ENTRY, "outs": [{**ENTRY["outs"][0], "md5": "c" * 32}]}
    for when, entry in ((10, newer), (20, ENTRY)):
        cache.save(entry)
        key, value = entry_key(entry), entry_value(entry)
        os.utime(tmp_path / "runs" / key[:2] / key / value, (when, when))
    assert list(cache.entries(inputs())) == [ENTRY, newer]


def test_a_parameter_called_size_is_compared(tmp_path: Path) -> None:
    """It is not in the key (spec/data.md §6), so the file says which value it was."""
    cache = RunCache(str(tmp_path))
    cache.save({**ENTRY, "params": {"params.yaml": {"size": 1}}})
    assert list(cache.entries(inputs(params={"params.yaml": {"size": 2}}))) == []


def test_damaged_entries_are_passed_over(tmp_path: Path) -> None:
    cache = RunCache(str(tmp_path))
    cache.save(ENTRY)
    folder = tmp_path / "runs" / entry_key(ENTRY)[:2] / entry_key(ENTRY)
    (folder / ("0" * 64)).write_text("{ broken")
    (folder / ("1" * 64)).write_text("cmd: other\nouts:\n- path: out\n")
    (folder / ("2" * 64)).write_bytes(b"\x00\xff\xfe")
    assert list(cache.entries(inputs())) == [ENTRY]
