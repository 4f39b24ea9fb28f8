"""`exp show` as text and Markdown."""

from __future__ import annotations

from datetime import date

import pytest

from assay.compare.contents import Contents
from assay.compare.directions import directions_from_words
from assay.compare.readings import Failure
from assay.compare.records import Baseline, Experiment, Revision
from assay.compare.show_columns import BadPattern, View
from assay.compare.show_rows import AmbiguousSortColumn, UnknownSortColumn
from assay.compare.show_table import Shape, as_markdown_text, as_text
from assay.ui.style import Style
from assay.ui.table import display_width
from compare.samples import ALL, MAIN, MOMENT, TODAY, WORKSPACE, experiment

MAIN_OF_THREE = Baseline(
    Revision("9" * 40, "main"),
    [
        Experiment(Revision(letter * 40, letter, Contents(metrics={"m.json": {"acc": acc}})))
        for letter, acc in [("a", 0.5), ("b", 0.9), ("c", 0.9)]
    ],
)
RULE = f" {'─' * 174} "


def text(view: View = View(), *, limit: int | None = None) -> str:  # noqa: B008 - immutable
    return as_text(ALL, view, today=TODAY, shape=Shape(limit=limit))


def markdown_header(view: View) -> list[str]:
    first = as_markdown_text(ALL, view, today=TODAY).split("\n")[0]
    return [cell.strip() for cell in first.strip("|").split("|")]


def order(name: str, *, descending: bool = False, values: list[object]) -> str:
    """The names of experiments with these learning rates, in sorted order."""
    experiments = [experiment(letter, lr=lr) for letter, lr in zip("abcdef", values, strict=False)]
    view = View(sort_by=name, descending=descending, drop=["Created"])
    baseline = Baseline(Revision("9" * 40, "main"), experiments)
    lines = as_text([baseline], view, today=TODAY).split("\n")[4:-1]
    return "".join(line.split("[")[1][0] for line in lines)


def test_whole_table() -> None:
    assert text().split("\n") == [
        RULE,
        "  Experiment          Created        State        acc   loss.val   m.json:lr   "
        "params.yaml:lr   net.depth   net.name   sizes           none   fit.py                  "
        "          ",
        RULE,
        "  workspace           -              -        0.12346      1e-09           3   "
        "0.1              3           deep       [1, '2.1235']   -      "
        "ae11f27ea217f93e8987410ad59e834a  ",
        "  main                Mar 04, 2025   -        0.12346      1e-09           3   "
        "0.1              3           deep       [1, '2.1235']   -      "
        "-                                 ",
        "  ├── bbbbbbb [one]   Mar 04, 2025   -        0.12346      1e-09           3   "
        "0.1              3           deep       [1, '2.1235']   -      "
        "-                                 ",
        "  └── ccccccc [two]   Mar 04, 2025   Failed   0.12346      1e-09           3   "
        "!                !           !          !               !      "
        "-                                 ",
        RULE,
    ]


def test_todays_commits_show_their_time() -> None:
    shown = as_text([MAIN], View(keep=["Created"], drop=["."]), today=date(2025, 3, 4).timetuple())
    assert [line.strip() for line in shown.split("\n")[3:-1]] == ["05:06 AM"] * 3


def test_markdown() -> None:
    view = View(drop=["m.json:lr", "params.yaml:lr", "net", "sizes", "none"])
    assert as_markdown_text(ALL, view, today=TODAY) == (
        "| Experiment        | Created      | State   | acc     | loss.val   "
        "| fit.py                           |\n"
        "|-------------------|--------------|---------|---------|------------"
        "|----------------------------------|\n"
        "| workspace         | -            | -       | 0.12346 | 1e-09      "
        "| ae11f27ea217f93e8987410ad59e834a |\n"
        "| main              | Mar 04, 2025 | -       | 0.12346 | 1e-09      "
        "| -                                |\n"
        "| ├── bbbbbbb [one] | Mar 04, 2025 | -       | 0.12346 | 1e-09      "
        "| -                                |\n"
        "| └── ccccccc [two] | Mar 04, 2025 | Failed  | 0.12346 | 1e-09      "
        "| -                                |\n"
    )


def test_nothing_collected_is_no_table_but_a_markdown_head() -> None:
    assert as_text([], View(), today=TODAY) == ""
    assert as_markdown_text([], View(), today=TODAY) == (
        "| Experiment   | Created   |\n|--------------|-----------|\n"
    )


def test_dropping_every_column_leaves_nothing() -> None:
    assert text(View(drop=["."])) == ""


