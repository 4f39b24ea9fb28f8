"""The language inside `${…}`: a variable's name, then keys and indices: `train.layers[0].size`.

A text is taken apart once and filled in as often as needed. `\\${x}` stands for a literal `${x}`.
"""

from __future__ import annotations

from assay.pipeline.templating.errors import Mistake
from assay.regex import regex
from assay.typed import NamedTuple

_OPENING = "${"
_ESCAPED = "\\${"
_EXPRESSION = regex(r"(?<!\\)\$\{(.*?)\}")

# Blanks belong to a word, so that `${a b}` is one; they are skipped only behind a bracket.
_WORD = regex(r"[^.\[\]]+")
_STEP = regex(r"\s*(?:\.([^.\[\]]+)|\[([^.\[\]]+)\])")
_REST = regex(r"\s*")
_UNEXPECTED = regex(r"[A-Za-z0-9]{1,16}|.")


class Reference(NamedTuple):
    """What one `${…}` asks for: the steps to a value, and the text as `written` between braces."""

    steps: tuple[str, ...]
    written: str
    dotted: str


class Template(NamedTuple):
    """A text with references: the literal pieces lie before, between and behind them."""

    literals: tuple[str, ...]
    references: tuple[Reference, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the text is one reference and nothing else, so that the value keeps its type."""
        return len(self.references) == 1 and self.literals == ("", "")


def has_opening(text: str) -> bool:
    """Whether `text` may hold a reference or an escaped one; a quick look that errs towards yes."""
    return _OPENING in text


def has_template(text: str) -> bool:
    """Whether `text` holds a reference. An escaped one is none."""
    return has_opening(text) and _EXPRESSION.search(text) is not None


def take_apart(text: str) -> Template:
    """The template in `text`, which may hold no reference. Raises Mistake for bad expressions."""
    pieces = _EXPRESSION.split(text)
    return Template(tuple(pieces[::2]), tuple(_reference(inner) for inner in pieces[1::2]))


def unescaped(text: str) -> str:
    """`text`, with all references filled in, as it is meant: `\\${` becomes `${`."""
    return text.replace(_ESCAPED, _OPENING) if _ESCAPED in text else text


def _reference(inner: str) -> Reference:
    inner = inner.expandtabs()
    word = _WORD.match(inner)
    if word is None:
        raise _cannot_parse(inner, 0, expected="!W:(.[])")
    steps, end = [word.group()], word.end()
    while found := _STEP.match(inner, end):
        steps.append(found.group(1) or found.group(2))
        end = found.end()
    rest = _REST.match(inner, end)
    if rest is not None and rest.end() < len(inner):
        raise _cannot_parse(inner, rest.end(), expected="end of text")
    return Reference(tuple(step.strip() for step in steps), inner, ".".join(steps))


def _cannot_parse(inner: str, position: int, *, expected: str) -> Mistake:
    """Three lines that point at what should not be there; other tools match the last one."""
    text = f"{_OPENING}{inner}}}"
    position += len(_OPENING)
    unexpected = _UNEXPECTED.match(text, position)
    found = unexpected.group() if unexpected is not None else ""
    return Mistake(
        f"{text}\n"
        f"{' ' * position}^\n"
        f"ParseException: Expected {expected}, found '{found}'  "
        f"(at char {position}), (line:1, col:{position + 1})",
        is_block=True,
    )
