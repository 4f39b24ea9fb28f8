#!/usr/bin/env python3
"""Write src/assay/expressions/table.py anew, for the Pythons that are named (or this one):

    .venv/bin/python scripts/expressions.py [PYTHON …]

To be done when an expression was added or changed; until then `re` compiles it. The numbers depend
on the Python alone, not on the machine: `tests/test_expressions.py` compares.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
import textwrap
from pathlib import Path

import assay

FOLDER = Path(assay.__file__).parent / "expressions"
LINE = 100
HEAD = '''"""Made by scripts/expressions.py: what Python {versions} makes of our expressions."""

from __future__ import annotations

# fmt: off
MAGICS = {{{magics}}}
CODES = {{
'''

# Compiles each text of a JSON list with the Python that runs it.
PROGRAM = """
import json, sys
import re._compiler as compiler, _sre

made = []

class Recorder:
    def __getattr__(self, name):
        return getattr(_sre, name)
    def compile(self, *arguments):
        made.append(arguments)
        return _sre.compile(*arguments)

compiler._sre = Recorder()
for text in json.load(sys.stdin):
    compiler.compile(text)
version = "%d.%d" % sys.version_info[:2]
json.dump({"magic": _sre.MAGIC, "version": version, "made": made}, sys.stdout)
"""


def main(pythons: list[str]) -> None:
    """Ask each Python, and write the table that all of them agree about."""
    wanted = texts()
    answers = [answer_of(python, wanted) for python in pythons or [sys.executable]]
    made = answers[0]["made"]
    if any(answer["made"] != made for answer in answers):
        sys.exit("these Pythons make different numbers: name those alone that agree")
    head = HEAD.format(
        versions=", ".join(answer["version"] for answer in answers),
        magics=", ".join(sorted({str(answer["magic"]) for answer in answers})),
    )
    (FOLDER / "table.py").write_text(head + rows(made) + "}\n")


def answer_of(python: str, wanted: list[str]) -> dict:
    """What one Python makes of the expressions."""
    answer = subprocess.run(
        [python, "-c", PROGRAM],
        input=json.dumps(wanted),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(answer.stdout)


def texts() -> list[str]:
    """The expressions that modules of ours have at their top, as text."""
    from assay.regex import expressions_of

    found = set()
    for info in pkgutil.walk_packages(assay.__path__, "assay."):
        if not info.name.startswith("assay.queue.engines.dask"):  # needs what may not be there
            found |= expressions_of(importlib.import_module(info.name))
    return sorted(text for text in found if isinstance(text, str))


def rows(made: list[list]) -> str:
    """The entries of the table."""
    lines = []
    for text, flags, numbers, groups, names, _ in made:
        first = f"    {text!a}: ("
        excuse = "  # noqa: E501" if len(first) > LINE else ""
        lines += [f"{first}{excuse}", f"        {flags},"]
        parts = textwrap.wrap(" ".join(map(str, numbers)), 84)
        lines += [f'        "{part} "' for part in parts[:-1]]
        lines += [f'        "{parts[-1]}",', f"        {groups}, {names!r},", "    ),"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
