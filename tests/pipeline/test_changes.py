"""Why a stage must run, decided from records and what is there."""

from __future__ import annotations

from typing import Any

from assay.pipeline.changes import Change, ParamChange, changes, is_only_missing
from assay.pipeline.model import Dependency, Output, ParamFile, Stage
from assay.pipeline.records import Entry, Record
from assay.store.hashes import Fingerprint

A, B = "a" * 32, "b" * 32


class World:
    """An in-memory twin of the workspace."""

    def __init__(
        self,
        files: dict[str, str] | None = None,
        *,
        cached: set[str] | None = None,
        params: dict[str, dict[str, Any]] | None = None,
        legacy: dict[str, str] | None = None,
    ) -> None:
        self.files = files or {}
        self.cached = cached if cached is not None else {A, B}
        self.params = params or {}
        self.legacy = legacy or {}

    def fingerprint(self, location: str) -> Fingerprint | None:
        return Fingerprint(self.files[location], 1) if location in self.files else None

    def legacy_hash(self, location: str) -> str | None:
        return self.legacy.get(location)

    def is_cached(self, record: Record, location: str) -> bool:
        return record.md5 in self.cached

    def values(self, file: ParamFile) -> dict[str, Any] | None:
        found = self.params.get(file.location)
        if found is None or file.keys is None:
            return found
        return {key: found[key] for key in file.keys if key in found}


def stage(**fields: Any) -> Stage:
    given = {
        "dependencies": (Dependency("in", "in"),),
        "outputs": (Output("out", "out"),),
        **fields,
    }
    return Stage(name="s", file="dvc.yaml", wdir="", command="make", **given)


def entry(**fields: Any) -> Entry:
    item = {"hash": "md5", "size": 1}
    return {
        "cmd": "make",
        "deps": [{"path": "in", "md5": A, **item}],
        "outs": [{"path": "out", "md5": B, **item}],
        **fields,
    }


def found(one: Stage, recorded: Entry | None, world: World) -> list[Change]:
    return list(changes(one, recorded, world))


UP_TO_DATE = World({"in": A, "out": B})


def test_nothing_changed_is_no_reason() -> None:
    assert found(stage(), entry(), UP_TO_DATE) == []


def test_another_command_is_a_reason_even_when_frozen() -> None:
    assert found(stage(frozen=True), entry(cmd="other"), UP_TO_DATE) == [Change("command")]


def test_a_command_in_a_list_is_another_command() -> None:
    assert found(stage(), entry(cmd=["make"]), UP_TO_DATE) == [Change("command")]


def test_changed_and_deleted_inputs_are_told_apart() -> None:
    assert found(stage(), entry(), World({"in": B, "out": B})) == [
        Change("dependency", "in", "modified")
    ]
    assert found(stage(), entry(), World({"out": B})) == [Change("dependency", "in", "deleted")]


def test_an_input_that_was_never_recorded_is_modified() -> None:
    world = World({"in": A, "out": B, "more": A})
    two = stage(dependencies=(Dependency("in", "in"), Dependency("more", "more")))
    assert found(two, entry(), world) == [Change("dependency", "more", "modified")]


def test_an_input_dropped_from_the_stage_is_no_reason() -> None:
    assert found(stage(dependencies=()), entry(), UP_TO_DATE) == []


def test_inputs_of_a_frozen_stage_do_not_count() -> None:
    assert found(stage(frozen=True), entry(), World({"in": B, "out": B})) == []


def test_an_output_that_the_cache_lost_is_not_in_cache() -> None:
    world = World({"in": A, "out": B}, cached=set())
    assert found(stage(), entry(), world) == [Change("output", "out", "not in cache")]


def test_the_cache_does_not_matter_for_an_output_kept_out_of_it() -> None:
    world = World({"in": A, "out": B}, cached=set())
    assert found(stage(outputs=(Output("out", "out", cache=False),)), entry(), world) == []


def test_a_stage_that_never_ran_has_modified_inputs() -> None:
    assert found(stage(), None, World({"in": A})) == [
        Change("dependency", "in", "modified"),
        Change("output", "out", "deleted"),
    ]


def test_a_stage_without_any_path_always_runs() -> None:
    assert found(stage(dependencies=(), outputs=()), {"cmd": "make"}, World()) == [
        Change("always changed")
    ]


def test_parameters_compare_as_python_values() -> None:
    one = stage(params=(ParamFile("params.yaml", "params.yaml", ("a", "b", "c")),))
    recorded = entry(params={"params.yaml": {"a": 1, "b": True, "c": "1"}})
    world = World({"in": A, "out": B}, params={"params.yaml": {"a": 1.0, "b": 1, "c": 1}})
    assert found(one, recorded, world) == [
        Change("params", "params.yaml", "modified", (ParamChange("c", "modified", "1", 1),))
    ]


def test_a_nan_equals_itself() -> None:
    one = stage(params=(ParamFile("params.yaml", "params.yaml", ("a",)),))
    recorded = entry(params={"params.yaml": {"a": float("nan")}})
    world = World({"in": A, "out": B}, params={"params.yaml": {"a": float("nan")}})
    assert found(one, recorded, world) == []


def test_new_and_deleted_parameters_are_named() -> None:
    one = stage(params=(ParamFile("params.yaml", "params.yaml", ("gone", "fresh")),))
    recorded = entry(params={"params.yaml": {"gone": 1}})
    world = World({"in": A, "out": B}, params={"params.yaml": {"fresh": 2}})
    (change,) = found(one, recorded, world)
    assert [(param.key, param.state) for param in change.params] == [
        ("gone", "deleted"),
        ("fresh", "new"),
    ]


def test_a_file_tracked_whole_compares_every_key() -> None:
    one = stage(params=(ParamFile("all.yaml", "all.yaml", None),))
    recorded = entry(params={"all.yaml": {"a": 1, "b": 2}})
    world = World({"in": A, "out": B}, params={"all.yaml": {"a": 1, "c": 3}})
    (change,) = found(one, recorded, world)
    assert {(param.key, param.state) for param in change.params} == {
        ("b", "deleted"),
        ("c", "new"),
    }


def test_a_missing_parameter_file_is_deleted() -> None:
    one = stage(params=(ParamFile("params.yaml", "params.yaml", ("a",)),))
    assert found(one, entry(), UP_TO_DATE) == [Change("params", "params.yaml", "deleted")]


def test_a_record_of_dvc_2_is_compared_by_its_own_hash() -> None:
    recorded = entry(deps=[{"path": "in", "md5": "c" * 32, "size": 1}])
    assert found(stage(), recorded, World({"in": A, "out": B}, legacy={"in": "c" * 32})) == []
    assert found(stage(), recorded, World({"in": A, "out": B}, legacy={"in": A})) == [
        Change("dependency", "in", "modified")
    ]


def test_only_absent_data_is_excused() -> None:
    assert is_only_missing(Change("dependency", "in", "deleted"))
    assert is_only_missing(Change("output", "out", "not in cache"))
    assert not is_only_missing(Change("output", "out", "modified"))
    assert not is_only_missing(Change("command"))
