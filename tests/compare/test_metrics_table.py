"""`metrics show`: outputs as the original prints them."""

from __future__ import annotations

from assay.compare.json_text import json_text
from assay.compare.metrics_table import failed_revisions, metrics_as_json, metrics_table
from assay.compare.readings import Failure, Files
from assay.ui.table import as_markdown, as_plain

MISSING = Failure("FileNotFoundError", "[Errno 2] No such file or directory: 'sub/m.yaml'")
FILES: Files = {
    "m.json": {"acc": 0.75, "per": {"a": 1, "b": 0.4}, "label": "y", "fresh": {"z": 3}},
    "sub/m.yaml": {"f1": 0.25, "nested": {"deep": 2}},
}


def test_one_column_per_metric_sorted_by_name() -> None:
    assert as_markdown(metrics_table({"": FILES}, digits=3)) == (
        "| Path       | acc   | f1   | fresh.z   | label   | nested.deep   | per.a   | per.b   |\n"
        "|------------|-------|------|-----------|---------|---------------|---------|---------|\n"
        "| m.json     | 0.75  | -    | 3         | y       | -             | 1       | 0.4     |\n"
        "| sub/m.yaml | -     | 0.25 | -         | -       | 2             | -       | -       |\n"
    )


def test_revisions_have_a_column_when_there_may_be_several() -> None:
    found = {"workspace": {"m.json": {"acc": 1e-9}}, "br1,main": {"m.json": {"acc": 0.999999999}}}
    assert as_plain(metrics_table(found, has_revision=True)) == (
        "Revision    Path    acc\nworkspace   m.json  0.0\nbr1,main    m.json  1.0"
    )


def test_an_unreadable_file_is_a_row_of_dashes() -> None:
    found: Files = {"m.json": Failure("JSONDecodeError", "bad"), "sub/m.yaml": {"f1": 0.25}}
    assert as_plain(metrics_table({"": found})) == (
        "Path        f1\nm.json      -\nsub/m.yaml  0.25"
    )


def test_a_file_that_is_one_value_has_a_column_without_name() -> None:
    assert as_plain(metrics_table({"": {"auc": 0.9}})) == "Path\nauc     0.9"


def test_a_metric_may_be_called_path() -> None:
    table = metrics_table({"": {"m.json": {"Path": 1}}})
    assert as_plain(table) == "Path    Path\nm.json  1"


def test_json_keeps_the_shape_of_the_files() -> None:
    found = {"": {"m.json": {"acc": 0.75, "per": {"a": 1}}, "sub/m.yaml": MISSING}}
    assert json_text(metrics_as_json(found)) == (
        '{"": {"data": {"m.json": {"data": {"acc": 0.75, "per": {"a": 1}}}, "sub/m.yaml": '
        '{"error": {"type": "FileNotFoundError", '
        '"msg": "[Errno 2] No such file or directory: \'sub/m.yaml\'"}}}}}'
    )


def test_failures_are_told_by_revision() -> None:
    broken = Failure("YAMLSyntaxError", "bad")
    found = {"": FILES, "v1": broken, "v2": {"sub/m.yaml": MISSING}}
    assert failed_revisions(found) == ["v1", "v2"]
    assert metrics_as_json({"v1": broken}) == {
        "v1": {"error": {"type": "YAMLSyntaxError", "msg": "bad"}}
    }
    assert metrics_table({"v1": broken}).rows == []
