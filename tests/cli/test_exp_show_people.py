"""`exp show` for people: conditions, a table that keeps up, a page."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from support.browser import dom_after, dom_of, print_of, screenshot_of
from support.live_terminal import LiveTerminal
from support.paper import inks
from support.picture import colours, dots_like
from support.project import Project

STAGES = """\
stages:
  train:
    cmd: python train.py
    params: [lr, model]
    metrics:
    - m.json:
        cache: false
        meta: {direction: {acc: max}}
"""
HOSTILE = "</script><img src=x onerror=alert(1)>"


def save(project: Project, name: str, lr: object, acc: object, model: str = "cnn") -> str:
    """An experiment on HEAD."""
    project.write("params.yaml", json.dumps({"lr": lr, "model": model}))
    project.write("m.json", json.dumps({"acc": acc, "deep": {"loss": 1}}))
    project.git("add", "-A")
    base = project.head
    commit = project.git("commit-tree", project.git("write-tree"), "-p", base, "-m", name)
    project.git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/{name}", commit)
    project.git("reset", "-q", "--hard")
    return commit


@pytest.fixture
def ready(project: Project) -> Project:
    project.write_all({"dvc.yaml": STAGES, "params.yaml": '{"lr": 0.1, "model": "cnn"}'})
    project.write("m.json", '{"acc": 0.5, "deep": {"loss": 1}}')
    project.commit("base")
    save(project, "one", 0.001, 0.9)
    save(project, "two", 0.0001, 0.95, "resnet")
    save(project, "odd", "auto", "nan", HOSTILE)
    return project


def names(project: Project, *options: str) -> list[str]:
    """The experiments shown, oldest first; `-` for a baseline."""
    lines = project.dvc("exp", "show", "--csv", *options).lines[1:]
    return sorted(line.split(",")[0] or "-" for line in lines)


# conditions


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        ("metrics.acc > 0.9 and params.lr < 1e-3", ["-", "two"]),
        ("metrics.acc > 0.9", ["-", "two"]),
        ("'net' in params.model", ["-", "two"]),
        ("params['m.json:lr'] == 1", None),
        ("params['params.yaml:lr'] == 'auto'", ["-", "odd"]),
        ("name in ('one', 'two')", ["-", "one", "two"]),
        ("metrics.deep.loss == 1", ["-", "-", "odd", "one", "two"]),
        ("metrics.acc == 0.5", ["-", "-"]),
        ("metrics.acc > 2", []),
        ("state == None", ["-", "-", "odd", "one", "two"]),
    ],
)
def test_a_condition_chooses_rows(ready: Project, condition: str, shown: list[str] | None) -> None:
    if shown is None:
        ready.dvc("exp", "show", "--where", condition, code=255)
    else:
        assert names(ready, "--where", condition) == shown


def test_several_conditions_must_all_hold(ready: Project) -> None:
    assert names(ready, "--where", "metrics.acc > 0.6", "--where", "params.lr < 0.0005") == [
        "-",
        "two",
    ]


@pytest.mark.parametrize("form", ["--json", "--csv", "--no-pager"])
def test_when_no_row_is_left_somebody_says_so(ready: Project, form: str) -> None:
    said = ready.dvc("exp", "show", form, "--where", "metrics.acc > 2").err
    assert said == "--where: there is no row of which that is true\n"


def test_conditions_are_for_json_and_tables_too(ready: Project) -> None:
    [main] = ready.dvc("exp", "show", "--json", "--where", "name == 'one'").json
    assert [item["name"] for item in main["experiments"]] == ["one"]
    assert "two" not in ready.dvc("exp", "show", "--where", "name == 'one'").out


@pytest.mark.parametrize(
    ("condition", "text", "hint"),
    [
        ("metrics.acc >", "something is missing, at column 14 of `metrics.acc >`", ""),
        ("acc > 1", "'acc' is not known, at column 1 of `acc > 1`", "did you mean metrics.acc?"),
        ("deep == 1", "'deep' is not known", "did you mean metrics.deep?"),
        ("metrics.ac > 1", "no row has 'metrics.ac', at column 1", "did you mean 'acc'?"),
        ("1 < metrics.deep", "'metrics.deep' is a group of values, not a value, at column 1", ""),
        ("name == 'a' and x > 1", "'x' is not known, at column 17", "names are metrics,"),
        ("name = 'a'", "a mistake, at column 6", "write `==` to compare"),
        ("name == 'a' && 1", "a mistake, at column 14", "write `and` for `&&`"),
        ("__import__('os').system('x')", "this is not part of the language, at column 1", ""),
        ("name.__class__", "this cannot be used here, at column 1", ""),
        ("9 ** 9", "this cannot be used here, at column 1", ""),
        ("", "something is missing, at column 1", ""),
    ],
)
def test_a_mistake_in_a_condition_is_shown_with_its_place(
    ready: Project, condition: str, text: str, hint: str
) -> None:
    result = ready.dvc("exp", "show", "--where", condition, code=255)
    lines = result.err.splitlines()
    assert lines[0].startswith(f"ERROR: --where: {text}")
    assert len(lines) <= 2 and hint in result.err
    assert result.out == ""


# keeping up


def test_a_watched_table_shows_what_changes_until_ctrl_c(ready: Project) -> None:
    with LiveTerminal(ready, "dvc", "exp", "show", "--watch", "--drop", "Created") as screen:
        first = screen.wait_for("[one]", "[two]")
        assert "\x1b[?1049h" in first
        save(ready, "late", 0.5, 0.7)
        assert "[one]" in screen.wait_for("[late]")
        ready.write("m.json", '{"acc": 0.125}')
        screen.wait_for("0.125")
        screen.type("\x03")
        assert screen.end() == 0
    assert screen.text.replace("^C", "") == "\x1b[?7h\x1b[?25h\x1b[?1049l"


def test_a_watched_table_survives_what_is_half_written(ready: Project) -> None:
    with LiveTerminal(ready, "dvc", "exp", "show", "--watch", "--sort-by", "lr") as screen:
        screen.wait_for("[one]")
        ready.write("dvc.yaml", "stages: {train")
        ready.write("m.json", '{"acc"')
        screen.wait_for("workspace")
        ready.git("checkout", "-q", "--", ".")
        screen.wait_for("0.5")
        screen.type("\x03")
        assert screen.end() == 0


def test_a_watched_table_that_has_no_room_says_how_much_is_missing(ready: Project) -> None:
    with LiveTerminal(ready, "dvc", "exp", "show", "--watch", lines=6) as screen:
        assert screen.wait_for("more lines").count("\r\n") == 5
        screen.type("\x03")
        assert screen.end() == 0


def test_watching_needs_a_terminal_and_no_other_form(ready: Project) -> None:
    assert "terminal" in ready.dvc("exp", "show", "--watch", code=1).err
    assert "--json" in ready.dvc("exp", "show", "--watch", "--json", code=254).err


# pages


def test_a_page_is_one_file_that_loads_nothing(ready: Project) -> None:
    url = ready.dvc("exp", "show", "--html", "-o", "out").out.strip()
    assert url == f"file://{ready.root}/out/experiments.html"
    assert ready.listing("out") == ["experiments.html"]
    text = ready.read("out/experiments.html")
    assert not re.findall(r"<(?:script|link|iframe)[^>]*(?:src|href)=", text)
    assert "default-src 'none'" in text
    assert HOSTILE not in text
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in text
    assert '<td class="metrics best">0.95</td>' in text
    assert '<td class="metrics worst">0.5</td>' in text


@pytest.mark.parametrize("form", ["--html", "--pcp"])
def test_a_page_is_opened_in_the_browser(ready: Project, form: str) -> None:
    browser = ready.root.parent / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" > {browser}.asked\n')
    browser.chmod(0o755)
    url = ready.dvc("exp", "show", form, "--open", env={"BROWSER": f"{browser} %s"}).out.strip()
    assert browser.with_name("browser.asked").read_text().strip() == url
    assert (
        "failed to open"
        in ready.dvc("exp", "show", form, "--open", code=1, env={"BROWSER": "false %s"}).err
    )


def test_pcp_puts_the_coordinates_first(ready: Project) -> None:
    for options, first in ((["--html"], "<table"), (["--pcp"], 'id="coordinates"')):
        ready.dvc("exp", "show", *options)
        text = ready.read("dvc_plots/experiments.html")
        assert min(text.index("<table"), text.index('id="coordinates"')) == text.index(first)


def test_a_page_follows_the_options_of_the_table(ready: Project) -> None:
    ready.dvc("exp", "show", "--html", "--where", "name == 'two'", "--drop", "deep|Created")
    text = ready.read("dvc_plots/experiments.html")
    assert "[two]" in text and "[one]" not in text and "deep.loss" not in text


def test_a_direction_of_the_command_line_outweighs_that_of_the_file(ready: Project) -> None:
    ready.dvc("exp", "show", "--html", "--direction", "acc=min")
    assert '<td class="metrics worst">0.95</td>' in ready.read("dvc_plots/experiments.html")


@pytest.mark.parametrize("form", ["--html", "--json", "--no-pager"])
def test_a_word_that_is_no_direction_is_refused_in_every_form(ready: Project, form: str) -> None:
    assert "NAME=max" in ready.dvc("exp", "show", form, "--direction", "acc=up", code=254).err


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_browser_draws_the_page(ready: Project, dark: bool) -> None:
    """The picture stays in the test's folder."""
    ready.dvc("exp", "show", "--pcp")
    picture = ready.root.parent / "experiments.png"
    page = ready.path("dvc_plots/experiments.html")
    screenshot_of(page, picture, dark=dark, size=(900, 560))
    seen = colours(picture)
    assert (sum(seen.most_common(1)[0][0]) < 120) == dark
    yellow = (0xE8, 0xDF, 0x2D) if dark else (0xDB, 0xE3, 0x1C)  # viridis: the best experiment
    assert dots_like(seen, yellow) > 10


