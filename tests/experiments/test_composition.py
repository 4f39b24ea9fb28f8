"""`params.yaml` as Hydra composes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assay.errors import UnexpectedError
from assay.experiments.composition import CompositionSource, compose


@pytest.fixture
def source(tmp_path: Path) -> CompositionSource:
    conf = tmp_path / "conf"
    (conf / "db").mkdir(parents=True)
    (conf / "config.yaml").write_text(
        "defaults:\n  - db: mysql\n  - _self_\nlr: 0.1  # rate\npath: ${lr}/x\ntiny: 1e-5\n"
    )
    (conf / "db" / "mysql.yaml").write_text("name: mysql\n")
    (conf / "db" / "pg.yaml").write_text("name: pg\nport: 5432\n")
    return CompositionSource(config_dir_abs=str(conf))


def test_groups_and_values_are_composed_and_resolved(source: CompositionSource) -> None:
    assert compose(source, ["db=pg", "lr=0.5", "+new.k=v"]).decode() == (
        "db:\n  name: pg\n  port: 5432\nlr: 0.5\npath: 0.5/x\ntiny: 1.0e-05\nnew:\n  k: v\n"
    )


def test_composing_twice_gives_the_same(source: CompositionSource) -> None:
    assert compose(source, []) == compose(source, [])


SEARCHED = (
    "Config search path:\n\tprovider=hydra, path=pkg://hydra.conf\n"
    "\tprovider=main, path=file://{}\n\tprovider=schema, path=structured://"
)


def _refusal(source: CompositionSource, *overrides: str) -> str:
    with pytest.raises(UnexpectedError) as caught:
        compose(source, overrides)
    return caught.value.message.removeprefix("unexpected error - ")


def test_refusals_are_in_the_words_of_hydra(source: CompositionSource) -> None:
    conf = source.config_dir_abs
    assert _refusal(source, "db=nosuch") == (
        "In 'config': Could not find 'db/nosuch'\n\n"
        f"Available options in 'db':\n\tmysql\n\tpg\n{SEARCHED.format(conf)}"
    )
    assert _refusal(source, "nosuch=1") == (
        "Could not override 'nosuch'.\n"
        "To append to your config use +nosuch=1: Key 'nosuch' is not in struct\n"
        "    full_key: nosuch\n    object_type=dict"
    )
    assert _refusal(source._replace(config_dir_abs=f"{conf}/nope")) == (
        "Primary config directory not found.\n"
        f"Check that the config directory '{conf}/nope' exists and readable"
    )
    assert _refusal(source._replace(config_name="nope")) == (
        "Cannot find primary config 'nope'. Check that it's in your config search path.\n\n"
        f"{SEARCHED.format(conf)}"
    )
    assert _refusal(source._replace(config_module="no_such_module")).startswith(
        "Primary config module 'no_such_module' not found."
    )
    assert _refusal(source, "+x=${nope}") == "Interpolation key 'nope' not found"


def test_a_broken_configuration_is_an_error_of_the_user(source: CompositionSource) -> None:
    Path(source.config_dir_abs, "config.yaml").write_text("a: [\n")
    assert "while parsing a flow node" in _refusal(source)


def test_plugins_can_bring_resolvers(source: CompositionSource, tmp_path: Path) -> None:
    (tmp_path / "plugins" / "hydra_plugins").mkdir(parents=True)
    (tmp_path / "plugins" / "hydra_plugins" / "resolvers.py").write_text(
        "from omegaconf import OmegaConf\n"
        "OmegaConf.register_new_resolver('double', lambda number: 2 * number)\n"
    )
    # Hydra looks for plugins once in the life of a process.
    program = (
        "import sys; from assay.experiments.composition import *; "
        "source = CompositionSource('config', sys.argv[1], plugins_dir_abs=sys.argv[2]); "
        "print(compose(source, ['+z=${double:21}']).decode())"
    )
    arguments = [sys.executable, "-c", program, source.config_dir_abs, str(tmp_path / "plugins")]
    result = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert "z: 42\n" in result.stdout
