"""The text form of configuration files: sections of options, as DVC reads and writes them.

    [core]
        autostage = true
    [cache]
        type = reflink, copy        # an unquoted comma makes a list
    ['remote "store"']
        url = "s3://bucket/a,b"

Source: spec/data.md §9 (ConfigObj dialect). Only what configuration needs is taken: an option
outside a section and a section inside a section are errors, `%(name)s` means itself. Names keep
their case here; `assay.config` folds it. What `dump` writes, `parse` reads back unchanged.
"""

from __future__ import annotations

from assay.errors import ConfigError
from assay.regex import regex
from assay.typed import Callable, Mapping

Value = str | list[str]
Sections = dict[str, dict[str, Value]]

INDENT = "    "

_HEADER = regex(r"\[(.*?)\]\s*(?:#.*)?$")
_QUOTED_NAME = regex(r"""(["'])(.*?)\1\s*=(.*)$""")
_ITEM = regex(r"""\s*(?:"(.*?)"\s*|'(.*?)'\s*|([^'",#\s][^,#]*))(?:#.*$|(,)|$)""")
_REST = regex(r"\s*(?:#.*)?$")
_QUOTES = ("'", '"')
_TRIPLES = ('"""', "'''")


def parse(text: str, name: str) -> Sections:
    """The sections of `text` in file order, each with its options in file order.

    `name` is the file as the user knows it, for the message of the ConfigError that a line
    raises which is no section, no option, or comes twice.
    """
    return _Reader(text, name).sections() if text.strip() else {}


def dump(sections: Mapping[str, Mapping[str, Value]]) -> str:
    """`sections` as text; one without options is left out.

    Raises ConfigError for a name or value that no quoting can carry (such as both kinds of
    quotes in a name).
    """
    lines: list[str] = []
    for section, options in sections.items():
        if options:
            lines.append(f"[{_written_section(section)}]")
            lines += [
                f"{INDENT}{_written_name(option)} = {_written_value(value)}"
                for option, value in options.items()
            ]
    return "".join(line + "\n" for line in lines)


class _Unreadable(Exception):
    """A piece of text that is not in the dialect; the message says why, in ConfigObj's words."""


class _Reader:
    """One pass over the lines of one file."""

    __slots__ = ("lines", "name", "number")

    def __init__(self, text: str, name: str) -> None:
        self.lines = text.splitlines()
        self.name = name
        self.number = 0  # of the line in hand, from 1

    def sections(self) -> Sections:
        found: Sections = {}
        options: dict[str, Value] | None = None
        while self.number < len(self.lines):
            line = self.lines[self.number].strip()
            self.number += 1
            start = self.number
            if not line or line[0] == "#":
                continue
            try:
                section = _section_name(line)
                if section is not None:
                    options = _added(found, section)
                else:
                    self._option(line, options)
            except _Unreadable as problem:
                raise self._error(str(problem), start) from None
        return found

    def _option(self, line: str, options: dict[str, Value] | None) -> None:
        option, rest = _split_option(line)
        if options is None:
            raise _Unreadable(f"Option '{option}' outside of a section")
        if option in options:
            raise _Unreadable("Duplicate keyword name")
        options[option] = self._long_text(rest) if rest[:3] in _TRIPLES else _read_value(rest)

    def _long_text(self, rest: str) -> str:
        """Text between triple quotes, which may run over lines."""
        quote, text = rest[:3], rest[3:]
        while quote not in text:
            if self.number == len(self.lines):
                raise _Unreadable("Parse error in multiline value")
            text += "\n" + self.lines[self.number]
            self.number += 1
        value, _, rest = text.partition(quote)
        if not _REST.match(rest):
            raise _Unreadable("Parse error in multiline value")
        return value

    def _error(self, problem: str, number: int) -> ConfigError:
        return ConfigError(
            f"config file error: {problem} at line {number}.",
            hint=f"correct line {number} of '{self.name}'",
        )


def _added(found: Sections, section: str) -> dict[str, Value]:
    if section in found:
        raise _Unreadable("Duplicate section name")
    options: dict[str, Value] = {}
    found[section] = options
    return options


