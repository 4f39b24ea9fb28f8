"""Expressions that were compiled before are those that `re` compiles."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import assay
from assay.expressions import CODES, recalled
from assay.regex import expressions_of, regex

_FIRST, _LAST = "assay.formats.yaml_lines", "assay.formats.yaml_blocks"


def numbers_of(text: str) -> list[object]:
    """What this Python's compiler hands to the interpreter."""
    compiler = importlib.import_module("re._compiler")
    made: list[object] = []

    class Recorder:
        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def compile(self, *arguments: object) -> object:
            made.append(arguments)
            return real.compile(*arguments)

    real = compiler._sre
    compiler._sre = Recorder()
    try:
        compiler.compile(text)
    finally:
        compiler._sre = real
    _, flags, numbers, groups, names, _ = made[-1]
    return [flags, " ".join(str(int(number)) for number in numbers), groups, names]


@pytest.mark.skipif(not CODES, reason="there are none for this Python")
class TestTable:
    @pytest.mark.parametrize("text", CODES)
    def test_it_has_what_the_compiler_makes(self, text: str) -> None:
        assert numbers_of(text) == list(CODES[text]), "run scripts/expressions.py"

    @pytest.mark.parametrize("text", CODES)
    def test_an_expression_is_the_one_that_re_makes(self, text: str) -> None:
        mine, theirs = recalled(text), re.compile(text)
        assert mine is not None
        assert mine == theirs and hash(mine) == hash(theirs)
        assert mine.groupindex == theirs.groupindex
        assert mine.groups == theirs.groups and mine.flags == theirs.flags

    def test_it_holds_nothing_that_nobody_wants(self) -> None:
        wanted: set[object] = set()
        for info in pkgutil.walk_packages(assay.__path__, "assay."):
            if not info.name.startswith("assay.queue.engines.dask"):
                wanted |= expressions_of(importlib.import_module(info.name))
        assert set(CODES) <= wanted, "run scripts/expressions.py"

    @pytest.mark.parametrize("module", [_FIRST, _LAST])
    def test_what_everyday_commands_need_is_there(self, module: str) -> None:
        needed = expressions_of(importlib.import_module(module))
        assert needed <= set(CODES), "run scripts/expressions.py"


def test_names_of_groups() -> None:
    for text in filter(re.compile(r"\(\?P<").search, CODES):
        mine, theirs = recalled(text), re.compile(text)
        assert mine is not None
        for sample in ("1.5", "1_000", "0x1f", "12:30", "true", "2h 3m", "x"):
            found, wanted = mine.match(sample), theirs.match(sample)
            assert (found and found.groupdict()) == (wanted and wanted.groupdict())
            assert (found and found.lastgroup) == (wanted and wanted.lastgroup)


def test_a_new_expression_is_compiled() -> None:
    assert recalled("(?i)never seen before") is None
    assert recalled(b"[0-9]") is None
    assert regex("(?i)never seen before").match("NEVER seen before")
