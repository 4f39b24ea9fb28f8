"""A walk leaves out what the rules leave out, though it does not ask about each name."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from assay.fs.ignore import IgnoreRules
from assay.fs.walk import walk_files

NAMES = ("a", "b.tmp", ".hidden", ".git", ".hg", "c")
RULES = ("*.tmp\n", "/a\n!b.tmp\n", "# nothing\n", "c/\n", ".hidden\n", "\n")


def grow(folder: Path, chance: random.Random, depth: int) -> None:
    """Some files, folders, rules and projects below a folder."""
    folder.mkdir(exist_ok=True)
    for name in chance.sample(NAMES, chance.randint(0, 4)):
        if depth and chance.random() < 0.6:
            grow(folder / name, chance, depth - 1)
        else:
            (folder / name).write_text(name)
    if chance.random() < 0.2:
        (folder / ".dvcignore").write_text(chance.choice(RULES))
    if chance.random() < 0.1:
        (folder / ".dvc").mkdir()


def is_left_out(root: Path, path: Path) -> bool:
    """Whether the rules, asked anew, name a path or a folder around it."""
    rules = IgnoreRules(str(root))
    around = [folder for folder in path.parents if folder.is_relative_to(root) and folder != root]
    return rules.matches(str(path), False) or any(rules.matches(str(one), True) for one in around)


@pytest.mark.parametrize("seed", range(60))
def test_what_rules_leave_out_is_not_found(tmp_path: Path, seed: int) -> None:
    root = tmp_path / "project"
    grow(root, random.Random(seed), 3)
    top = root / "a" if (root / "a").is_dir() else root
    files = [Path(folder) / name for folder, _, names in os.walk(top) for name in names]
    expected = {str(one.relative_to(top)) for one in files if not is_left_out(root, one)}
    if top == root or not IgnoreRules(str(root)).matches(str(top), True):
        found = walk_files(str(top), IgnoreRules(str(root)))
        assert {file.path for file in found} == expected
