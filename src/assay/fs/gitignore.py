"""The pattern language of .gitignore and .dvcignore, as regular expressions.

    Pattern.parse("*.tmp").expression      matches "a.tmp", "sub/a.tmp", "a.tmp/"

Expressions are matched in full against a POSIX path relative to the pattern file's directory;
a directory's path ends in "/". Hostile patterns cost no more than quadratic time: once the text
between two stars has matched, it is never tried elsewhere (the first place is as good as any).
Source: gitignore(5), and wildmatch.c of Git for what the page leaves open.
"""

from __future__ import annotations

from assay.regex import escape, regex
from assay.typed import NamedTuple

_NOTHING = "(?!)"
_POSIX = {  # members of a set in the syntax of `re`
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t-\\r",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


class Pattern(NamedTuple):
    """One line of a pattern file: as it is shown, whether it takes back, and its expression."""

    text: str
    negated: bool
    expression: str

    @classmethod
    def parse(cls, line: str) -> Pattern | None:
        """The pattern of a line; None for a comment or a line that says nothing."""
        text = _trimmed(line)
        negated = text.startswith("!")
        glob = text[1:] if negated else text
        if not glob or text.startswith("#"):
            return None
        expression = _translate(glob)
        return None if expression is None else cls(text, negated, expression)

    def matches(self, path: str) -> bool:
        """Whether the pattern, taken back or not, is about the path."""
        return regex(f"(?s){self.expression}").fullmatch(path) is not None


def _trimmed(line: str) -> str:
    """Without blanks around; the last one stays if a backslash stands before it."""
    text = line.strip()
    escaped = len(text) - len(text.rstrip("\\"))
    return text + " " if escaped % 2 and line.lstrip()[len(text) :].startswith(" ") else text


def _translate(glob: str) -> str | None:
    only_folders = glob.endswith("/")
    glob = glob.removesuffix("/")
    if not glob:
        return None
    anywhere = "/" not in glob
    parts = glob.removeprefix("/").split("/")
    end = "/" if only_folders else "/?"
    if anywhere:
        return "(?:.*/)?" + _name(parts[0]) + end
    return _path(parts) + end


def _path(parts: list[str]) -> str:
    """Names between slashes, where `**` stands for any number of folders."""
    runs: list[list[str]] = [[]]
    for part in parts:
        if _is_double_star(part):
            runs.append([])
        else:
            runs[-1].append(_name(part))
    if len(runs) == 1:
        return "/".join(runs[0])
    first, *middle, last = runs
    regex = "".join(name + "/" for name in first)
    for run in middle:
        if run:
            regex += "(?>(?:[^/]+/)*?" + "".join(name + "/" for name in run) + ")"
    if last:
        return regex + "(?:[^/]+/)*" + "/".join(last)
    return regex + ".*[^/]"  # `a/**`: whatever is below, but not `a` itself


def _is_double_star(part: str) -> bool:
    return len(part) > 1 and not part.strip("*")


def _name(part: str) -> str:
    """One name, which has no slash. The text between stars has a fixed length."""
    if not part:
        return _NOTHING
    chunks = [""]
    position = 0
    while position < len(part):
        if part[position] == "*":
            position = len(part) - len(part[position:].lstrip("*"))
            chunks.append("")
            continue
        piece, position = _piece(part, position)
        chunks[-1] += piece
    first, *others = chunks
    if not others:
        return first
    if not any(chunks):
        return "[^/]+"  # only stars: `new/*` is what is in `new`, not `new/` itself
    return first + "".join(f"(?>[^/]*?{chunk})" for chunk in others[:-1]) + "[^/]*" + others[-1]


def _piece(part: str, position: int) -> tuple[str, int]:
    """The expression for one character at `position`, and where the next one starts."""
    char = part[position]
    if char == "?":
        return "[^/]", position + 1
    if char == "[":
        return _set(part, position + 1)
    if char == "\\":
        if position + 1 == len(part):
            return _NOTHING, position + 1
        return escape(part[position + 1]), position + 2
    return escape(char), position + 1


def _set(part: str, position: int) -> tuple[str, int]:
    """The expression for a set of characters whose `[` stands just before `position`."""
    negated = part[position : position + 1] in ("!", "^")
    position += negated
    start = position
    members = ""
    while position < len(part) and (part[position] != "]" or position == start):
        named = part.startswith("[:", position)
        member, position = (_class if named else _range)(part, position)
        if not member:
            return _NOTHING, len(part)
        members += member
    if position == len(part):
        return _NOTHING, position
    return f"(?!/)[{'^' if negated else ''}{members}]", position + 1


def _class(part: str, position: int) -> tuple[str, int]:
    """`[:alpha:]` in a set, at `position`; empty if there is no such class."""
    end = part.find("]", position + 2)
    if end > position + 2 and part[end - 1] == ":":
        return _POSIX.get(part[position + 2 : end - 1], ""), end + 1
    return _range(part, position) if end >= 0 else ("", end)


def _range(part: str, position: int) -> tuple[str, int]:
    """A character or a range in a set, at `position`; empty if it has no end."""
    low, position = _literal(part, position)
    if part[position : position + 1] != "-" or part[position + 1 : position + 2] in ("", "]"):
        return escape(low), position
    high, position = _literal(part, position + 1)
    if not high:
        return "", position
    # `low` by itself too: that is what `[z-a]` still stands for
    return escape(low) + (f"{escape(low)}-{escape(high)}" if low < high else ""), position


def _literal(part: str, position: int) -> tuple[str, int]:
    """A character in a set, without the backslash before it."""
    if part[position] == "\\":
        position += 1
    return part[position : position + 1], position + 1
