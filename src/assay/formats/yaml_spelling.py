"""How a scalar is spelled in YAML: the spelling that DVC's writer gives, folded at the same places.

DVC writes with ruamel.yaml at a width of 80, and files of both tools must have the same bytes (P7).
The odd places – blanks at the ends of lines, a backslash here and none there – are that library's;
tests compare with it. Source: spec/pipelines.md §6.3.
"""

from __future__ import annotations

from assay.formats.yaml_scalars import STRING, kind
from assay.regex import Match, regex

WIDTH = 80

# Line breaks other than "\n" are rare enough to be left to the library.
_HARD = regex("[\x85\u2028\u2029\ud800-\udfff\ufeff]")
# Characters that can only be written as escapes. (Sets without characters beyond U+FFFF compile in
# a tenth of the time.)
_CONTROLS = "\x00-\t\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff"
_SPECIAL = regex(f"[{_CONTROLS}]")
_NEVER_PLAIN = regex(
    r"""(?x)[#,\[\]{}&*!|>'"%@` ] | [-?:](?:\ |$) | ---|\.\.\.   # at the start
      | .* (?: :(?:\ |$) | \ \# | \ $ | \n )                 # anywhere""",
)
_SYNTAX = frozenset("#:'")
_ESCAPED = regex(f'[\n"\\\\{_CONTROLS}]')
_ESCAPES = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f",
    "\r": "\\r", "\x1b": "\\e", '"': '\\"', "\\": "\\\\",
}  # fmt: skip
_WORD_OR_BLANKS = regex(" +|[^ ]+")


class Unspellable(ValueError):
    """A text with characters that only ruamel.yaml should write."""


def number(value: int | float) -> str:
    """The spelling of a number: Python's, but `.inf` and `.nan`."""
    text = repr(value)
    if text.endswith(("inf", "nan")):
        return text.replace("inf", ".inf").replace("nan", ".nan")
    return text


def quotes_of(text: str) -> str:
    """What to write `text` in: `'`, `"`, or nothing. Raises Unspellable.

    Nothing if YAML 1.2 reads the bare text as this very string.
    """
    is_usual = text.isascii() and text.isprintable()
    if is_usual and text and _is_everyday(text):
        return "" if kind(text) == STRING else "'"
    if not is_usual and _HARD.search(text):
        raise Unspellable(text)
    special = not is_usual and _SPECIAL.search(text)
    if text and not special and not _NEVER_PLAIN.match(text) and kind(text) == STRING:
        return ""
    return '"' if special or "'" in text or "\n" in text else "'"


def _is_everyday(text: str) -> bool:
    """Whether nothing in a printable text can be syntax, seen without regular expressions."""
    return (
        (text[0].isalnum() or text[0] in "_/")
        and text[-1] != " "
        and not _SYNTAX.intersection(text)
    )


def one_line(text: str) -> str:
    """`text` in the quotes that it needs, never folded. Raises Unspellable."""
    quote = quotes_of(text)
    if quote == '"':
        return f'"{_ESCAPED.sub(_escape, text)}"'
    return f"{quote}{text}{quote}"


def folded(text: str, column: int, indent: int) -> str:
    """`text` spelled from `column` on; where it is folded, lines go on at `indent`.

    Raises Unspellable.
    """
    spelling = one_line(text)
    if column + len(spelling) <= WIDTH:
        return spelling
    if spelling[0] == '"':
        return _folded_double(text, column + 1, indent)
    if spelling[0] == "'":
        return _folded_single(text, column + 1, indent)
    return _folded_plain(text, column, indent)


def _escape(match: Match[str]) -> str:
    character = match[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\x{ord(character):02X}" if character <= "\xff" else f"\\u{ord(character):04X}"


def _folded_plain(text: str, column: int, indent: int) -> str:
    """A word that does not fit moves to a new line; the blank before it stays where it is.

    But a single blank that starts at or behind the width turns into the line break itself.
    """
    new_line = "\n" + " " * indent
    parts = []
    for part in _WORD_OR_BLANKS.findall(text):
        if part[0] != " ":
            if column + len(part) > WIDTH and column > indent:
                parts.append(new_line)
                column = indent
        elif part == " " and column >= WIDTH:
            part, column = new_line, indent - len(new_line)
        parts.append(part)
        column += len(part)
    return "".join(parts)


def _folded_single(text: str, column: int, indent: int) -> str:
    """A single blank behind the width, neither first nor last, turns into the line break."""
    new_line = "\n" + " " * indent
    parts = []
    position = 0
    for part in _WORD_OR_BLANKS.findall(text):
        position += len(part)
        is_inside = len(part) < position < len(text)
        if part == " " and column > WIDTH and is_inside:
            part, column = new_line, indent - len(new_line)
        parts.append(part)
        column += len(part)
    return f"'{''.join(parts)}'"


def _folded_double(text: str, column: int, indent: int) -> str:
    r"""A break comes before a blank, or around an escape, once the column is behind the width.

    It stands for that blank, or is made void by `\`; then the blank is written as `\ `.
    """
    new_line = "\n" + " " * indent
    parts: list[str] = []
    start = 0  # of the text that is read but not written
    for at, character in enumerate(text):
        if _ESCAPED.match(character):
            escape = _ESCAPED.sub(_escape, character)
            parts += (text[start:at], escape)
            column += at - start + len(escape)
            start = at + 1
        may_break = 0 < at < len(text) - 1 and (character == " " or start >= at)
        if not may_break or column + at - start <= WIDTH:
            continue
        is_void = not _break_is_blank(text, start, at)
        parts += (text[start:at], "\\" if is_void else "", new_line)
        start = max(start, at)
        column = indent
        if text[start] == " " and is_void:
            parts.append("\\")
            column += 1
        elif text[start] == " ":
            start += 1
    return f'"{"".join(parts)}{text[start:]}"'


def _break_is_blank(text: str, start: int, at: int) -> bool:
    """Whether a line break at `at` may stand for the blank there: nothing odd is near by."""
    end = text.find(" ", at)
    if end < 0 or start == at or text[at - 1 : at + 1] == "  ":
        return False
    line_end = text.find("\n", at, end)
    end = end if line_end < 0 else line_end
    if end + 1 >= len(text) or text[end + 1] in " \n" or text[end] == "\n":
        return False
    return '"' not in text[at:end] and "'" not in text[at:end]
