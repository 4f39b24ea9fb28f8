"""The wide table: full width as the original draws it, and how it gets narrower."""

from __future__ import annotations

from assay.ui.ruled import RuledColumn, as_ruled, shortened
from assay.ui.style import Style
from assay.ui.table import display_width

COLUMNS = [
    RuledColumn(["Experiment", "workspace", "main", "└── 2c70fad [one]"]),
    RuledColumn(["Created", "-", "08:05 AM", "08:05 AM"]),
    RuledColumn(["acc", "0.12346", "0.12346", "0.12346"], "metrics", is_number=True),
    RuledColumn(["loss.val", "0.3", "0.3", "0.3"], "metrics", is_number=True, gives_way=True),
    RuledColumn(["lr", "0.1", "0.1", "0.1"], "params"),
    RuledColumn(["net.depth", "3", "3", "3"], "params", gives_way=True),
    RuledColumn(["net.name", "deep", "deep", "deep"], "params", gives_way=True),
    RuledColumn(["net.other", "5", "5", "5"], "params", gives_way=True),
]


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
    assert as_ruled(COLUMNS, limit=80) == (
        " ───────────────────────────────────────────────────────────────────────── \n"
        "  Experiment          Created        acc   loss.val   lr    net.depth   …  \n"
        " ───────────────────────────────────────────────────────────────────────── \n"
        "  workspace           -          0.12346        0.3   0.1   3           …  \n"
        "  main                08:05 AM   0.12346        0.3   0.1   3           …  \n"
        "  └── 2c70fad [one]   08:05 AM   0.12346        0.3   0.1   3           …  \n"
        " ───────────────────────────────────────────────────────────────────────── "
    )


def test_apart_from_each_other_hidden_columns_have_a_mark_each() -> None:
    lines = as_ruled(COLUMNS, limit=60).split("\n")
    assert lines[1] == "  Experiment          Created        acc   …   lr    …  "
    assert lines[5] == "  └── 2c70fad [one]   08:05 AM   0.12346   …   0.1   …  "


def test_when_hiding_is_not_enough_long_texts_are_cut_and_the_row_names_stay() -> None:
    columns = [COLUMNS[0], RuledColumn(["file.py", *["ae11f27ea217f93e8987410ad59e834a"] * 3])]
    lines = as_ruled(columns, limit=40).split("\n")
    assert lines[1] == "  Experiment          file.py           "
    assert lines[5] == "  └── 2c70fad [one]   ae11f27ea217f93…  "


def test_no_line_is_longer_than_the_limit() -> None:
    for limit in range(45, 120):
        lines = as_ruled(COLUMNS, limit=limit).split("\n")
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
