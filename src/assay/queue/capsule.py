"""What travels between a queue and another host: a capsule there, a result back (docs/engines.md).

    assay-capsule 1          assay-result 1
    <SHA-256 of the rest, 64 digits>
    <JSON on one line>
    <files of -C, or log of a result><Git objects>

Both are only ever parsed, never unpickled. Whatever is wrong with one – cut off, altered, too
large, a name that leads elsewhere – is a BadCapsule that says so, before anything has changed.
"""

from __future__ import annotations

import hashlib

from assay import quick_json
from assay.errors import AssayError
from assay.experiments.copies import MOST_BYTES, MOST_FILES, Copy
from assay.experiments.names import check_name
from assay.fs.paths import check_entry
from assay.regex import Expression, regex
from assay.typed import Any, NamedTuple

MAX_BYTES = 256 * 1024 * 1024
_MAX_HEADER = 4 * 1024 * 1024
_CAPSULE, _RESULT = b"assay-capsule 1\n", b"assay-result 1\n"
_DIGEST = regex(rb"[0-9a-f]{64}\n")
_OBJECT = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")
_TOKEN = regex(r"[0-9a-f]{16,64}")

_FILE, _PROGRAM, _FOLDER = _KINDS = ("file", "program", "folder")

MADE, FAILED, REFUSED, NEEDS_BASE = "made", "failed", "refused", "needs base"
_STATUSES = (MADE, FAILED, REFUSED, NEEDS_BASE)


