"""The `md5` of a .dvc file: what an import says about itself, to notice edits by hand.

Source: spec/pipelines.md §7.
"""

from __future__ import annotations

from assay import quick_json
from assay.store.hashes import md5_bytes
from assay.typed import Any

_ABOUT_THE_FILE = frozenset({"md5", "meta", "desc"})
_ANYWHERE = frozenset(
    {
        "desc",
        "frozen",
        "isexec",
        "labels",
        "locked",
        "meta",
        "metric",
        "nfiles",
        "persist",
        "size",
        "type",
    }
)


def file_checksum(data: dict[str, Any]) -> str:
    """The checksum that belongs into the .dvc file with the content `data`; 32 hex digits."""
    told = {key: value for key, value in data.items() if key not in _ABOUT_THE_FILE}
    if told.get("wdir") == ".":
        del told["wdir"]
    return md5_bytes(quick_json.dumps(_essence(told), sort_keys=True).encode("utf-8"))


def renew_checksum(data: Any) -> None:
    """After a change of `data`: correct its `md5`, or drop it where DVC keeps none."""
    if "md5" not in data:
        return
    if data.get("deps"):
        data["md5"] = file_checksum(data)
    else:
        del data["md5"]


def _essence(value: Any) -> Any:
    if isinstance(value, list):
        return [_essence(item) for item in value]
    if isinstance(value, dict):
        return {key: _essence(item) for key, item in value.items() if key not in _ANYWHERE}
    return value
