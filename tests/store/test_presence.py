"""Which objects a cache lacks: the same answer however many are asked for."""

from __future__ import annotations

from pathlib import Path

from assay.store.cache import ObjectCache
from assay.store.hashes import LEGACY_MD5, MD5, md5_bytes
from assay.store.presence import absent, has_all


def test_few_and_many_get_the_same_answer(tmp_path: Path) -> None:
    cache = ObjectCache(str(tmp_path))
    there = {md5_bytes(data): data for data in (b"%d" % number for number in range(3000))}
    for object_id, data in there.items():
        cache.put_bytes(object_id, data)
    gone = {md5_bytes(b"gone %d" % number) for number in range(3000)}
    assert absent(cache, [*there, *gone]) == gone
    for object_id in [*list(there)[:20], *list(gone)[:20]]:
        assert absent(cache, [object_id]) == {object_id} - there.keys()


def test_a_cache_that_does_not_exist_lacks_everything(tmp_path: Path) -> None:
    wanted = {md5_bytes(b"%d" % number) for number in range(3000)}
    for kind in (MD5, LEGACY_MD5):
        assert absent(ObjectCache(str(tmp_path / "none"), kind=kind), wanted) == wanted


def test_all_are_there_only_if_each_can_be_believed(tmp_path: Path) -> None:
    cache = ObjectCache(str(tmp_path))
    there = {md5_bytes(data): data for data in (b"%d" % number for number in range(600))}
    for object_id, data in there.items():
        cache.put_bytes(object_id, data)
    one, other = (Path(cache.path(object_id)) for object_id in list(there)[:2])
    assert has_all(cache, there)
    assert has_all(cache, [])

    one.chmod(0o644)
    assert has_all(cache, there)
    assert one.stat().st_mode & 0o777 == 0o444

    other.chmod(0o644)
    other.write_bytes(b"of somebody else")
    assert not has_all(cache, there)
    assert absent(cache, there) == {list(there)[1]}
    assert not has_all(cache, there)
    assert not has_all(ObjectCache(str(tmp_path / "none")), there)