def _section_name(line: str) -> str | None:
    """The name in a `[…]` line, unquoted; None for a line of another kind."""
    if line[0] != "[":
        return None
    if line[-1] == "]" and line.count("]") == 1:
        name = line[1:-1].strip()  # nearly all are so plain
    else:
        header = _HEADER.match(line)
        if header is None:
            return None
        name = header[1].strip()
    if name[:1] == "[":
        raise _Unreadable("Section too nested")
    if name[:1] in _QUOTES:
        name = name[1:-1] if len(name) > 1 and name[0] == name[-1] else ""
    if not name.strip():
        raise _Unreadable(_invalid(line))
    return name


def _split_option(line: str) -> tuple[str, str]:
    """Name and text of the value of an option's line."""
    if line[0] in _QUOTES:
        quoted = _QUOTED_NAME.match(line)
        if quoted is not None and quoted[2]:
            return quoted[2], quoted[3].strip()
    elif line[0] != "=" and "=" in line:
        option, _, rest = line.partition("=")
        return option.rstrip(), rest.strip()
    raise _Unreadable(_invalid(line))


def _invalid(line: str) -> str:
    return f"Invalid line ({line!r}) (matched as neither section nor keyword)"


def _read_value(text: str) -> Value:
    """One value, or the list that commas make; a comment may follow."""
    if not any(char in text for char in "#,'\""):
        return text
    if _REST.match(text):
        return ""
    if text[0] == "," and _REST.match(text, 1):
        return []
    items: list[str] = []
    while True:
        item = _ITEM.match(text)
        if item is None:
            raise _Unreadable("Parse error in value")
        double, single, bare, comma = item.groups()
        items.append(bare.rstrip() if bare is not None else double if single is None else single)
        text = text[item.end() :]
        if not comma:
            return items if len(items) > 1 else items[0]
        if _REST.match(text):
            return items


def _written_value(value: Value) -> str:
    if isinstance(value, str):
        long = "\n" in value or all(quote in value for quote in _QUOTES)
        return _long(value) if long else _short(value, _read_value)
    if not value:
        return ","
    written = ", ".join(_short(item, _read_value) for item in value)
    return written if len(value) > 1 else written + ","


def _written_section(section: str) -> str:
    def read(written: str) -> object:
        return _section_name(f"[{written}]")

    if "[" in section or "]" in section:  # would be counted as depth
        return _quoted(section, read)
    return _short(section, read)


def _written_name(option: str) -> str:
    if "=" in option or option[:1] == "[":  # would be split, or taken for a section
        return _quoted(option, _read_name)
    return _short(option, _read_name)


def _read_name(written: str) -> str:
    return _split_option(f"{written} = x")[0]


def _short(text: str, read: Callable[[str], object]) -> str:
    """`text` on one line, bare where that is safe, else in quotes: the form ConfigObj chooses."""
    ends = text[:1] + text[-1:]
    plain = text and not any(char.isspace() or char in _QUOTES for char in ends)
    if plain and "," not in text and "#" not in text and _is_line(text):
        return _checked(text, text, read)
    return _quoted(text, read)


def _quoted(text: str, read: Callable[[str], object]) -> str:
    quote = "'" if '"' in text else '"'
    if not _is_line(text):
        raise _unwritable(text)
    return _checked(f"{quote}{text}{quote}", text, read)


def _long(text: str) -> str:
    quote = "'''" if '"""' in text or text[-1] == '"' else '"""'

    def read(written: str) -> object:
        return _Reader(f"[x]\nx = {written}", "").sections()["x"]["x"]

    return _checked(f"{quote}{text}{quote}", text, read)


def _is_line(text: str) -> bool:
    return len(f"{text}.".splitlines()) == 1


def _checked(written: str, text: str, read: Callable[[str], object]) -> str:
    """`written`, once it is sure to read back as `text`."""
    try:
        safe = read(written) == text
    except (_Unreadable, ConfigError):
        safe = False
    if not safe:
        raise _unwritable(text)
    return written


def _unwritable(text: str) -> ConfigError:
    return ConfigError(f'config file error: Value "{text}" cannot be safely quoted.')
