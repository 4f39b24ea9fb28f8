"""What can be wrong with a file, whatever it is for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

Damage = Callable[[Path], None]

_BOMB = b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10)
)

# Texts in place of the one that should be there.
TEXTS = {
    "empty": b"",
    "binary": bytes(range(256)),
    "line ends": b"\n\n\n",
    "a list": b"- 1\n- 2\n",
    "a text": b"just words\n",
    "a number": b"42\n",
    "null": b"null\n",
    "broken yaml": b"stages:\n  a: {cmd: [\n",
    "tabs": b"stages:\n\ta:\n\t\tcmd: x\n",
    "deep flow": b"[" * 3000,
    "deep mapping": b'{"a":' * 3000,
    "deep block": b"".join(b" " * level + b"a:\n" for level in range(600)),
    "merge conflict": b"<<<<<<< HEAD\nstages: {}\n=======\nstages: {a: {}}\n>>>>>>> other\n",
    "bomb": _BOMB + b"stages: *a9\nouts: *a9\n",
    "alias of itself": b"stages: &a {b: *a}\nouts: &c [*c]\nlr: &d [*d]\n",
    "python tag": b"stages: !!python/object/apply:os.system ['touch pwned']\n",
    "huge number": b"lr: " + b"9" * 5000 + b"\nstages: " + b"9" * 5000 + b"\n",
    "huge number in json": b'{"x": ' + b"9" * 5000 + b"}",
    "a key twice": b"stages: {a: {cmd: x}}\nstages: {b: {cmd: y}}\n",
    "byte order mark": b"\xef\xbb\xbfstages: {}\n",
    "utf-16": "stages: {}\n".encode("utf-16"),
    "no such date": b"2020-13-45\n",
    "half a surrogate": b'{"x": "\\ud800", "\\ud800": 1, "stages": "\\ud800"}',
    "keys that are no text": b"1: 2\ntrue: 3\n[1, 2]: 4\nstages: {1: {cmd: x}}\nouts: {1: 2}\n",
    "wrong shapes": b"stages: {a: {cmd: {x: 1}, deps: 3, outs: [[1]], params: {a: 1}}}\n",
}


def damages(whole: bytes) -> Iterator[tuple[str, Damage]]:
    """A name for each damage, and what puts it where nothing is."""
    size = len(whole)
    cuts = {f"cut at {size * part // 8} of {size}": whole[: size * part // 8] for part in (1, 3, 6)}
    middle = whole[: size // 2], whole[size // 2 :]
    spoilt = {
        "without its last byte": whole[:-1],
        "a NUL in it": b"\0".join(middle),
        "no UTF-8": b"\xe9\xff".join(middle),
        "NULs, as after a power cut": b"\0" * max(size, 64),
        "windows line ends": whole.replace(b"\n", b"\r\n"),
    }
    for name, data in {**cuts, **spoilt, **TEXTS}.items():
        yield name, lambda path, data=data: path.write_bytes(data)  # type: ignore[misc]
    yield "nothing", lambda path: None
    yield "a folder", lambda path: (path / "x").mkdir(parents=True)
    yield "a pipe", lambda path: os.mkfifo(path)
    yield "a dangling link", lambda path: path.symlink_to("/nonexistent/x")
    yield "a link to itself", lambda path: path.symlink_to(path.name)
