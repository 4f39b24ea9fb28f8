"""`plots show`, `plots diff` and `plots templates` as IDEs, scripts and people see them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from support.browser import dom_of, print_of, screenshot_of
from support.paper import inks
from support.picture import colours, dots_like
from support.project import Project

PLOTS = """
plots:
- train.csv: {x: step, y: loss, title: Loss}
- images
- gone.csv
- both: {x: step, y: {train.csv: loss, test.tsv: loss}}
- bad: {y: {train.csv: nope}}
- pred.json: {template: confusion, x: actual, y: predicted}
"""


@pytest.fixture
def ready(project: Project) -> Project:
    """Plots of all kinds; `train.csv` has changed since HEAD."""
    project.write_all(
        {
            "dvc.yaml": PLOTS,
            "train.csv": "step,loss\n0,1.0\n1,0.5\n",
            "test.tsv": "step\tloss\n0\t1.5\n",
            "images/0.png": "old",
            "pred.json": '[{"actual": "cat", "predicted": "dog"}]',
        }
    )
    project.commit()
    project.write("train.csv", "step,loss\n0,0.9\n")
    return project


def _told(document: Any) -> Any:
    """A document without the texts of the templates."""
    for parts in document["data"].values():
        for part in parts:
            part.pop("content", None)
    return document


def test_diff_for_an_ide(ready: Project) -> None:
    found = ready.dvc("plots", "diff", "-o", ".dvc/tmp/plots", "--split", "--json").json
    part = found["data"]["train.csv"][0]
    assert part["revisions"] == ["workspace", "HEAD"]
    assert part["anchor_definitions"]["<DVC_METRIC_DATA>"] == [
        {"step": "0", "loss": "0.9", "rev": "workspace"},
        {"step": "0", "loss": "1.0", "rev": "HEAD"},
        {"step": "1", "loss": "0.5", "rev": "HEAD"},
    ]
    assert found["data"]["gone.csv"] == [] == found["data"]["bad"]
    assert {(e["name"], e["rev"], e["type"]) for e in found["errors"]} == {
        ("gone.csv", "workspace", "FileNotFoundError"),
        ("gone.csv", "HEAD", "FileNotFoundError"),
        ("bad", "workspace", "FieldNotFoundError"),
        ("bad", "HEAD", "FieldNotFoundError"),
    }
    image = ready.root / ".dvc/tmp/plots/HEAD_images_0.png"
    assert image.read_text() == "old"
    assert str(image) in [part["url"] for part in found["data"]["images/0.png"]]


def test_show_writes_one_page(ready: Project) -> None:
    result = ready.dvc("plots", "show", "-o", "out")
    path = ready.root / "out/index.html"
    assert result.out == f"file://{path}\n"
    assert [file.name for file in path.parent.iterdir()] == ["index.html"]
    assert 'id="train_csv"' in path.read_text()


def test_mistakes(ready: Project) -> None:
    assert "unknown Git revision 'nosuch'" in ready.dvc("plots", "diff", "nosuch", code=1).err
    assert "specify a target" in ready.dvc("plots", "show", "--show-vega", code=1).err
    assert "Unexpected template: x." in ready.dvc("plots", "templates", "x", code=1).err
    assert "'x' not found" in ready.dvc("plots", "show", "-t", "x", "--json", code=255).err
    assert ready.dvc("plots", "show", "--json", "nosuch").json == {}
    assert "will not be created" in ready.dvc("plots", "show", "nosuch").err


def test_a_broken_workspace_leaves_other_revisions(ready: Project) -> None:
    ready.write("dvc.yaml", "plots: 1\n")
    found = ready.dvc("plots", "diff", "--json").json
    assert [error["rev"] for error in found["errors"] if "name" not in error] == ["workspace"]
    assert found["data"]["train.csv"][0]["revisions"] == ["HEAD"]


@pytest.mark.parametrize("words", [("diff",), ("diff", "HEAD", "--targets", "train.csv")])
def test_json_is_that_of_dvc(ready: Project, real_dvc: str, words: tuple[str, ...]) -> None:
    line = ("plots", *words, "--json", "--split")
    ours, theirs = ready.dvc(*line).json, ready.dvc(*line, by=real_dvc).json
    assert _told(ours) == _told(theirs)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_browser_draws_the_marks(ready: Project, dark: bool) -> None:
    """Without a network; the picture stays in the test's folder."""
    ready.write("train.csv", "step,loss\n0,0.9\n1,0.7\n")
    ready.dvc("plots", "diff", "-o", "out")
    picture = ready.root.parent / "plots.png"
    screenshot_of(ready.path("out/index.html"), picture, dark=dark, size=(800, 500))
    seen = colours(picture)
    background = seen.most_common(1)[0][0]
    assert (sum(background) < 120) == dark
    purple, blue = (0x94, 0x5D, 0xD6), (0x13, 0xAD, 0xC7)  # the first two revisions
    assert all(dots_like(seen, colour) > 100 for colour in (purple, blue))


def test_a_browser_draws_every_plot(ready: Project) -> None:
    ready.dvc("plots", "show", "-o", "out")
    seen = dom_of(ready.path("out/index.html"))
    assert len(re.findall('<canvas[^>]*class="marks"', seen)) == 3
    assert "cannot be drawn" not in re.sub("(?s)<script>.*?</script>", "", seen)


def test_plots_print_dark_on_white_whatever_the_screen(ready: Project) -> None:
    ready.write("train.csv", "step,loss\n0,0.9\n1,0.7\n")
    ready.dvc("plots", "diff", "-o", "out")
    paper = ready.root.parent / "plots.pdf"
    print_of(ready.path("out/index.html"), paper, dark=True)
    seen = inks(paper)
    purple, blue, dark_card = (0x94, 0x5D, 0xD6), (0x13, 0xAD, 0xC7), (0x19, 0x1C, 0x23)
    assert {purple, blue} <= seen
    assert dark_card not in seen
