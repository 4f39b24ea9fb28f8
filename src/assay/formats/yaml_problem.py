"""A YAML text that cannot be read, and the message that a person gets about it."""

from __future__ import annotations

from assay.errors import AssayError
from assay.regex import regex
from assay.typed import NamedTuple

_CONFLICT_MARKER = regex(r"(?m)^[<=>]{7} ")
_GUIDE = "│   "


class Mark(NamedTuple):
    """A place in a text; both numbers count from 0, as parsers count."""

    line: int
    column: int


class YamlProblem(AssayError):
    """A text is not YAML, or not YAML that Assay accepts.

    The message is the parser's own, as DVC prints it behind `YAML file structure is corrupted: `.
    `context` says what was being read, `problem` what is wrong with it; both have a mark, or not.
    """

    def __init__(
        self,
        message: str,
        *,
        problem: str | None = None,
        problem_mark: Mark | None = None,
        context: str | None = None,
        context_mark: Mark | None = None,
        is_duplicate_key: bool = False,
    ) -> None:
        super().__init__(message)
        self.problem = problem
        self.problem_mark = problem_mark
        self.context = context
        self.context_mark = context_mark
        self.is_duplicate_key = is_duplicate_key

    @property
    def has_place(self) -> bool:
        """Whether the parser knows where the problem is."""
        return self.problem_mark is not None or self.context_mark is not None


def parser_text(problem: YamlProblem) -> str:
    """What DVC prints behind `YAML file structure is corrupted: `; may have several lines."""
    return problem.message


def pretty(problem: YamlProblem, file_name: str, text: str) -> str:
    """The paragraph about a dvc.yaml, dvc.lock or .dvc file that is not YAML.

    `file_name` as it is to be shown (`./dvc.yaml`), `text` the content. Without a place in the
    text it is one sentence with the parser's words. Source: spec/pipelines.md §13.
    """
    if not problem.has_place:
        return f"unable to read: '{file_name}', YAML file structure is corrupted: {problem.message}"
    hint = " (possible merge conflicts)" if _CONFLICT_MARKER.search(text) else ""
    lines = [f"'{file_name}' is invalid{hint}.", ""]
    source = text.splitlines()
    if problem.context_mark is not None:
        lines.append(_sentence(str(problem.context), problem.context_mark))
        if problem.context_mark != problem.problem_mark:
            lines += [_numbered(source, problem.context_mark), ""]
    if problem.problem is not None:
        lines.append(_sentence(problem.problem, problem.problem_mark))
    if problem.problem_mark is not None:
        lines.append(_numbered(source, problem.problem_mark))
    return "\n".join(lines)


def _sentence(text: str, mark: Mark | None) -> str:
    place = f"in line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
    return f"{text[:1].upper()}{text[1:]}, {place}"


def _numbered(source: list[str], mark: Mark) -> str:
    """The line of the mark behind its number; each four blanks of indentation show as a guide."""
    line = source[mark.line] if mark.line < len(source) else ""
    content = line.lstrip(" ")
    levels, blanks = divmod(len(line) - len(content), len(_GUIDE))
    return f"  {mark.line + 1} {_GUIDE * levels}{' ' * blanks}{content}".rstrip()