def test_a_browser_runs_nothing_that_came_with_the_data(ready: Project) -> None:
    ready.dvc("exp", "show", "--html")
    seen = re.sub("(?s)<script.*?</script>", "", dom_of(ready.path("dvc_plots/experiments.html")))
    assert seen.count('class="marks"') == 2
    assert "cannot be drawn" not in seen
    assert "<img" not in seen


def test_a_page_prints_dark_on_white_whatever_the_screen(ready: Project) -> None:
    ready.dvc("exp", "show", "--pcp")
    paper = ready.root.parent / "experiments.pdf"
    print_of(ready.path("dvc_plots/experiments.html"), paper, dark=True)
    seen = inks(paper)
    assert (0x1F, 0x24, 0x30) in seen  # our ink
    assert not seen & {(0xE6, 0xE8, 0xEE), (0x10, 0x12, 0x17)}  # that of a dark screen; its page
    assert dots_like(Counter(seen), (0xDB, 0xE3, 0x1C))  # the best experiment


def shown_after(project: Project, script: str) -> list[str]:
    """What the rows of the page say of themselves once the script has run: `[name] picked`."""
    project.dvc("exp", "show", "--html")
    page = re.sub("(?s)<script.*?</script>", "", dom_after(project.path(PAGE), script))
    rows = re.findall(r'<tr class="experiment ?(\w*)"[^>]*?( hidden="")?><th>[^<]*\[(\w+)\]', page)
    return [" ".join(filter(None, (name, state))) for state, hidden, name in rows if not hidden]