class BadCapsule(AssayError):
    """Bytes that are no capsule, or no result, that we could trust."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"refusing a {kind}: {reason}")


class Capsule(NamedTuple):
    """One attempt, with all that another host needs for it.

    `version` is the sender's. `repository` tells repositories apart, `token` attempts. `prefix` is
    the project's folder in the repository. `request` is the text of `experiments/run_text.py`.
    `settings` are the project's, as sections. `environ` is what the sender adds to the environment
    of commands. `cache` is the sender's cache, and `witness` what a
    file in it is called that whoever sees the same folder sees. `has_base`: the objects hold the
    baseline's files, not only what the snapshot changes. `copies` are the files of `-C`.
    """

    version: str
    repository: str
    token: str
    prefix: str
    name: str
    baseline: str
    snapshot: str
    request: str
    settings: dict[str, dict[str, Any]]
    environ: dict[str, str]
    cache: str
    witness: str
    has_base: bool
    copies: tuple[Copy, ...] = ()
    objects: bytes = b""


class Result(NamedTuple):
    """What became of an attempt: MADE with the experiment's `commit`, FAILED, REFUSED before it
    began, or NEEDS_BASE. `remains` is the text of `experiments/run_text.py`."""

    version: str
    token: str
    host: str
    status: str
    cause: str = ""
    commit: str = ""
    remains: str = ""
    log: bytes = b""
    objects: bytes = b""


def packed_capsule(capsule: Capsule) -> bytes:
    """The capsule as bytes. Raises BadCapsule if it is too large to travel."""
    header = capsule._asdict()
    del header["objects"]
    header["copies"] = [_listed(copy) for copy in capsule.copies]
    contents = [copy.content or b"" for copy in capsule.copies]
    data = _packed("capsule", _CAPSULE, header, b"".join([*contents, capsule.objects]))
    if len(data) > MAX_BYTES:
        raise BadCapsule("capsule", _too_large(len(data)))
    return data


def packed_result(result: Result) -> bytes:
    """The result as bytes. Raises BadCapsule if what describes it is too long."""
    header = result._asdict()
    del header["objects"]
    header["log"] = len(result.log)
    return _packed("result", _RESULT, header, result.log + result.objects)


def parsed_capsule(data: bytes) -> Capsule:
    """The inverse of `packed_capsule`. Raises BadCapsule, naming what is wrong."""
    header, rest = _unpacked("capsule", _CAPSULE, data)
    check = _Checker("capsule", header, Capsule._fields[:-1])
    for field in ("version", "prefix", "name", "request", "cache", "witness"):
        check.text(field)
    for field in ("repository", "token", "witness"):
        check.form(field, _TOKEN)
    for field in ("baseline", "snapshot"):
        check.form(field, _OBJECT)
    check.kind("has_base", bool)
    check.name("name", check_name)
    if header["prefix"]:
        check.name("prefix", check_entry)
    if "\0" in header["cache"] or not header["cache"].startswith("/"):
        raise BadCapsule("capsule", "'cache' is no absolute path")
    _check_settings(header["settings"])
    _check_environ(header["environ"])
    copies, objects = _copies(header["copies"], rest)
    return Capsule(**{**header, "copies": copies}, objects=objects)


def parsed_result(data: bytes) -> Result:
    """The inverse of `packed_result`. Raises BadCapsule, naming what is wrong."""
    header, rest = _unpacked("result", _RESULT, data)
    check = _Checker("result", header, Result._fields[:-1])
    for field in ("version", "host", "cause", "commit", "remains"):
        check.text(field)
    check.form("token", _TOKEN)
    check.kind("log", int)
    if header["status"] not in _STATUSES:
        raise BadCapsule("result", "'status' is unknown")
    if header["status"] == MADE:
        check.form("commit", _OBJECT)
    size = header["log"]
    if not 0 <= size <= len(rest):
        raise BadCapsule("result", "'log' is longer than the result")
    return Result(**{**header, "log": rest[:size]}, objects=rest[size:])


class _Checker:
    """Looks at the fields of one header."""

    __slots__ = ("_header", "_kind")

    def __init__(self, kind: str, header: dict[str, Any], fields: tuple[str, ...]) -> None:
        self._kind = kind
        self._header = header
        wrong = sorted(header.keys() ^ set(fields))
        if wrong:
            word = "unknown" if wrong[0] in header else "missing"
            raise BadCapsule(kind, f"{wrong[0]!r} is {word}")

    def kind(self, field: str, kind: type) -> None:
        if type(self._header[field]) is not kind:
            raise BadCapsule(self._kind, f"'{field}' is no {kind.__name__}")

    def text(self, field: str) -> None:
        self.kind(field, str)
        try:
            self._header[field].encode()
        except UnicodeEncodeError:
            raise BadCapsule(self._kind, f"'{field}' is no text") from None

    def form(self, field: str, pattern: Expression[str]) -> None:
        self.text(field)
        if not pattern.fullmatch(self._header[field]):
            raise BadCapsule(self._kind, f"'{field}' has another form")

    def name(self, field: str, check: Any) -> None:
        try:
            check(self._header[field])
        except AssayError as error:
            raise BadCapsule(self._kind, f"'{field}': {error.message}") from None


def _listed(copy: Copy) -> list[str | int]:
    if copy.content is None:
        return [copy.path, _FOLDER, 0]
    return [copy.path, _PROGRAM if copy.is_program else _FILE, len(copy.content)]


def _copies(items: Any, rest: bytes) -> tuple[tuple[Copy, ...], bytes]:
    """The files of `-C`, which `rest` begins with, and what comes behind them."""
    if not isinstance(items, list) or not all(map(_is_listed, items)):
        raise BadCapsule("capsule", "'copies' are no list of files")
    copies, place = [], 0
    for path, kind, size in items:
        try:
            check_entry(path)
        except AssayError as error:
            raise BadCapsule("capsule", f"'copies': {error.message}") from None
        content = None if kind == _FOLDER else rest[place : place + size]
        copies.append(Copy(path, content, kind == _PROGRAM))
        place += size
    if place > min(len(rest), MOST_BYTES) or len(items) > MOST_FILES:
        raise BadCapsule("capsule", "'copies' are more than may travel, or than was sent")
    return tuple(copies), rest[place:]


def _is_listed(item: Any) -> bool:
    if not isinstance(item, list) or list(map(type, item)) != [str, str, int]:
        return False
    _, kind, size = item
    return kind in _KINDS and size >= 0 and (kind != _FOLDER or size == 0)


def _check_settings(settings: Any) -> None:
    if not isinstance(settings, dict) or not all(
        isinstance(options, dict) and all(_is_value(value) for value in options.values())
        for options in settings.values()
    ):
        raise BadCapsule("capsule", "'settings' are not sections of options")


def _check_environ(environ: Any) -> None:
    if not isinstance(environ, dict) or not all(map(_is_variable, environ, environ.values())):
        raise BadCapsule("capsule", "'environ' holds no variables of an environment")


def _is_variable(name: str, value: Any) -> bool:
    if not (name.isascii() and name.isidentifier() and isinstance(value, str)):
        return False
    try:
        return b"\0" not in value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def _packed(kind: str, magic: bytes, header: dict[str, Any], rest: bytes) -> bytes:
    line = quick_json.dumps(header).encode()
    if len(line) >= _MAX_HEADER:
        raise BadCapsule(kind, f"its header is longer than {_MAX_HEADER} bytes")
    body = line + b"\n" + rest
    return magic + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _unpacked(kind: str, magic: bytes, data: bytes) -> tuple[dict[str, Any], bytes]:
    if type(data) is not bytes:
        raise BadCapsule(kind, "it is not made of bytes")
    if len(data) > MAX_BYTES:
        raise BadCapsule(kind, _too_large(len(data)))
    if not data.startswith(magic):
        raise BadCapsule(kind, "it does not begin like one of this version")
    digest = data[len(magic) : len(magic) + 65]
    if not _DIGEST.fullmatch(digest):
        raise BadCapsule(kind, "its checksum is no checksum")
    body = memoryview(data)[len(magic) + 65 :]
    if hashlib.sha256(body).hexdigest().encode() != digest[:-1]:
        raise BadCapsule(kind, "it was cut off or altered on the way")
    end = data.find(b"\n", len(magic) + 65, len(magic) + 65 + _MAX_HEADER)
    if end < 0:
        raise BadCapsule(kind, "its header does not end")
    try:
        header = quick_json.loads(data[len(magic) + 65 : end])
    except (ValueError, RecursionError):
        raise BadCapsule(kind, "its header is no JSON") from None
    if not isinstance(header, dict):
        raise BadCapsule(kind, "its header is no object")
    return header, data[end + 1 :]


def _too_large(size: int) -> str:
    return f"it has {size} bytes, at most {MAX_BYTES} can travel"
