"""How records spell what an object store tells: as DVC does."""

from __future__ import annotations

from assay.remotes.object_info import at_version, entity_tag, version_id


def test_tags_are_spelled_as_dvc_spells_them() -> None:
    assert entity_tag("s3", {"ETag": '"9a8ad9"'}) == "9a8ad9"
    assert entity_tag("gs", {"etag": "CIqQ4rbr"}) == "088a90e2b6eb"
    assert entity_tag("gs", {"etag": "abcde"}) == "abcde"
    assert entity_tag("azure", {"etag": "0x8D"}) == '"0x8D"'
    assert entity_tag("azure", {"etag": '"0x8D"'}) == '"0x8D"'
    assert entity_tag("https", {"ETag": '"weak"'}) == '"weak"'
    assert entity_tag("s3", {"size": 1}) == ""


def test_versions_are_told_and_asked_for() -> None:
    assert version_id("s3", {"VersionId": "a"}) == "a"
    assert version_id("s3", {"VersionId": "null"}) == ""
    assert version_id("gs", {"generation": 17}) == "17"
    assert version_id("azure", {"version_id": None}) == ""
    assert version_id("https", {"VersionId": "a"}) == ""
    assert at_version("s3", "bucket/key", "a") == "bucket/key?versionId=a"
    assert at_version("gs", "bucket/key", "17") == "bucket/key#17"
    assert at_version("https", "host/key", "") == "host/key"
