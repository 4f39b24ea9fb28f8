"""How much a pack unpacks to, found out without keeping any of it (gitformat-pack(5)).

Git bounds what it reads, not what becomes of it: a thousandth of the size is enough for a pack that
fills a disk.
"""

from __future__ import annotations

from assay.errors import AssayError

MAGIC = b"PACK"
HEADER_BYTES = 12
_OFFSET_DELTA, _REFERENCE_DELTA = 6, 7
_CHUNK = 1 << 16
_MOST_BITS = 63


class BadPack(AssayError):
    """Objects that Git refuses, that lack something they refer to, or that are too much."""


def check_unpacked_size(pack: bytes, most: int, *, id_bytes: int = 20) -> None:
    """Raise BadPack if the objects of the pack together have more than `most` bytes, or if it is
    no pack. `id_bytes` is the length of the repository's object ids."""
    if pack[:4] != MAGIC or len(pack) < HEADER_BYTES:
        raise BadPack("what was sent is no pack of Git objects")
    place, total = HEADER_BYTES, 0
    try:
        for _ in range(int.from_bytes(pack[8:HEADER_BYTES], "big")):
            kind, size, place = _header(pack, place)
            if kind == _OFFSET_DELTA:
                _, place = _number(pack, place)
            elif kind == _REFERENCE_DELTA:
                place += id_bytes
            total += size
            if total <= most:
                start, place = _inflated(pack, place, size)
                if kind in (_OFFSET_DELTA, _REFERENCE_DELTA):
                    _, behind = _number(start, 0)
                    total += _number(start, behind)[0]
            if total > most:
                raise BadPack(f"the objects that were sent unpack to more than {most} bytes")
    except IndexError:
        raise BadPack("the pack that was sent is cut off") from None


def _header(pack: bytes, place: int) -> tuple[int, int, int]:
    """Kind and size of the object at `place`, and where its header ends."""
    first = pack[place]
    kind, size = first >> 4 & 7, first & 15
    if first < 128:
        return kind, size, place + 1
    rest, end = _number(pack, place + 1)
    return kind, size | rest << 4, end


def _number(data: bytes, place: int) -> tuple[int, int]:
    """Seven bits a byte, the lowest first, and where it ends. (Of offsets only the end is used.)"""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
        if shift > _MOST_BITS:
            raise BadPack("a number in the pack that was sent does not end")


def _inflated(pack: bytes, place: int, size: int) -> tuple[bytes, int]:
    """The first bytes of an object of `size` bytes, and where its compressed form ends."""
    import zlib  # only for those who receive packs

    stream, start, seen = zlib.decompressobj(), b"", 0
    try:
        while not stream.eof:
            data = stream.unconsumed_tail or pack[place : place + _CHUNK]
            place += 0 if stream.unconsumed_tail else len(data)
            found = stream.decompress(data, _CHUNK)
            start, seen = start or found[:32], seen + len(found)
            if seen > size or not (data or found):
                break
    except zlib.error:
        seen = -1
    if not stream.eof or seen != size:
        raise BadPack("an object that was sent does not have the size that it claims")
    return start, place - len(stream.unused_data)
