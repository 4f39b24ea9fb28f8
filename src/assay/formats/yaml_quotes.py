"""Quoted YAML scalars: what stands between the quotes, on one line or folded over several."""

from __future__ import annotations

from assay.regex import Match, regex

DOUBLE = r'"(?:[^"\\]|\\.)*"'
SINGLE = r"'(?:[^']|'')*'(?!')"

_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_ESCAPE = regex(r"(?s)\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
# What is left of a scalar whose first lines have been read.
_END_OF_DOUBLE = regex(r'(?:[^"\\]|\\.)*"')
_END_OF_SINGLE = regex(r"(?:[^']|'')*'(?!')")
_OPEN_ESCAPE = regex(r"(?<!\\)(?:\\\\)*\\$")


class NotQuoted(ValueError):
    """The scalar is not closed, or has an escape whose meaning is not certain."""


def unquote(scalar: str) -> str:
    """The value of a quoted scalar that stands on one line, quotes included.

    Raises NotQuoted for unknown escapes and for surrogates.
    """
    body = scalar[1:-1]
    if scalar[0] == "'":
        return body.replace("''", "'")
    return _ESCAPE.sub(_unescape, body) if "\\" in body else body


def _unescape(match: Match[str]) -> str:
    letter = match[4]
    if letter is not None:
        if letter not in _ESCAPES:
            raise NotQuoted(match[0])
        return _ESCAPES[letter]
    code = int(match[1] or match[2] or match[3], 16)
    # Parsers disagree on escaped surrogates, even in pairs.
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise NotQuoted(match[0])
    return chr(code)


def closes(line: str, quote: str) -> bool:
    """Whether `line`, which goes on with an open scalar, has the closing `quote`."""
    pattern = _END_OF_DOUBLE if quote == '"' else _END_OF_SINGLE
    return pattern.match(line) is not None


def fold(lines: list[str]) -> str:
    r"""One line with the value of the quoted scalar that starts `lines`; no line may be blank.

    A line break stands for one blank, and blanks around it do not count; `\` at the end of a line
    removes the break.
    """
    double = lines[0][0] == '"'
    parts: list[str] = []
    for line in lines[:-1]:
        part = line.strip(" ") if parts else line.rstrip(" ")
        escaped = double and _OPEN_ESCAPE.search(part) is not None
        if escaped and part != line.lstrip(" ") and line.endswith(" "):
            raise NotQuoted(line)  # `\ ` at the end: a blank that counts before a break
        parts.append(part[:-1] if escaped else part + " ")
    return "".join(parts) + lines[-1].lstrip(" ")
