"""Modules that `assay.modules` finds are those that Python finds, whatever is compiled."""

from __future__ import annotations

import os
import py_compile
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.environment import SOURCES

ASKED = """
import sys
from assay.modules import find_nearby, load
if sys.argv[1] == "nearby":
    find_nearby("house")
for name in sys.argv[2:]:
    module = load(name)
    spec = module.__spec__
    places = spec.submodule_search_locations
    print(name, module.VALUE, module.__file__, module.__cached__, module.__package__)
    print(spec.origin, spec.cached, spec.has_location, places and list(places))
    print(module.what.__code__.co_filename)
    print(spec.loader.get_source(name) == open(spec.origin).read())
"""
NAMES = ("house.hall", "house.cellar", "house.cellar.wine")


def ask(
    folder: Path, finder: str, *names: str, options: tuple[str, ...] = (), **environ: str
) -> subprocess.CompletedProcess[str]:
    environment: Mapping[str, str] = {
        "PYTHONPATH": f"{folder}{os.pathsep}{SOURCES}",
        "PATH": os.environ["PATH"],
        **environ,
    }
    command = [sys.executable, *options, "-c", ASKED, finder, *names]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def write(file: Path, value: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"VALUE = {value}\ndef what():\n    return VALUE\n")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with a package that has modules and a package."""
    for number, place in enumerate(("__init__", "hall", "cellar/__init__", "cellar/wine")):
        write(tmp_path / "house" / f"{place}.py", number)
    return tmp_path


@pytest.mark.parametrize("options", [(), ("-O",), ("-X", "pycache_prefix=elsewhere")], ids=str)
def test_what_is_found_is_what_python_finds(house: Path, options: tuple[str, ...]) -> None:
    expected = ask(house, "python", *NAMES, options=options)
    assert expected.returncode == 0, expected.stderr
    for _ in ("compiled before", "again"):
        found = ask(house, "nearby", *NAMES, options=options)
        assert (found.stdout, found.stderr) == (expected.stdout, "")


def test_the_compiled_form_is_what_runs(house: Path) -> None:
    source = house / "house" / "hall.py"
    cached = py_compile.compile(str(source), doraise=True)
    before = source.stat()
    source.write_text(source.read_text().replace("VALUE = 1", "VALUE = 7"))
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cached is not None
    assert ask(house, "nearby", "house.hall").stdout.startswith("house.hall 1 ")


@pytest.mark.parametrize("of", ["size", "time"])
def test_a_stale_form_is_made_anew(house: Path, of: str) -> None:
    source = house / "house" / "hall.py"
    assert ask(house, "nearby", "house.hall").stdout.startswith("house.hall 1 ")
    before = source.stat()
    write(source, 55 if of == "size" else 5)
    moment = before.st_mtime_ns + (0 if of == "size" else 2_000_000_000)
    os.utime(source, ns=(moment, moment))
    for _ in ("made", "used"):
        assert ask(house, "nearby", "house.hall").stdout.startswith("house.hall 5")


@pytest.mark.parametrize("damage", ["empty", "cut", "of another Python", "nonsense", "a folder"])
def test_a_damaged_form_does_no_harm(house: Path, damage: str) -> None:
    source = house / "house" / "hall.py"
    cached = Path(str(py_compile.compile(str(source), doraise=True)))
    data = cached.read_bytes()
    broken = {"empty": b"", "cut": data[:60], "of another Python": b"\0\0\0\0" + data[4:]}
    cached.unlink()
    if damage == "a folder":
        cached.mkdir()
    else:
        cached.write_bytes(broken.get(damage, data[:16] + b"\xff" * 40))
    expected = ask(house, "python", "house.hall", PYTHONDONTWRITEBYTECODE="1")
    found = ask(house, "nearby", "house.hall")
    assert found.returncode == expected.returncode
    assert found.stdout == expected.stdout


@pytest.mark.parametrize(
    "mode", [py_compile.PycInvalidationMode.CHECKED_HASH, py_compile.PycInvalidationMode.TIMESTAMP]
)
def test_forms_of_another_kind_or_place_are_left_to_python(
    house: Path, mode: py_compile.PycInvalidationMode
) -> None:
    source = house / "house" / "hall.py"
    py_compile.compile(str(source), dfile="elsewhere/hall.py", invalidation_mode=mode)
    expected = ask(house, "python", "house.hall")
    assert f"\n{source}\nTrue" in expected.stdout
    assert ask(house, "nearby", "house.hall").stdout == expected.stdout


def test_what_is_not_there_is_told_in_pythons_words(house: Path) -> None:
    (house / "house" / "attic.py").write_text("VALUE = \n")
    for name in ("house.roof", "house.hall.door", "house.attic", "house..hall", "shed"):
        expected, found = (ask(house, finder, name).stderr for finder in ("python", "nearby"))
        assert found.splitlines()[-1] == expected.splitlines()[-1]
        assert "Error" in found
