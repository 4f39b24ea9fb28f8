"""`metrics diff`, `params diff` and `exp diff` for people: outputs as the original prints them."""

from __future__ import annotations

from assay.compare.cells import rounded
from assay.compare.changes import changes
from assay.compare.contents import Contents
from assay.compare.diff_table import DiffLayout, diff_table
from assay.compare.experiment_diff import experiment_changes, experiment_tables
from assay.compare.json_text import json_text
from assay.compare.readings import Files
from assay.ui.table import as_markdown, as_plain

OLD_METRICS: Files = {
    "sub/m.yaml": {"f1": 0.25, "nested": {"deep": 2}},
    "m.json": {"acc": 0.5, "per": {"a": 1, "b": 0.333333333}, "label": "x", "gone": 1},
}
NEW_METRICS: Files = {
    "sub/m.yaml": {"f1": 0.25, "nested": {"deep": 2}},
    "m.json": {"acc": 0.75, "per": {"a": 1, "b": 0.4}, "label": "y", "fresh": {"z": 3}},
}
OLD_PARAMS: Files = {
    "params.yaml": {"lr": 0.1, "net": {"depth": 3, "sizes": [1, 2]}, "old": "x", "note": "a"}
}
NEW_PARAMS: Files = {
    "params.yaml": {"lr": 0.25, "net": {"depth": 3, "sizes": [1, 5]}, "new": True, "note": "a"}
}


def test_metrics_diff() -> None:
    old: Files = {"m.json": {"acc": 0.123456789, "int": 12345678, "str": "abc"}}
    new: Files = {"m.json": {"acc": 0.223456, "int": 12345679, "str": "abd"}}
    layout = DiffLayout("Metric", "HEAD", "workspace", rounded(5))
    assert as_plain(diff_table(changes(old, new), layout)) == (
        "Path    Metric    HEAD      workspace    Change\n"
        "m.json  acc       0.12346   0.22346      0.1\n"
        "m.json  int       12345678  12345679     1\n"
        "m.json  str       abc       abd          -"
    )


def test_metrics_diff_in_markdown_with_two_decimals() -> None:
    layout = DiffLayout("Metric", "v1", "v2", rounded(2))
    assert as_markdown(diff_table(changes(OLD_METRICS, NEW_METRICS), layout)) == (
        "| Path   | Metric   | v1   | v2   | Change   |\n"
        "|--------|----------|------|------|----------|\n"
        "| m.json | acc      | 0.5  | 0.75 | 0.25     |\n"
        "| m.json | fresh.z  | -    | 3    | -        |\n"
        "| m.json | gone     | 1    | -    | -        |\n"
        "| m.json | label    | x    | y    | -        |\n"
        "| m.json | per.b    | 0.33 | 0.4  | 0.07     |\n"
    )


def test_all_metrics_without_paths() -> None:
    layout = DiffLayout("Metric", "v1", "v2", rounded(5), has_path=False)
    difference = changes(OLD_METRICS, NEW_METRICS, unchanged=True)
    assert as_markdown(diff_table(difference, layout)) == (
        "| Metric      | v1      | v2   | Change   |\n"
        "|-------------|---------|------|----------|\n"
        "| f1          | 0.25    | 0.25 | 0.0      |\n"
        "| nested.deep | 2       | 2    | 0        |\n"
        "| acc         | 0.5     | 0.75 | 0.25     |\n"
        "| fresh.z     | -       | 3    | -        |\n"
        "| gone        | 1       | -    | -        |\n"
        "| label       | x       | y    | -        |\n"
        "| per.a       | 1       | 1    | 0        |\n"
        "| per.b       | 0.33333 | 0.4  | 0.06667  |\n"
    )


def test_params_diff_has_no_change_column() -> None:
    layout = DiffLayout("Param", "v1", "HEAD", no_difference=None)
    assert as_markdown(diff_table(changes(OLD_PARAMS, NEW_PARAMS), layout)) == (
        "| Path        | Param     | v1     | HEAD   |\n"
        "|-------------|-----------|--------|--------|\n"
        "| params.yaml | lr        | 0.1    | 0.25   |\n"
        "| params.yaml | net.sizes | [1, 2] | [1, 5] |\n"
        "| params.yaml | new       | -      | True   |\n"
        "| params.yaml | old       | x      | -      |\n"
    )


def test_one_revision_may_stand_on_both_sides() -> None:
    layout = DiffLayout("Param", "one", "one", no_difference=None, has_path=False)
    assert diff_table({}, layout).headers == ["Param", "one", "one"]


def test_exp_diff() -> None:
    old = Contents(params=OLD_PARAMS, metrics={"m.json": {"acc": 1.25, "best": True}})
    new = Contents(params=NEW_PARAMS, metrics={"m.json": {"acc": 0.3, "best": False, "tag": "x"}})
    found = experiment_changes(old, new)
    metrics, params = experiment_tables(found, old="two", new="one", digits=2)
    assert as_plain(metrics) == (
        "Path    Metric    two    one    Change\n"
        "m.json  acc       1.2    0.3    -0.95\n"
        "m.json  best      True   False  -1\n"
        "m.json  tag       -      x      diff not supported"
    )
    assert as_plain(params) == (
        "Path         Param      two     one     Change\n"
        "params.yaml  lr         0.1     0.25    0.15\n"
        "params.yaml  net.sizes  [1, 2]  [1, 5]  diff not supported\n"
        "params.yaml  new        -       True    diff not supported\n"
        "params.yaml  old        x       -       diff not supported"
    )
    assert json_text(found.as_json()) == (
        '{"metrics": {"m.json": {"acc": {"old": 1.25, "new": 0.3, "diff": -0.95}, '
        '"best": {"old": true, "new": false, "diff": -1}, "tag": {"old": null, "new": "x"}}}, '
        '"params": {"params.yaml": {"lr": {"old": 0.1, "new": 0.25, "diff": 0.15}, '
        '"net.sizes": {"old": "[1, 2]", "new": "[1, 5]"}, "old": {"old": "x", "new": null}, '
        '"new": {"old": null, "new": true}}}}'
    )
