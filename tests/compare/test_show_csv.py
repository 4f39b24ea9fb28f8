"""`exp show --csv`: whole output, as the original prints it."""

from __future__ import annotations

import csv
import io

from assay.compare.contents import Contents
from assay.compare.records import Baseline, Revision
from assay.compare.show_columns import View
from assay.compare.show_csv import as_csv
from compare.samples import ALL


def test_whole_output() -> None:
    md5 = "ae11f27ea217f93e8987410ad59e834a"
    values = '0.123456789,1e-09,3.0,0.1,3,deep,"[1, 2.123456789]",'
    assert as_csv(ALL, View()).split("\r\n") == [
        "Experiment,rev,typ,Created,parent,State,acc,loss.val,m.json:lr,params.yaml:lr,"
        "net.depth,net.name,sizes,none,fit.py",
        f",workspace,baseline,,,,{values},{md5}",
        f",main,baseline,2025-03-04T05:06:07,,,{values},",
        f"one,bbbbbbb,branch_commit,2025-03-04T05:06:07,,,{values},",
        "two,ccccccc,branch_base,2025-03-04T05:06:07,,Failed,0.123456789,1e-09,3.0,!,!,!,!,!,",
        "",
    ]


def test_precision_limits_significant_digits() -> None:
    view = View(drop=["[^a]"])
    assert as_csv(ALL, view, digits=2) == "acc\r\n" + "0.12\r\n" * 4


def test_only_changed_drops_columns_with_one_text() -> None:
    header = as_csv(ALL, View(only_changed=True)).split("\r\n")[0]
    assert header == (
        "Experiment,rev,typ,Created,State,params.yaml:lr,net.depth,net.name,sizes,none,fit.py"
    )


def test_nothing_collected_is_a_header_line() -> None:
    assert as_csv([], View()) == "Experiment,rev,typ,Created,parent\r\n"


def test_no_column_left_is_an_empty_header_line() -> None:
    assert as_csv(ALL, View(drop=["."])) == "\r\n"


def test_values_come_back_as_they_are_whatever_they_hold() -> None:
    value = 'a "quoted", text\nof two lines \x1b[1m'
    contents = Contents(params={"p.yaml": {"note": value}})
    text = as_csv([Baseline(Revision("workspace", contents=contents))], View())
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[0]["note"] == value
