"""A reader for the YAML that programs write: block maps and lists, one scalar per line.

dvc.lock files of many thousand lines are read at every command, so this reader is built for speed
and modesty: it understands what our and DVC's writer emit, and raises `NotPlain` for everything
else. It never guesses; a text that it reads has the value that a full YAML 1.2 parser gives it.

How it goes: one regular expression cuts the whole text into rows (one per line) and decides at a
glance what the value of most rows is; `_Reader` joins the rows into containers and looks closer
only at the rows that the glance left open (`rest`).
"""

from __future__ import annotations

from assay.formats.yaml_flow import NotFlow, read_flow
from assay.formats.yaml_quotes import DOUBLE, SINGLE, NotQuoted, closes, fold, unquote
from assay.formats.yaml_resolved import resolve
from assay.formats.yaml_scalars import WORDS, Unresolved
from assay.regex import regex

# Texts that are indented further go to the full parsers, which have a limit of their own.
_MAX_COLUMN = 100
# YAML ends the search for the colon of a key after 1024 characters.
_MAX_KEY = 500

# Indentation, one list dash, key, then the value: text | number | the rest of the line.
# A text starts with a letter (or is an MD5 that cannot be a number) and has neither `:` nor `#`,
# so nothing in it can be syntax; only `WORDS` have to be looked up.
_ROW = regex(
    rf"""(?xm)^(\ *+)
    (-\ )?
    (?:([A-Za-z_][^\s:#'"]{{0,{_MAX_KEY}}}+):(?=[\ \n])\ *+)?
    (?:
        (   [A-Za-z_/][^:#\n]*+(?<!\ )
        |   (?!0b)(?=[0-9e]*[a-df])[0-9a-f]{{32}}(?:\.dir)?
        )\n
    |   ((?:0|[1-9][0-9]{{0,17}}+)(?:\.[0-9]{{1,17}}+)?)\n
    |   (.*+)\n
    )""",
)
_Row = tuple[str, str, str, str, str, str]
_END: _Row = ("", "", "", "", "", "\n")

