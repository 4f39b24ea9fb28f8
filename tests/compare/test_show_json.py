"""`exp show --json`: the contract with IDEs, key by key."""

from __future__ import annotations

import json
from datetime import date

from assay.compare.contents import Contents
from assay.compare.json_text import json_text
from assay.compare.readings import Failure
from assay.compare.records import Baseline, Executor, Experiment, LocalProcess, Revision
from assay.compare.show_json import as_json_text
from compare.samples import DEPS, METRICS, MOMENT, OUTS, PARAMS, TWO


def item(revision: Revision, *experiments: Experiment) -> str:
    return as_json_text([Baseline(revision, experiments)])


def test_workspace() -> None:
    contents = Contents(None, PARAMS, METRICS, DEPS, OUTS)
    assert item(Revision("workspace", contents=contents)) == (
        '[{"rev": "workspace", "name": null, "data": {"rev": "workspace", "timestamp": null, '
        '"params": {"params.yaml": {"data": {"lr": 0.1, "net": {"depth": 3, "name": "deep"}, '
        '"sizes": [1, 2.123456789], "none": null, "empty": {}}}}, '
        '"metrics": {"m.json": {"data": {"acc": 0.123456789, "loss": {"val": 1e-09}, "lr": 3.0}}}, '
        '"deps": {"fit.py": {"hash": "ae11f27ea217f93e8987410ad59e834a", "size": 281, '
        '"nfiles": null}}, '
        '"outs": {"model": {"hash": "ae11f27ea217f93e8987410ad59e834a.dir", "size": 8, '
        '"nfiles": 2, "use_cache": true, "is_data_source": false}}, "meta": {}}, '
        '"error": null, "experiments": null}]'
    )


def test_experiments_are_ranges_of_one_revision() -> None:
    one = Experiment(Revision("b" * 40, "one", Contents(MOMENT)), None, "one")
    data = (
        '"params": {}, "metrics": {}, "deps": {}, "outs": {}, "meta": {}}, "error": null, '
        '"experiments": '
    )
    time = '"timestamp": "2025-03-04T05:06:07", '
    assert item(Revision("a" * 40, "main", Contents(MOMENT)), one) == (
        f'[{{"rev": "{"a" * 40}", "name": "main", "data": {{"rev": "{"a" * 40}", {time}{data}'
        f'[{{"revs": [{{"rev": "{"b" * 40}", "name": "one", "data": {{"rev": "{"b" * 40}", '
        f'{time}{data}null}}], "executor": null, "name": "one"}}]}}]'
    )


def test_a_failed_task_has_data_and_error() -> None:
    failed = TWO._replace(
        revision=TWO.revision._replace(failure=Failure("", "Experiment run failed")),
        executor=Executor("failed", None, LocalProcess(None, "/x/t.out", 17, 255, "c" * 40)),
    )
    [found] = json.loads(item(Revision("a" * 40, "main"), failed))[0]["experiments"]
    assert found["revs"][0]["error"] == {"msg": "Experiment run failed", "type": ""}
    assert found["revs"][0]["data"]["params"] == {
        "params.yaml": {"error": {"type": "ValueError", "msg": "x"}}
    }
    assert json.dumps(found["executor"]) == (
        '{"state": "failed", "name": null, "local": {"root": null, "log": "/x/t.out", "pid": 17, '
        f'"returncode": 255, "task_id": "{"c" * 40}"}}}}'
    )


def test_a_queued_task_on_no_machine_yet() -> None:
    queued = Experiment(Revision("b" * 40, "q"), Executor("queued", "dvc-task"), "q")
    [found] = json.loads(item(Revision("a" * 40), queued))[0]["experiments"]
    assert found["executor"] == {"state": "queued", "name": "dvc-task", "local": None}


def test_a_revision_that_cannot_be_read_has_no_data() -> None:
    broken = Revision("workspace", failure=Failure("YAMLSyntaxError", "bad"))
    assert item(broken) == (
        '[{"rev": "workspace", "name": null, "data": null, '
        '"error": {"msg": "bad", "type": "YAMLSyntaxError"}, "experiments": null}]'
    )


def test_no_commits_is_an_empty_list() -> None:
    assert as_json_text([]) == "[]"


def test_dates_are_iso_texts_and_nan_stays() -> None:
    assert json_text({"day": date(2025, 3, 4), "nan": float("nan"), "é": 1}) == (
        '{"day": "2025-03-04", "nan": NaN, "\\u00e9": 1}'
    )


def test_keys_that_json_does_not_know_become_texts() -> None:
    value = {date(2025, 3, 4): [{1: "a"}], None: True}
    assert json_text(value) == '{"2025-03-04": [{"1": "a"}], "null": true}'
