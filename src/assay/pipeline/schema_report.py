"""A file that breaks the schema, told to a person: what is wrong and the lines around it.

Layout and choice of lines are those of DVC (spec/pipelines.md §13); its padding to the width of the
terminal is left out, so that every message is one line wherever it is shown.
"""

from __future__ import annotations

from assay.pipeline.schema_rules import Problem
from assay.typed import Any, Sequence

_GUIDE = "│   "


def report(summary: str, problems: Sequence[Problem], text: str) -> str:
    """The paragraph about all `problems` of the file with this content; `summary` leads it in."""
    if not problems[0].path:
        return f"{summary}: {problems[0].message}."
    root = _compose(text)
    return "\n\n".join([f"{summary}.", *(_block(problem, root, text) for problem in problems)])


def spelled(name: str) -> str:
    """Files at and below the current directory are shown with `./` in front."""
    return name if name.startswith(("./", "../", "/")) else f"./{name}"


def _block(problem: Problem, root: Any, text: str) -> str:
    message = f"{problem.message}, in {' -> '.join(str(step) for step in problem.path)}"
    for steps_up in range(len(problem.path)):
        node = _node_at(root, problem.path[: len(problem.path) - steps_up])
        if node is not None:
            line, column = node.start_mark.line + 1, node.start_mark.column + 1
            lines = numbered_lines(text, first=line - 1, last=line + steps_up)
            return "\n".join([f"{message}, line {line}, column {column}", *lines])
    return message


def numbered_lines(text: str, *, first: int, last: int) -> list[str]:
    """The lines `first` to `last` (from 1, both included) behind their numbers.

    Each four blanks of indentation show as a guide; an empty line takes the indentation of the
    next line that has some text. Lines beyond the end of the text are left out.
    """
    lines = text.expandtabs(4).split("\n")
    width = len(str(len(lines)))
    shown: list[str] = []
    indent = ""
    for number in range(min(last, len(lines)), max(first, 1) - 1, -1):
        line = lines[number - 1].rstrip()
        if line:
            indent = _guides(line)
        shown.append(f"  {number:>{width}} {indent}{line.lstrip(' ')}".rstrip())
    return shown[::-1]


def _guides(line: str) -> str:
    levels, blanks = divmod(len(line) - len(line.lstrip(" ")), len(_GUIDE))
    return _GUIDE * levels + " " * blanks


def _compose(text: str) -> Any:
    """The YAML nodes of `text`, with their places; None when PyYAML, stricter than us, gives up."""
    import yaml

    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None


def _node_at(root: Any, path: tuple[object, ...]) -> Any:
    """The list or mapping that `path` leads to; None for anything else."""
    node = root
    for step in path:
        node = _child(node, step)
    return node if node is not None and isinstance(node.value, list) else None


def _child(node: Any, step: object) -> Any:
    if node is None or not isinstance(node.value, list):
        return None
    if isinstance(step, int) and node.id == "sequence":
        return node.value[step]
    if node.id == "mapping":
        return next((item for key, item in node.value if key.value == str(step)), None)
    return None
