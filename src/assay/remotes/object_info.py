"""What an object store tells about an object, spelled as records have it: entity tags, versions."""

from __future__ import annotations

from assay.typed import Any, Mapping, NamedTuple

VERSIONING = frozenset({"s3", "gs", "azure"})
"""Schemes of stores that can keep the versions of an object."""

_VERSION_KEYS = {"s3": "VersionId", "gs": "generation", "azure": "version_id"}
_SEPARATORS = {"s3": "?versionId=", "gs": "#", "azure": "?versionid="}
_TAGS = ("ETag", "etag", "Content-MD5", "md5Hash", "content_md5")


class Version(NamedTuple):
    """One version of an object: its entity tag and what the store calls it."""

    etag: str
    id: str


def entity_tag(scheme: str, info: Mapping[str, Any]) -> str:
    """The tag in what the library says about an object; "" without one."""
    tag = next((str(info[name]) for name in _TAGS if info.get(name)), "")
    if scheme == "gs" and info.get("etag"):
        return _hexadecimal(str(info["etag"]))
    if scheme == "azure" and tag:
        return f'"{tag.strip(chr(34))}"'
    return tag if scheme in ("http", "https") else tag.strip('"')


def version_id(scheme: str, info: Mapping[str, Any]) -> str:
    """The version in what the library says about an object; "" where none is kept."""
    found = str(info.get(_VERSION_KEYS.get(scheme, "")) or "")
    return "" if found == "null" else found  # S3's word for an object that has no versions


def at_version(scheme: str, place: str, version: str) -> str:
    """How the library calls that version of the object at `place`."""
    return f"{place}{_SEPARATORS[scheme]}{version}" if version else place


def _hexadecimal(tag: str) -> str:
    from base64 import b64decode  # Google's tags are numbers in Base64

    try:
        return b64decode(tag).hex()
    except ValueError:
        return tag
