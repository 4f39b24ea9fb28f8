"""A ruamel.yaml that writes floats as they were written.

Its own writer makes the text of a float anew, and loses digits: `0.1234567890123456789` ends in a
string of others, `1_000.5` becomes `01000.5`. Nobody has changed those numbers.
"""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarfloat import ScalarFloat

_WRITTEN = "assay_written"
_TAG = "tag:yaml.org,2002:float"


class _Constructor(RoundTripConstructor):
    """Notes at each float how it was written."""

    def construct_kept_float(self, node: ScalarNode) -> object:
        value = self.construct_yaml_float(node)
        if isinstance(value, ScalarFloat):
            setattr(value, _WRITTEN, node.value)
        return value


class _Representer(RoundTripRepresenter):
    """Writes such a float so again."""

    def represent_kept_float(self, value: ScalarFloat) -> ScalarNode:
        written = getattr(value, _WRITTEN, None)
        if written is None:
            return self.represent_scalar_float(value)
        return self.represent_scalar(_TAG, written, anchor=value.yaml_anchor(any=True))


_Constructor.add_constructor(_TAG, _Constructor.construct_kept_float)
_Representer.add_representer(ScalarFloat, _Representer.represent_kept_float)


def reader() -> YAML:
    """What reads a document for `writer`, of either."""
    yaml = YAML()
    yaml.Constructor = _Constructor
    return yaml


def writer() -> YAML:
    """What writes a document that `reader` has read."""
    yaml = YAML()
    yaml.Representer = _Representer
    return yaml
