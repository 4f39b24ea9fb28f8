"""Small flow collections: `[1, two]`, `{a: 1, b: {c: x}}`, `[a: 1]` on one line.

Only the forms that leave no doubt are read; `NotFlow` means "ask a full parser".
"""

from __future__ import annotations

from assay.formats.yaml_quotes import DOUBLE, SINGLE, NotQuoted, unquote
from assay.formats.yaml_resolved import resolve
from assay.formats.yaml_scalars import Unresolved
from assay.regex import Match, regex

_MAX_DEPTH = 20

# Punctuation | quoted | plain, and the colon that makes either of these two a key.
_TOKEN = regex(
    rf"""(?x)\ *(?:
        ([\[\]{{}},])
      | ({DOUBLE}|{SINGLE})(:?)
      | (   (?:[^\s\-?:,\[\]{{}}\#&*!|>'"%@`]|-(?=[\w.]))
            (?:[^\s?:,\[\]{{}}\#'"]|\ +(?=[^\s?:,\[\]{{}}\#'"]))*
        )(:(?=\ ))?
    )\ *""",
)


class NotFlow(ValueError):
    """The text is not a simple flow collection."""


def read_flow(text: str) -> object:
    """The list or dict that the whole of `text` spells; raises NotFlow when not certain."""
    reader = _Flow(text)
    value = reader.value(0)
    if reader.position != len(text):
        raise NotFlow(text)
    return value


class _Flow:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def token(self) -> Match[str]:
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            raise NotFlow(self.text)
        self.position = match.end()
        return match

    def value(self, depth: int) -> object:
        token = self.token()
        if token[3] or token[5]:
            raise NotFlow(self.text)
        return self.value_at(token, depth)

    def value_at(self, token: Match[str], depth: int) -> object:
        """The value that starts with `token`."""
        if depth > _MAX_DEPTH:
            raise NotFlow(self.text)
        if token[1] is None:
            return _scalar(token)
        if token[1] == "[":
            return self.items(depth)
        if token[1] == "{":
            return self.pairs(depth)
        raise NotFlow(self.text)

    def items(self, depth: int) -> list[object]:
        found: list[object] = []
        while not self.ends("]", first=not found):
            token = self.token()
            if token[5] or (token[3] and token[0].endswith(": ")):
                # `[m.json: {cache: false}]`, an item that is one pair
                found.append({_scalar(token): self.value(depth + 2)})
            elif token[3]:
                raise NotFlow(self.text)  # `["a":b]`, which is a mistake
            else:
                found.append(self.value_at(token, depth + 1))
        return found

    def pairs(self, depth: int) -> dict[object, object]:
        found: dict[object, object] = {}
        while not self.ends("}", first=not found):
            token = self.token()
            if not (token[3] or token[5]):
                raise NotFlow(self.text)
            key = _scalar(token)
            if key in found:
                raise NotFlow(self.text)
            found[key] = self.value(depth + 1)
        return found

    def ends(self, closing: str, *, first: bool) -> bool:
        """Whether the collection ends here; if not, steps over the comma before its next part."""
        upcoming = self.text[self.position : self.position + 1]
        if upcoming == closing:
            self.token()
            return True
        if not first:
            if upcoming != ",":
                raise NotFlow(self.text)
            self.token()
        return False


def _scalar(token: Match[str]) -> object:
    try:
        return unquote(token[2]) if token[2] else resolve(token[4])
    except (NotQuoted, Unresolved) as error:
        raise NotFlow(token[0]) from error
