"""Whatever two revisions hold: the difference turns the old into the new, and text, Markdown and
JSON tell the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.forked import forked, load_all
from support.project import Project

KEYS = st.text("ab.é|", min_size=1, max_size=3)
NUMBERS = st.one_of(st.integers(-(10**18), 10**18), st.floats(allow_nan=False, width=32))
WORDS = st.text("ab é|-1", max_size=5).map(str.strip)
VALUES = st.one_of(NUMBERS, st.none(), st.booleans(), WORDS, st.lists(NUMBERS, max_size=2))


def trees(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Nested mappings with `values` in them."""
    inner = st.recursive(values, lambda item: st.dictionaries(KEYS, item, max_size=3), max_leaves=6)
    return st.dictionaries(KEYS, inner, max_size=4)


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted key → value that is there; lists as they are printed."""
    found: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{key}.")
        else:
            found[f"{prefix}{key}"] = str(value) if isinstance(value, list) else value
    return found


def there(values: dict[str, Any]) -> dict[str, Any]:
    """Null stands for what is not there."""
    return {key: value for key, value in values.items() if value is not None}


def cell(value: Any, *, rounded: bool) -> str:
    """How a value is written in a table."""
    if value is None:
        return "-"
    return str(round(value, 5)) if rounded and isinstance(value, float) else str(value)


def rows_of_markdown(text: str) -> list[list[str]]:
    lines = text.splitlines()[2:]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if line]
    return [[item.strip().replace("\\|", "|") for item in row] for row in cells]


def rows_of_text(text: str) -> list[list[str]]:
    """Rows of a plain table: its columns begin where their headers do."""
    if not text:
        return []
    head, *lines = text.splitlines()
    starts = [found.start() for found in re.finditer(r"\S+", head)]
    return [
        [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
        for line in lines
    ]


def expected_rows(found: dict[str, Any], *, is_metrics: bool) -> list[list[str]]:
    """What a table has to say of the changes in the JSON document `found`."""
    return [
        [path, key]
        + [cell(change[side], rounded=is_metrics) for side in ("old", "new")]
        + ([cell(change.get("diff"), rounded=True)] if is_metrics else [])
        for path, changes in found.items()
        for key, change in sorted(changes.items())
    ]


class Pair(NamedTuple):
    """A file in both revisions."""

    old: dict[str, Any]
    new: dict[str, Any]


def pairs(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Pair]:
    return st.builds(Pair, trees(values), trees(values))


def examples(count: int, *, derandomize: bool) -> settings:
    return settings(
        max_examples=count,
        derandomize=derandomize,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


@examples(15, derandomize=True)
@given(params=pairs(VALUES), metrics=pairs(NUMBERS))
def test_the_difference_is_all_and_is_told_alike(
    project: Project, params: Pair, metrics: Pair
) -> None:
    _check(project, [params], [metrics])


@pytest.mark.slow
@examples(60, derandomize=False)
@given(params=st.lists(pairs(VALUES), max_size=9), metrics=st.lists(pairs(NUMBERS), max_size=9))
def test_any_difference(project: Project, params: list[Pair], metrics: list[Pair]) -> None:
    """Several files at a time: seven commands and a commit take longer than all else."""
    _check(project, params, metrics)


def _check(project: Project, params: Sequence[Pair], metrics: Sequence[Pair]) -> None:
    load_all()
    tables = {
        "params": {f"p{place}.json": pair for place, pair in enumerate(params)},
        "metrics": {f"m{place}.json": pair for place, pair in enumerate(metrics)},
    }
    files = tables["params"] | tables["metrics"]
    project.write("dvc.yaml", json.dumps({what: [*named] for what, named in tables.items()}))
    project.write_all({name: json.dumps(pair.old) for name, pair in files.items()})
    project.commit()
    project.write_all({name: json.dumps(pair.new) for name, pair in files.items()})

    def said(*words: str) -> str:
        done = forked(words, cwd=str(project.root), env=project.env)
        assert (done.code, done.err) == (0, ""), words
        return done.out

    both = json.loads(said("exp", "diff", "--json"))
    for what, named in tables.items():
        found = json.loads(said(what, "diff", "--json"))
        assert both[what] == found
        for path, pair in named.items():
            _check_changes(found.get(path, {}), pair)
        expected = expected_rows(found, is_metrics=what == "metrics")
        assert rows_of_markdown(said(what, "diff", "--md")) == expected
        assert rows_of_text(said(what, "diff")) == expected


def _check_changes(changes: dict[str, Any], pair: Pair) -> None:
    old, new = (there(flat(tree)) for tree in pair)
    assert there(old | {key: change["new"] for key, change in changes.items()}) == new
    assert all(change["old"] == old.get(key) for key, change in changes.items())
