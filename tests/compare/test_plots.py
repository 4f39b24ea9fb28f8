"""Rows, definitions, templates and pages of plots, without a project."""

from __future__ import annotations

import json
import re

import pytest

from assay.compare.plots.contents import Image, rows_of
from assay.compare.plots.definitions import Definition
from assay.compare.plots.figures import Figure, Picture
from assay.compare.plots.page import NoPlaceForPlots, page
from assay.compare.plots.points import CannotPlot, points
from assay.compare.plots.templates import BUILT_IN, Template, built_in
from assay.compare.plots.vega import finished, split

X_LABEL, Y_LABEL = "<DVC_METRIC_X_LABEL>", "<DVC_METRIC_Y_LABEL>"
TRAIN = [{"step": "0", "loss": "0.9"}, {"step": "1", "loss": "0.4"}]
TEST = [{"step": "0", "loss": "1.2"}, {"step": "1", "loss": "0.7"}]


def figure(name: str = "train.csv", **properties: object) -> Figure:
    definition = Definition("dvc.yaml", name, properties)
    tables = {"train.csv": TRAIN, "test.csv": TEST}
    found = {rev: points(definition, properties, tables, rev=rev) for rev in ("workspace", "HEAD")}
    return Figure(name, properties, points={rev: p for rev, p in found.items() if p is not None})


def test_without_axes_the_last_column_is_drawn_over_the_number_of_the_row() -> None:
    share = figure().points["HEAD"]
    assert (share.x, share.y, share.x_label, share.y_label) == ("step", "loss", "step", "loss")
    assert [row["step"] for row in share.rows] == [0, 1]


def test_two_files_are_told_apart_by_their_short_names() -> None:
    y = {"a/b/train.csv": "loss", "a/c/test.csv": "loss"}
    tables = {"a/b/train.csv": TRAIN, "a/c/test.csv": TEST}
    share = points(Definition("", "id", {"y": y}), {"x": "step", "y": y}, tables, rev="HEAD")
    assert share is not None
    assert [row["filename"] for row in share.rows[::2]] == ["b/train.csv", "c/test.csv"]


def test_a_field_that_is_not_there_is_named() -> None:
    with pytest.raises(CannotPlot, match=r"\('nope'\) in data fields \('step, loss'\)") as caught:
        figure(y="nope")
    assert caught.value.kind == "FieldNotFoundError"


def test_lists_of_a_document_are_columns_side_by_side() -> None:
    assert rows_of({"n": 1, "a": [{"x": 1}, {"x": 2}], "b": {"c": [{"y": 3}]}}) == [
        {"x": 1, "y": 3},
        {"x": 2},
    ]
    assert rows_of([1, 2]) == []


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_anchor_of_a_template_gets_a_value(name: str) -> None:
    several = figure("Loss", x="step", y={"train.csv": "loss", "test.csv": "loss"})
    for drawn in (figure(), several):
        assert "<DVC_METRIC" not in json.dumps(finished(drawn, built_in(name)))
        content, anchors = split(drawn, built_in(name))
        left = set(re.findall("<DVC_METRIC_[A-Z_]+>", json.dumps(content)))
        assert left | {"<DVC_METRIC_TITLE>", X_LABEL, Y_LABEL} == set(anchors)


def _template(name: str | None) -> Template:
    return built_in(name or "linear")


def test_a_page_loads_nothing_and_data_cannot_become_markup() -> None:
    hostile = "</script><script>alert(1)</script>"
    picture = Picture("HEAD", "a.svg", Image(b"<svg onload='alert(1)'/>"))
    text = page([figure(title=hostile), Figure(hostile, {}, pictures=[picture])], _template)
    assert "alert(1)" not in text.replace("\\u003cscript\\u003ealert(1)", "").replace(
        "&lt;script&gt;alert(1)", ""
    )
    tags = re.sub(r"<script[^>]*>.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"(?:src|href)=(?!\"data:)|@import|url\(", tags)
    assert not re.search(r"<script[^>]*\ssrc", text)
    assert "data:image/svg+xml;base64," in text


def test_a_layout_needs_a_place_for_plots() -> None:
    with pytest.raises(NoPlaceForPlots):
        page([figure()], _template, layout="<html></html>")
    assert page([], _template, layout="<p>{plot_divs}</p>{scripts}").startswith("<p></p>")
