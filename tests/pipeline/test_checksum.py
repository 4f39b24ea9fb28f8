"""The checksum of a .dvc file: values that the real DVC wrote."""

from __future__ import annotations

from typing import Any

import pytest

from assay.pipeline.checksum import file_checksum, renew_checksum

MD5 = "48a24b70a0b376535542b996af517398"


def imported(**changes: Any) -> dict[str, Any]:
    """What `dvc import-url u v` wrote, in the order of the file."""
    data: dict[str, Any] = {
        "md5": "d3a457e0e85dee1e3a1a7d0274dd203b",
        "frozen": True,
        "deps": [{"md5": MD5, "size": 2, "hash": "md5", "path": "u"}],
        "outs": [{"md5": MD5, "size": 2, "hash": "md5", "path": "v"}],
    }
    return {**data, **changes}


def test_what_dvc_wrote() -> None:
    assert file_checksum(imported()) == imported()["md5"]


@pytest.mark.parametrize(
    "changes",
    [{"meta": {"a": 1}}, {"desc": "text"}, {"wdir": "."}, {"frozen": False}, {"md5": "other"}],
)
def test_what_does_not_count(changes: dict[str, Any]) -> None:
    assert file_checksum(imported(**changes)) == imported()["md5"]


@pytest.mark.parametrize("changes", [{"wdir": "sub"}, {"deps": []}, {"always_changed": True}])
def test_what_counts(changes: dict[str, Any]) -> None:
    assert file_checksum(imported(**changes)) != imported()["md5"]


def test_only_imports_have_one() -> None:
    changed = imported(wdir="sub")
    renew_checksum(changed)
    assert changed["md5"] == file_checksum(changed)
    added = {"md5": "stale", "outs": [{"path": "f"}]}
    renew_checksum(added)
    assert added == {"outs": [{"path": "f"}]}
    plain = {"deps": [{"path": "x"}], "outs": [{"path": "f"}]}
    renew_checksum(plain)
    assert "md5" not in plain
