"""What files meant is believed only as long as they are the same files."""

from __future__ import annotations

import time

from support.project import Project

STAGES = """\
stages:
  train:
    cmd: cat data.txt > out.txt
    deps: [data.txt]
    params: [lr]
    outs: [out.txt]
"""


def test_a_file_of_the_same_size_and_time_in_the_place_of_another_is_read(
    project: Project,
) -> None:
    """As `cp -p` brings it from an archive in which all files have one time."""
    project.write("data.txt", "1\n")
    project.write_all({"../one/params.yaml": "lr: 1\n", "../two/params.yaml": "lr: 2\n"})
    project.write_all({"../one/dvc.yaml": STAGES, "../two/dvc.yaml": STAGES.replace("cat", "tac")})
    project.shell("touch -d @1700000000 ../one/* ../two/* && cp -p ../one/* .")
    project.dvc("repro", "-q")
    time.sleep(0.1)
    for _ in range(2):  # the second time from memory
        assert project.dvc("status", "--json").json == {}

    project.shell("cp -p ../two/params.yaml .")
    [change] = project.dvc("status", "--json").json["train"]
    assert change == {"changed deps": {"params.yaml": {"lr": "modified"}}}
    project.shell("cp -p ../one/params.yaml ../two/dvc.yaml .")
    assert project.dvc("status", "--json").json == {"train": ["changed command"]}
