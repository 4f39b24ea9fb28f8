"""The words in which a file's schema is written down: `text`, `list_of(text)`, `mapping({...})`.

A rule takes a value and gives what is wrong with it, nothing when all is well. Places are relative
to the value; whoever looks inside a list or a mapping puts its own step in front. So a file without
mistakes costs one call per value and builds no paths at all.
"""

from __future__ import annotations

from assay.typed import Callable, NamedTuple, Sequence


class Problem(NamedTuple):
    """One mistake: the keys and indices that lead to it from the value checked, and its name."""

    path: tuple[object, ...]
    message: str


Rule = Callable[[object], Sequence[Problem]]

FINE: tuple[Problem, ...] = ()
EXTRA_KEY = "extra keys not allowed"
MISSING_KEY = "required key not provided"


def anything(_value: object) -> Sequence[Problem]:
    """Every value is fine."""
    return FINE


def text(value: object) -> Sequence[Problem]:
    """A string."""
    return FINE if isinstance(value, str) else _wrong("expected str")


def flag(value: object) -> Sequence[Problem]:
    """`true` or `false`, spelled out: templates are strings and do not pass."""
    return FINE if isinstance(value, bool) else _wrong("expected bool")


def whole_number(value: object) -> Sequence[Problem]:
    """An integer; `true` counts as one, as it does in Python."""
    return FINE if isinstance(value, int) else _wrong("expected int")


def dictionary(value: object) -> Sequence[Problem]:
    """A mapping of whatever kind."""
    return FINE if isinstance(value, dict) else _wrong("expected dict")


def nothing(value: object) -> Sequence[Problem]:
    """Only null."""
    return FINE if value is None else _wrong("not a valid value")


def checksum(value: object) -> Sequence[Problem]:
    """None, empty, or at least three characters; all-digit ones arrive as integers."""
    known = value is None or value == "" or value is False
    if known or (isinstance(value, str | int) and len(str(value)) >= 3):
        return FINE
    return _wrong("not a valid value")


def exactly(expected: object, message: str) -> Rule:
    """This one value; `message` is what is said of any other."""

    def check(value: object) -> Sequence[Problem]:
        same = type(value) is type(expected) and value == expected
        return FINE if same else _wrong(message)

    return check


def either(*rules: Rule) -> Rule:
    """A value that satisfies one of `rules`.

    When none is satisfied, the one that got furthest into the value speaks; the first of several.
    """

    def check(value: object) -> Sequence[Problem]:
        closest: Sequence[Problem] = FINE
        for rule in rules:
            problems = rule(value)
            if not problems:
                return FINE
            if not closest or len(problems[0].path) > len(closest[0].path):
                closest = problems
        return closest

    return check


def list_of(rule: Rule) -> Rule:
    """A list whose items all satisfy `rule`.

    A mistake inside an item hides those of the other items: DVC reports lists that way.
    """

    def check(value: object) -> Sequence[Problem]:
        if not isinstance(value, list):
            return _wrong("expected a list")
        found: list[Problem] = []
        for index, item in enumerate(value):
            problems = rule(item)
            if problems:
                placed = _inside(index, problems)
                if problems[0].path:
                    return placed
                found += placed
        return found

    return check


def map_of(rule: Rule) -> Rule:
    """A mapping from strings of the user's choice to values that satisfy `rule`."""

    def check(value: object) -> Sequence[Problem]:
        if not isinstance(value, dict):
            return _wrong("expected a dictionary")
        found: list[Problem] = []
        for key, item in value.items():
            if not isinstance(key, str):
                found.append(Problem((key,), "expected str"))
            elif problems := rule(item):
                found += _inside(key, problems)
        return found

    return check


def mapping(keys: dict[str, Rule], *, required: tuple[str, ...] = ()) -> Rule:
    """A mapping with the given keys and no others; those in `required` must be there."""

    def check(value: object) -> Sequence[Problem]:
        if not isinstance(value, dict):
            return _wrong("expected a dictionary")
        found: list[Problem] = []
        for key, item in value.items():
            rule = keys.get(key)
            if rule is None:
                found.append(Problem((key,), EXTRA_KEY))
            elif problems := rule(item):
                found += _inside(key, problems)
        found += [Problem((key,), MISSING_KEY) for key in required if key not in value]
        return found

    return check


def _wrong(message: str) -> tuple[Problem]:
    return (Problem((), message),)


def _inside(step: object, problems: Sequence[Problem]) -> list[Problem]:
    return [Problem((step, *problem.path), problem.message) for problem in problems]
