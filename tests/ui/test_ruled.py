"""The wide table: full width as the original draws it, and how it gets narrower."""

from __future__ import annotations

from assay.ui.ruled import RuledColumn, as_ruled, fitted, shortened
from assay.ui.style import Style
from assay.ui.table import display_width

COLUMNS = [
    RuledColumn(["Experiment", "workspace", "main", "└── 2c70fad [one]"]),
    RuledColumn(["Created", "-", "08:05 AM", "08:05 AM"]),
    RuledColumn(["acc", "0.12346", "0.12346", "0.12346"], "metrics", is_number=True),
    RuledColumn(["loss.val", "0.3", "0.3", "0.3"], "metrics", is_number=True, gives_way=1),
    RuledColumn(["lr", "0.1", "0.1", "0.1"], "params"),
    RuledColumn(["net.depth", "3", "3", "3"], "params", gives_way=2),
    RuledColumn(["net.name", "deep", "deep", "deep"], "params", gives_way=3),
    RuledColumn(["net.other", "5", "5", "5"], "params", gives_way=4),
]


def narrow(columns: list[RuledColumn], limit: int) -> str:
    return as_ruled(fitted(columns, limit).columns)


def test_full_width() -> None:
    assert as_ruled(COLUMNS[:6]) == (
        " ───────────────────────────────────────────────────────────────────── \n"
        "  Experiment          Created        acc   loss.val   lr    net.depth  \n"
        " ───────────────────────────────────────────────────────────────────── \n"
        "  workspace           -          0.12346        0.3   0.1   3          \n"
        "  main                08:05 AM   0.12346        0.3   0.1   3          \n"
        "  └── 2c70fad [one]   08:05 AM   0.12346        0.3   0.1   3          \n"
        " ───────────────────────────────────────────────────────────────────── "
    )


def test_columns_give_way_from_the_right_behind_one_mark() -> None:
    assert narrow(COLUMNS, 80) == (
        " ───────────────────────────────────────────────────────────────────────── \n"
        "  Experiment          Created        acc   loss.val   lr    net.depth   …  \n"
        " ───────────────────────────────────────────────────────────────────────── \n"
        "  workspace           -          0.12346        0.3   0.1   3           …  \n"
        "  main                08:05 AM   0.12346        0.3   0.1   3           …  \n"
        "  └── 2c70fad [one]   08:05 AM   0.12346        0.3   0.1   3           …  \n"
        " ───────────────────────────────────────────────────────────────────────── "
    )


def test_apart_from_each_other_hidden_columns_have_a_mark_each() -> None:
    lines = narrow(COLUMNS, 60).split("\n")
    assert lines[1] == "  Experiment          Created        acc   …   lr    …  "
    assert lines[5] == "  └── 2c70fad [one]   08:05 AM   0.12346   …   0.1   …  "


def test_when_hiding_is_not_enough_long_texts_are_cut_and_the_row_names_stay() -> None:
    columns = [COLUMNS[0], RuledColumn(["file.py", *["ae11f27ea217f93e8987410ad59e834a"] * 3])]
    lines = narrow(columns, 40).split("\n")
    assert lines[1] == "  Experiment          file.py           "
    assert lines[5] == "  └── 2c70fad [one]   ae11f27ea217f93…  "


def test_the_largest_gives_way_first_wherever_it_stands() -> None:
    order = [3, 0, 2, 4, 1]
    columns = [RuledColumn([str(way) * 9], gives_way=way) for way in order]
    assert narrow(columns, 60).split("\n")[1].split() == [
        "333333333",
        "000000000",
        "222222222",
        "…",
        "111111111",
    ]
    assert fitted(columns, 60).hidden == 1
    assert fitted(columns, 25).hidden == 4


def test_a_marked_cell_is_painted_by_itself() -> None:
    columns = [RuledColumn(["a", "1", "2"]), RuledColumn(["b", "3", "4"], marks={1: "best"})]
    lines = as_ruled(columns, bold_rows=[1], style=Style(True)).split("\n")
    assert lines[3:5] == ["  1   3  ", "  \x1b[1m2\x1b[0m   \x1b[1;32m4\x1b[0m  "]
    assert "\x1b" not in as_ruled(columns, bold_rows=[1])


def test_no_line_is_longer_than_the_limit() -> None:
    for limit in range(45, 120):
        lines = narrow(COLUMNS, limit).split("\n")
        assert max(map(display_width, lines)) <= limit


def test_colours_show_the_group_of_a_column_and_bold_rows() -> None:
    lines = as_ruled(COLUMNS[:3], bold_rows=[0], style=Style(True)).split("\n")
    assert lines[1] == (
        " \x1b[30;48;5;255m Experiment        \x1b[0m \x1b[30;48;5;255m Created  \x1b[0m"
        " \x1b[30;48;5;230m     acc \x1b[0m "
    )
    assert lines[3] == "\x1b[1m  workspace           -          0.12346  \x1b[0m"
    assert lines[4] == "  main                08:05 AM   0.12346  "


def test_shortened_text_ends_with_a_mark_and_fits() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
    assert shortened("日本日本", 6) == "日本…"
    assert shortened("a\nb", 80) == "a\\nb"