PAGE = "dvc_plots/experiments.html"
CLICK_ON_HEAD = "document.querySelector('th[title=\"m.json:acc\"]').click();"
CLICK_ON_LINE = """
const canvas = document.querySelector("#coordinates canvas");
const best = dots("coordinates", 0xdb, 0xe3, 0x1c);
const left_half = best.filter(([x]) => x < canvas.width / 2);  // the legend is on the right
const around = ([x, y]) =>
  best.filter(([a, b]) => Math.abs(a - x) < 3 && Math.abs(b - y) < 3).length;
const [x, y] = left_half.sort((one, other) => around(other) - around(one))[0];  // amid a point
const {left, top, width} = canvas.getBoundingClientRect();
const scale = width / canvas.width;
const place = {clientX: left + x * scale, clientY: top + y * scale, bubbles: true};
for (const type of ["mousemove", "mousedown", "mouseup", "click"]) {
  canvas.dispatchEvent(new MouseEvent(type, place));
}"""


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        (CLICK_ON_HEAD, ["one", "two", "odd"]),
        (CLICK_ON_HEAD * 2, ["two", "one", "odd"]),
        ("const box = document.getElementById('filter'); box.value = 'RESNET 0.0001';"
         "box.dispatchEvent(new Event('input'));", ["two"]),
        (CLICK_ON_LINE, ["odd", "two picked", "one"]),
    ],
    ids=["up", "down", "filter", "line"],
)  # fmt: skip
def test_a_page_answers_the_hand(ready: Project, script: str, shown: list[str]) -> None:
    found = shown_after(ready, script)
    assert found == shown if script != CLICK_ON_LINE else set(found) == set(shown)