# Characters that parsers refuse, take for line breaks, or disagree about.
_UNUSUAL = regex("[\x00-\t\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# No possessive groups in these patterns: Python before 3.11.5 matches them wrongly (gh-106052).
_INSIDE = r"(?:[^\s:#]|:(?=\S)|(?<=\S)\#|\ +(?=[^\s#]))*"
_PLAIN = regex(
    rf"""(?x)((?:[^\s\-?:,\[\]{{}}#&*!|>'"%@`]|-(?=[^\s,\[\]{{}}])){_INSIDE})(?:\ +(\#.*)|\ *)$""",
)
_CONTINUATION = regex(rf"(?x){_INSIDE}$")
_KEY = regex(
    rf"""(?x)(?:
        ({DOUBLE}|{SINGLE})
      | (?!\.\.\.)([^\s\-?:,\[\]{{}}#&*!|>'"%@`](?:[^\s:#]|\ +(?=[^\s:#])){{0,{_MAX_KEY}}})
    )\ *:(?:\ +|$)""",
)
_QUOTED = regex(rf"(?x)({DOUBLE}|{SINGLE})(?:\ *|\ +\#.*)$")
_FLOW_COMMENT = regex(r" +#[^\]}'\"]*$")


class NotPlain(ValueError):
    """The text is not in the plain style that this reader knows; ask a full parser."""


def read_plain(text: str) -> object:
    """The value of a YAML document in plain block style; None for an empty one. O(size).

    Raises NotPlain for anything else, valid or not.
    """
    if is_unusual(text):
        raise NotPlain("a character that needs care")
    try:
        return _Reader(text).document()
    except (NotFlow, NotQuoted, Unresolved) as error:
        raise NotPlain(str(error)) from error


class _Reader:
    """Walks over the rows; every method takes the number of a row and returns the next one's.

    In `mapping` and `sequence` the first lines of the loop are the hot lane: a row at the expected
    indentation whose value the row pattern has recognised.
    """

    def __init__(self, text: str) -> None:
        self.is_terminated = text.endswith("\n")
        self.text = text if self.is_terminated else text + "\n"
        self.rows: list[_Row] = _ROW.findall(self.text)
        self.rows.append(_END)
        self._lines: list[str] | None = None

    def line(self, number: int) -> str:
        """Line `number` as it was written; wanted only for scalars that span lines."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines[number]

    def document(self) -> object:
        at = self.skip_blank(0)
        row = self.rows[at]
        if row is _END:
            return None
        if row[0]:
            raise NotPlain("indented document")
        value: object
        if _is_item(row):
            value, at = self.sequence(at, "")
        elif not row[2] and row[5][:1] in ("[", "{"):
            value, at = self.scalar(row[5], at + 1, 0)
        else:
            value, at = self.mapping(at, "")
        if self.rows[self.skip_blank(at)] is not _END:
            raise NotPlain("text after the end")
        return value

    def mapping(self, at: int, indent: str) -> tuple[dict[object, object], int]:
        """The map whose first key is on row `at` (perhaps behind a dash), others at `indent`."""
        rows = self.rows
        column = len(indent)
        if column > _MAX_COLUMN:
            raise NotPlain("deep")
        result: dict[object, object] = {}
        key: object
        value: object
        while True:
            _, _, key, text, number, rest = rows[at]
            if not key or key in WORDS:
                key, rest = _split_key(key, rest)
            if key in result:
                raise NotPlain("duplicate key")
            at += 1
            if text:
                value = WORDS.get(text, text)
            elif number:
                value = _number(number)
            else:
                value, at = self.value(rest, at, column)
            result[key] = value
            row = rows[at]
            if row[0] == indent and row[2] and not row[1]:
                continue
            if len(row[0]) > column and (text or number):
                result[key], at = self.continued(text or number, at, column)
            at = self.skip_blank(at)
            row = rows[at]
            if row[0] != indent or row is _END or _is_item(row):
                return result, at

    def sequence(self, at: int, indent: str) -> tuple[list[object], int]:
        """The list whose first dash is on row `at`, all dashes at `indent`."""
        rows = self.rows
        column = len(indent)
        if column > _MAX_COLUMN:
            raise NotPlain("deep")
        inner = indent + "  "
        result: list[object] = []
        value: object
        while True:
            _, dash, key, text, number, rest = rows[at]
            if key:
                value, at = self.mapping(at, inner)
            elif text or number:
                value = WORDS.get(text, text) if text else _number(number)
                at += 1
                if len(rows[at][0]) > column:
                    value, at = self.continued(text or number, at, column)
            else:
                value, at = self.item(rest if dash else "", at, inner)
            result.append(value)
            row = rows[at]
            if row[0] == indent and row[1]:
                continue
            at = self.skip_blank(at)
            row = rows[at]
            if row[0] != indent or not _is_item(row):
                return result, at

    def item(self, rest: str, at: int, inner: str) -> tuple[object, int]:
        """The list item that starts with `rest` behind the dash of row `at`."""
        if rest == "-" or rest.startswith("- "):
            # The second of two dashes on a line: read the line again as if it stood by itself.
            self.rows[at] = _ROW.findall(inner + rest + "\n")[0]
            return self.sequence(at, inner)
        if not rest or rest[0] == "#":
            at = self.skip_blank(at + 1)
            if len(self.rows[at][0]) >= len(inner) - 1:
                raise NotPlain("item below its dash")
            return None, at
        if _KEY.match(rest):
            return self.mapping(at, inner)
        return self.scalar(rest, at + 1, len(inner) - 2)

    def value(self, rest: str, at: int, column: int) -> tuple[object, int]:
        """The value of a key at `column`: `rest` of its line, or what follows from row `at` on."""
        if rest and rest[0] != "#":
            return self.scalar(rest, at, column)
        below = self.skip_blank(at)
        row = self.rows[below]
        depth = len(row[0])
        if row is _END or depth < column:
            return None, below
        if _is_item(row):
            return self.sequence(below, row[0])
        if depth == column:
            return None, below
        if row[2] or _KEY.match(row[5]):
            return self.mapping(below, row[0])
        if below != at or rest:
            raise NotPlain("scalar below its key")
        return self.scalar(row[3] or row[4] or row[5], at + 1, column)

    def scalar(self, rest: str, at: int, column: int) -> tuple[object, int]:
        """The scalar or flow collection that starts with `rest`; row `at` is the one after it."""
        first = rest[0]
        if first in "\"'":
            return self.quoted(rest, at, column)
        if first in "[{":
            return read_flow(_FLOW_COMMENT.sub("", rest)), at
        if first in "|>":
            return self.block_text(rest, at, column)
        match = _PLAIN.match(rest)
        if match is None:
            raise NotPlain(rest)
        if match[2] is not None:
            return resolve(match[1]), at
        return self.continued(match[1], at, column)

    def continued(self, text: str, at: int, column: int) -> tuple[object, int]:
        """A plain scalar that starts with `text` and goes on in deeper rows, if there are any."""
        parts = [text]
        while len(self.rows[at][0]) > column:
            part = self.line(at).strip(" ")
            if not part or part[0] == "#":
                break
            if not _CONTINUATION.match(part):
                raise NotPlain(part)
            parts.append(part)
            at += 1
        return (" ".join(parts) if len(parts) > 1 else resolve(text)), at

    def quoted(self, rest: str, at: int, column: int) -> tuple[object, int]:
        """A quoted scalar, folded over as many rows as it needs."""
        pieces = [rest]
        if not closes(rest[1:], rest[0]):
            while True:
                piece = self.line(at)
                if len(self.rows[at][0]) <= column or not piece.strip(" "):
                    raise NotPlain("open quote")
                pieces.append(piece)
                at += 1
                if closes(piece, rest[0]):
                    break
        match = _QUOTED.match(fold(pieces))
        if match is None:
            raise NotPlain(rest)
        return unquote(match[1]), at

    def block_text(self, header: str, at: int, column: int) -> tuple[object, int]:
        """A `|` or `>` text whose lines all have one indentation, without blank lines."""
        if header not in ("|", "|-", ">", ">-"):
            raise NotPlain(header)
        indent = self.rows[at][0]
        lines = []
        while len(self.rows[at][0]) > column:
            line = self.line(at)
            if self.rows[at][0] != indent or line.endswith(" "):
                raise NotPlain("ragged text")
            lines.append(line[len(indent) :])
            at += 1
        if not lines or (self.rows[at] is _END and not self.is_terminated):
            raise NotPlain("a text without an end")
        joined = ("\n" if header[0] == "|" else " ").join(lines)
        return (joined if header.endswith("-") else joined + "\n"), at

    def skip_blank(self, at: int) -> int:
        """The number of the next row, from `at` on, that is neither blank nor a comment."""
        rows = self.rows
        while True:
            row = rows[at]
            if row[1] or row[2] or row[3] or row[4] or (row[5] and row[5][0] != "#"):
                return at
            at += 1


def is_unusual(text: str) -> bool:
    """Whether the text has characters that parsers refuse, take for line breaks, or disagree
    about."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return False  # nearly always: the pattern is large, and seldom compiled
    return _UNUSUAL.search(text) is not None


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)


def _is_item(row: _Row) -> bool:
    return bool(row[1]) or row[5] == "-"


def _split_key(key: object, rest: str) -> tuple[object, str]:
    """The key of a row whose key the row pattern did not find or did not trust, and the rest."""
    if key:
        return resolve(str(key)), rest
    match = _KEY.match(rest)
    if match is None or match.end() > _MAX_KEY:
        raise NotPlain(rest)
    found = unquote(match[1]) if match[1] else resolve(match[2])
    return found, rest[match.end() :]
