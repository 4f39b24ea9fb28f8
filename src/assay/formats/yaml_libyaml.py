"""YAML read by libyaml, with the YAML 1.2 meaning of scalars and a check for duplicate keys.

PyYAML's own meaning is YAML 1.1 (`on` is true, `010` is 8), so only its parser is used; values are
made here from its nodes. Whatever ruamel.yaml might see in another way raises `Unsure`.
"""

from __future__ import annotations

from assay.formats.yaml_scalars import (
    BOOLEAN,
    FLOAT,
    INTEGER,
    MERGE,
    NULL,
    STRING,
    TIMESTAMP,
    VALUE,
    kind,
    resolve,
)
from assay.regex import regex
from assay.typed import Any

# Directives change the rules; parsers disagree about tabs, rare line breaks, byte order marks, the
# end of an anchor's name (`&a: 1`), the tag `!`, and what may stand right behind a `|`.
_DOUBTFUL = regex(
    r"""(?max)^% | [\t\x85\u2028\u2029\ufeff\ud800-\udfff]
      | [&*][\w-]+(?![\w\s,\]}-]) | (?<![^\s\[{,])!(?![^\s,\]}])
      | [|>][-+0-9]*(?:\s*(?:\#|\.\.\.|---)|\ *\n\ *\n)""",
)
SEQUENCE, MAPPING = "seq", "map"
_KINDS = (INTEGER, FLOAT, BOOLEAN, NULL, TIMESTAMP)
_STANDARD_STRING = "tag:yaml.org,2002:str"


class Unsure(ValueError):
    """libyaml cannot read the text, or may read it in another way than ruamel.yaml."""


def read_by_libyaml(text: str) -> object:
    """The value of `text`; raises Unsure when ruamel.yaml has to be asked."""
    root = compose(text)
    try:
        return _Builder().value(root)
    except (ValueError, TypeError) as error:  # a bad date, a key that is a list
        raise Unsure(str(error)) from error


def compose(text: str) -> Any:
    """The root node of `text`, None for an empty text; raises Unsure.

    Nodes are PyYAML's, with exact marks; tags are kinds of scalars (yaml_scalars), SEQUENCE or
    MAPPING, and what stands in the text for explicit tags.
    """
    import yaml  # tens of milliseconds

    if not hasattr(yaml, "CSafeLoader") or _DOUBTFUL.search(text):
        raise Unsure("not for libyaml")
    loader = _loader_class(yaml)(text)
    try:
        return loader.get_single_node()
    except yaml.YAMLError as error:
        raise Unsure(str(error)) from error
    finally:
        loader.dispose()


def _loader_class(yaml: Any) -> Any:
    class Loader(yaml.CSafeLoader):  # type: ignore[misc]
        def resolve(self, node_class: Any, value: Any, implicit: Any) -> str:
            if node_class is yaml.ScalarNode:
                return kind(value) if implicit[0] else STRING
            return SEQUENCE if node_class is yaml.SequenceNode else MAPPING

    return Loader


class _Builder:
    """Makes the value of a node; a node that is met again (an alias) gives the same object."""

    def __init__(self) -> None:
        self.made: dict[int, object] = {}
        self.open: set[int] = set()

    def value(self, node: Any) -> Any:
        if node is None:
            return None
        tag = node.tag
        if tag == STRING:
            return node.value
        if tag in (MAPPING, SEQUENCE):
            return self.collection(node)
        return _scalar(node)

    def collection(self, node: Any) -> object:
        number = id(node)
        if number in self.made:
            return self.made[number]
        if number in self.open:
            raise Unsure("a value within itself")
        self.open.add(number)
        value: object
        if node.tag == SEQUENCE:
            if node.flow_style and any(_is_tight_pair(item) for item in node.value):
                raise Unsure("a pair in a list without a space")
            value = [self.value(item) for item in node.value]
        else:
            value = self.mapping(node)
        self.open.remove(number)
        self.made[number] = value
        return value

    def mapping(self, node: Any) -> dict[object, object]:
        value: dict[object, object] = {}
        for key_node, value_node in node.value:
            if key_node.tag == MERGE:
                return self.merged(node)
            key = self.key(key_node)
            if key in value:
                raise Unsure("duplicate key")
            value[key] = self.value(value_node)
        return value

    def key(self, node: Any) -> object:
        # `=` as a key is a plain string to ruamel.yaml, unlike `=` as a value.
        return node.value if node.tag == VALUE else self.value(node)

    def merged(self, node: Any) -> dict[object, object]:
        """A mapping with `<<`; what it merges comes first, what it says itself wins."""
        own: dict[object, object] = {}
        value: dict[object, object] = {}
        merges = 0
        for key_node, value_node in node.value:
            if key_node.tag != MERGE:
                own[self.key(key_node)] = self.value(value_node)
                continue
            merges += 1
            is_list = value_node.tag == SEQUENCE
            for source in reversed(value_node.value) if is_list else [value_node]:
                if source.tag != MAPPING:
                    raise Unsure("only mappings can be merged")
                value.update(self.collection(source))  # type: ignore[call-overload]
        if merges > 1 or len(own) + merges < len(node.value):
            raise Unsure("duplicate key")
        value.update(own)
        return value


def _is_tight_pair(node: Any) -> bool:
    """Whether an item of a list is like that of `["a":b]`, a pair to libyaml alone."""
    if node.tag != MAPPING or not node.value:
        return False
    key, value = node.value[0]
    is_bare = node.start_mark.index == key.start_mark.index
    return bool(is_bare and value.start_mark.index == key.end_mark.index + 1)


def _scalar(node: Any) -> object:
    if node.tag == _STANDARD_STRING and isinstance(node.value, str):
        return node.value  # `!!str 1`
    # A kind other than string is for unquoted scalars only; explicit tags are ruamel.yaml's.
    if node.tag not in _KINDS or node.style:
        raise Unsure(node.tag)
    return resolve(node.value)
