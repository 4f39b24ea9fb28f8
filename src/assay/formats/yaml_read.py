"""YAML 1.2 as DVC reads it, at the lowest cost that a text allows.

Three readers, each asked when the one before does not know (LIBRARIES.md, "YAML: how"):
the line reader for what programs write; libyaml, with our meaning of scalars; and ruamel.yaml,
which is what DVC uses: its verdict is final and its words are what the user reads.
"""

from __future__ import annotations

from assay.errors import AssayError
from assay.formats.yaml_lines import NotPlain, read_plain
from assay.formats.yaml_problem import Mark, YamlProblem, parser_text, pretty
from assay.regex import regex
from assay.typed import Any

__all__ = ["Mark", "Undecodable", "YamlProblem", "decode", "parse", "parser_text", "pretty"]

MAX_DEPTH = 200
MAX_NODES = 2_000_000

# Texts whose nesting cannot be deeper than MAX_DEPTH need not be measured.
_DEEP_LINE = regex(rf"(?m)^[-? ]{{{MAX_DEPTH}}}")


class Undecodable(AssayError):
    """A file that should hold text does not."""


def decode(data: bytes, name: str) -> str:
    """The text in `data`, line ends untouched; raises Undecodable with DVC's words.

    `name` is the file as the message shows it.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise Undecodable(f"unable to read: '{name}', is not valid utf-8: {problem}") from None


def parse(text: str) -> object:
    """The value of the YAML document `text`; None for an empty one.

    Raises YamlProblem for what ruamel.yaml refuses, and for texts that are harmless only on paper:
    nesting deeper than MAX_DEPTH, aliases that stand for more than MAX_NODES values or for
    themselves. Values are plain: dict, list, str, int, float, bool, None, date, datetime, bytes,
    set; aliases give the same object again.
    """
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")  # they mean the same; the line reader wants one
    try:
        return read_plain(text)
    except NotPlain:
        pass
    # Both of the other readers cost tens of milliseconds to import.
    _check_depth(text)
    value = _by_full_parser(text)
    if "*" in text:
        _count_nodes(value, {}, set())
    return value


def _by_full_parser(text: str) -> object:
    from assay.formats.yaml_libyaml import Unsure, read_by_libyaml

    try:
        return read_by_libyaml(text)
    except Unsure:
        return read_by_ruamel(text)


def read_by_ruamel(text: str) -> Any:
    """The value of `text` by the parser that DVC uses; raises YamlProblem."""
    import warnings

    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise problem_of(error) from None
    except RecursionError:
        # Where libyaml has refused to measure: newer builds stop at 1,000 levels themselves.
        raise _too_deep(None) from None
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        # The library's own slips, such as the date 2020-02-31.
        raise YamlProblem(str(error), problem=str(error)) from None


def problem_of(error: Any) -> YamlProblem:
    """Our form of a ruamel.yaml error."""
    return YamlProblem(
        str(error),
        problem=getattr(error, "problem", None),
        problem_mark=_mark(getattr(error, "problem_mark", None)),
        context=getattr(error, "context", None),
        context_mark=_mark(getattr(error, "context_mark", None)),
        is_duplicate_key=type(error).__name__ == "DuplicateKeyError",
    )


def _mark(mark: Any) -> Mark | None:
    return None if mark is None else Mark(mark.line, mark.column)


def _check_depth(text: str) -> None:
    """Refuse nesting that would overflow the stack of libyaml's binding, which dies of it."""
    if text.count("[") + text.count("{") < MAX_DEPTH and not _DEEP_LINE.search(text):
        return
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > MAX_DEPTH:
                raise _too_deep(_mark(event.start_mark))
    except yaml.YAMLError as error:
        if "nesting" in str(getattr(error, "problem", "")):  # seen ahead, before any event came
            raise _too_deep(_mark(getattr(error, "problem_mark", None))) from None
        return  # the parser proper will say it better; it stops at the same place


def _count_nodes(value: object, sizes: dict[int, int], open_nodes: set[int]) -> int:
    """How many values `value` stands for when aliases are written out; raises YamlProblem."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) in sizes:
        return sizes[id(value)]
    if id(value) in open_nodes:
        raise _refused("an alias stands for a value that contains it")
    open_nodes.add(id(value))
    items = value.values() if isinstance(value, dict) else value
    size = 1 + sum(_count_nodes(item, sizes, open_nodes) for item in items)
    open_nodes.remove(id(value))
    if size > MAX_NODES:
        raise _refused(f"aliases stand for more than {MAX_NODES} values")
    sizes[id(value)] = size
    return size


def _too_deep(mark: Mark | None) -> YamlProblem:
    return _refused(f"nested deeper than {MAX_DEPTH} levels", mark)


def _refused(message: str, mark: Mark | None = None) -> YamlProblem:
    return YamlProblem(message, problem=message, problem_mark=mark)
