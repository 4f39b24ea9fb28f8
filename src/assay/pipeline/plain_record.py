"""The .dvc file of one directory as `add` writes it, changed without a parser.

    outs:
    - md5: 4a7f….dir
      size: 20480000
      nfiles: 5000
      hash: md5
      path: data

To load what reads and writes YAML takes longer than to hash what one change in five thousand files
asks for. Whatever does not look exactly like this is for `dvc_file` to edit.
"""

from __future__ import annotations

from assay.store.hashes import MD5_LENGTH, TREE_SUFFIX
from assay.typed import Any

_STARTS = ("outs:", "- md5: ", "  size: ", "  nfiles: ", "  hash: md5", "  path: ", "")
_KEYS = ["md5", "size", "nfiles", "hash", "path"]
_HEX_DIGITS = frozenset("0123456789abcdef")


def with_record(text: str, item: dict[str, Any]) -> str | None:
    """The text of a .dvc file after its one output became `item`, of the same path; None if it
    takes a parser."""
    lines = text.split("\n")
    if list(item) != _KEYS or len(lines) != len(_STARTS) or not _is_tree(item["md5"]):
        return None
    pairs = list(zip(lines, _STARTS, strict=True))
    if not all(line.startswith(start) for line, start in pairs):
        return None
    rest = [line[len(start) :] for line, start in pairs]
    outs, md5, size, nfiles, kind, _, end = rest
    if outs or kind or end or not (_is_tree(md5) and _is_number(size) and _is_number(nfiles)):
        return None
    lines[1:4] = [f"- md5: {item['md5']}", f"  size: {item['size']}", f"  nfiles: {item['nfiles']}"]
    return "\n".join(lines)


def with_meaning(known: Any, item: dict[str, Any]) -> Any:
    """What a file means after `with_record`, if it meant `known`; None if that cannot be."""
    outputs = known.get("outs") if isinstance(known, dict) else None
    if not outputs or len(known) > 1 or len(outputs) > 1 or list(outputs[0]) != _KEYS:
        return None
    return {"outs": [item]} if outputs[0]["path"] == item["path"] else None


def _is_tree(value: object) -> bool:
    """Whether this is the name of a listing, which nobody takes for a number."""
    if not isinstance(value, str) or not value.endswith(TREE_SUFFIX):
        return False
    digest = value.removesuffix(TREE_SUFFIX)
    return len(digest) == MD5_LENGTH and _HEX_DIGITS.issuperset(digest)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
