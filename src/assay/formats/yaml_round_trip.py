"""A YAML document edited as DVC edits it: read, changed, written anew by ruamel.yaml.

Comments, the order of keys and the digits of floats survive; quotes, spacing and the style of lists
become the writer's own (spec/pipelines.md §6.3, spec/overrides.md §5). Text surgery (`yaml_edit`,
`yaml_blocks`) keeps more; this is for edits after which users of DVC expect its style, and for what
surgery declines.
"""

from __future__ import annotations

from assay.formats.yaml_read import problem_of
from assay.typed import Any, Callable


def round_trip(text: str, edit: Callable[[Any], None]) -> str:
    """`text` with its data changed in place by `edit`, which gets the top of the document.

    The data behaves like dicts and lists; an empty document is an empty map. Raises YamlProblem.
    """
    # Tens of milliseconds, paid only by commands that restyle a file.
    from io import StringIO

    from ruamel.yaml.error import YAMLError

    from assay.formats import yaml_kept_floats

    # A writer of its own: the reader remembers the directives of what it read.
    writer = yaml_kept_floats.writer()
    writer.default_flow_style = False
    stream = StringIO()
    try:
        data = yaml_kept_floats.reader().load(text.replace("\r\n", "\n"))
        if data is None:
            data = {}
        edit(data)
        writer.dump(data, stream)
    except YAMLError as error:
        raise problem_of(error) from None
    return stream.getvalue()