def test_on_a_narrow_terminal_what_differs_stays_longest() -> None:
    def row(name: str, lr: float) -> Experiment:
        values = {"same": "equal everywhere", "lr": lr, "last": "also the same"}
        contents = Contents(MOMENT, {"params.yaml": values})
        return Experiment(Revision(name * 40, name, contents))

    baseline = Baseline(row("a", 0.5).revision, [row("b", 0.5), row("c", 0.25)])

    def seen(view: View) -> list[str]:
        shape = Shape(limit=50)
        return as_text([baseline], view, today=TODAY, shape=shape).split("\n")

    lines = seen(View())
    assert lines[1].split() == ["Experiment", "Created", "…", "lr", "…"]
    assert lines[-1] == "  … 2 columns do not fit: --wide shows all, --kee…"
    assert "last" in seen(View(keep=["last"]))[1].split()
    assert "last" in seen(View(sort_by="last"))[1].split()


def test_no_line_is_longer_than_the_terminal() -> None:
    for limit in (40, 60, 80, 120, 200):
        lines = text(limit=limit).split("\n")
        assert max(map(display_width, lines)) <= limit


def test_the_best_and_the_worst_of_a_metric_with_a_direction_are_painted() -> None:
    def seen(*words: str) -> list[str]:
        shape = Shape(style=Style(True), directions=directions_from_words(words))
        shown = as_text([MAIN_OF_THREE], View(drop=["Created"]), today=TODAY, shape=shape)
        return [line.rpartition("]")[2].strip() for line in shown.split("\n")[4:-1]]

    assert seen() == ["0.5", "0.9", "0.9"]
    assert seen("acc=max") == ["\x1b[31m0.5\x1b[0m", "\x1b[1;32m0.9\x1b[0m", "\x1b[1;32m0.9\x1b[0m"]
    assert seen("m.json:a*=minimize")[0] == "\x1b[1;32m0.5\x1b[0m"
    assert seen("loss=max") == seen()


def test_bold_baselines_on_a_terminal() -> None:
    view = View(drop=["[^E]"])
    lines = as_text(ALL, view, today=TODAY, shape=Shape(style=Style(True))).split("\n")
    assert lines[4] == "\x1b[1m  main               \x1b[0m"
    assert lines[5] == "  ├── bbbbbbb [one]  "


def test_a_revision_that_cannot_be_read_is_a_row_of_dashes() -> None:
    broken = Baseline(Revision("workspace", failure=Failure("YAMLSyntaxError", "bad")))
    lines = as_text([broken, MAIN], View(drop=["fit"]), today=TODAY).split("\n")
    assert set(lines[3].split()) == {"workspace", "-"}


def test_a_commit_without_a_name_shows_seven_digits() -> None:
    lines = as_text([Baseline(Revision("a" * 40))], View(), today=TODAY).split("\n")
    assert lines[3] == "  aaaaaaa      -        "


def test_drop_matches_from_the_start_of_the_header() -> None:
    assert "net.name" in markdown_header(View(drop=["name"]))
    assert "net.name" not in markdown_header(View(drop=["net"]))


def test_keep_wins_over_drop_over_only_changed_and_over_empty_columns() -> None:
    assert markdown_header(View(drop=["."], keep=["Executor", "acc"])) == ["Executor", "acc"]
    assert markdown_header(View(only_changed=True, keep=["acc"])) == [
        *("Experiment", "Created", "State", "acc"),
        *("params.yaml:lr", "net.depth", "net.name", "sizes", "none", "fit.py"),
    ]


def test_keep_brings_back_columns_that_only_the_csv_has() -> None:
    assert markdown_header(View(drop=["[^E]"], keep=["rev", "parent"])) == [
        *("Experiment", "rev", "parent"),
    ]


def test_a_pattern_that_is_no_regular_expression_is_an_error() -> None:
    with pytest.raises(BadPattern, match=r"'\(' is no regular expression: missing \)"):
        text(View(drop=["("]))


def test_sorting_puts_experiments_without_the_value_last() -> None:
    assert order("lr", values=[0.3, None, 0.1, 2]) == "cadb"


def test_descending_turns_the_order_around() -> None:
    assert order("lr", values=[0.3, None, 0.1, 2], descending=True) == "bdac"


def test_texts_and_other_values_sort_after_numbers_and_never_fail() -> None:
    assert order("lr", values=["b", 1, float("nan"), [1], "a", True]) == "bfdeac"


def test_sort_column_may_name_its_file() -> None:
    assert order("params.yaml:lr", values=[2, 1]) == "ba"
    assert order(":lr", values=[2, 1]) == "ba"


def test_sort_by_something_that_is_not_there() -> None:
    with pytest.raises(UnknownSortColumn, match=r"^Unknown sort column 'nope'$"):
        text(View(sort_by="nope"))


def test_sort_by_a_name_in_two_files() -> None:
    message = r"^Ambiguous sort column 'lr' matched 'm.json:lr, params.yaml:lr'$"
    with pytest.raises(AmbiguousSortColumn, match=message):
        text(View(sort_by="lr"))


def test_without_experiments_the_sort_column_is_not_looked_at() -> None:
    assert as_text([WORKSPACE], View(sort_by="nope"), today=TODAY) != ""
