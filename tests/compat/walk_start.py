"""What a walk starts from, and the steps it may make."""

from __future__ import annotations

from collections.abc import Callable

from support.project import Project, Result

STAGES = """\
stages:
  copy:
    cmd: cp data.txt one.txt
    deps: [data.txt]
    outs: [one.txt]
  train:
    cmd: >-
      mkdir -p tree/sub && cp one.txt tree/a && cat params.yaml > tree/sub/b &&
      echo "{\\"acc\\": $(wc -l < one.txt)}" > m.json
    deps: [one.txt, dir]
    params: [lr]
    outs: [tree]
    metrics: [m.json: {cache: false}]
"""

THIRD = """\
  last:
    cmd: cat tree/a > last.txt && printf 'x,y\\n1,2\\n' > plot.csv
    deps: [tree]
    params: [seed]
    outs: [last.txt]
    plots: [plot.csv: {x: x, y: y}]
"""

FILES = {
    "dvc.yaml": STAGES,
    "two.yaml": STAGES,
    "three.yaml": STAGES + THIRD,
    "params.yaml": "# how\nlr: 1  # step\nseed: 7\n",
    "data.txt": "data\n",
    "dir/a": "a\n",
    "dir/sub/b": "b\n",
    "mine.txt": "mine\n",
    ".dvc/config": "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../store\n",
}


def furnish(project: Project, run: Callable[[list[str]], Result]) -> None:
    """A pipeline that has run once, tracked data, a remote and a Git remote."""
    project.write_all(FILES)
    (project.root.parent / "store").mkdir()
    project.git("init", "-q", "--bare", "../origin.git")
    project.git("remote", "add", "origin", "../origin.git")
    for line in ("add -q dir", "repro -q"):
        assert run(line.split()).code == 0, line
    project.commit("start")


EDITS = """\
!sed -i 's/^lr:.*/lr: 2/' params.yaml
!sed -i 's/^lr:.*/lr: 3  # three/' params.yaml
!sed -i 's/^seed:.*/seed: 8/' params.yaml
!git checkout -q -- params.yaml
!echo more >> data.txt
!echo data > data.txt
!rm -f data.txt
!echo more >> dir/a
!rm -f dir/a
!rm -rf dir
!mkdir -p dir/deep && echo new > dir/deep/c
!rm -f one.txt
!rm -rf tree
!rm -f one.txt && echo hand > one.txt
!rm -f tree/a && echo hand > tree/a
!echo extra > tree/extra
!rm -f m.json
!rm -f dvc.lock
!cp three.yaml dvc.yaml
!cp two.yaml dvc.yaml
!echo '*.skip' > .dvcignore && echo s > dir/x.skip
!git add -A && git commit -qm change
!git add -A && git commit -qm change
!git checkout -qf HEAD~1 2>/dev/null && git branch -f main && git checkout -q main
!git reset -q --hard
!git add -A
!git stash -q
!git checkout -qb side
!git checkout -q main
!rm -rf .dvc/cache/files
!rm -rf .dvc/cache/runs
!rm -rf .dvc/cache
!rm -rf .dvc/tmp
!rm -rf ../store/*
""".splitlines()

DATA = """\
add data.txt
add dir
add mine.txt
add dir/a
add dir/deep
add nothing
add tree
add --no-commit mine.txt
commit -f
commit -f dir.dvc
commit -f train
commit
checkout
checkout -f
checkout -f dir
checkout -f train
checkout -f one.txt
checkout --relink
checkout --allow-missing -f
remove dir.dvc
remove copy
remove mine.txt.dvc --outs
move mine.txt moved.txt
move dir folder
freeze train
unfreeze train
freeze dir.dvc
stage add -n extra -d mine.txt -o extra.txt cp mine.txt extra.txt
stage add -f -n copy -d data.txt -o one.txt cat data.txt > one.txt
stage add --run -n extra -d mine.txt -o extra.txt cp mine.txt extra.txt
unprotect one.txt
unprotect dir
gc -w -f
gc -a -f
gc -A -f
gc -w -c -f
push
pull
fetch
push dir
pull train
pull -f
push --run-cache
pull --run-cache
config cache.type copy
config cache.type hardlink,copy
config cache.type symlink
config core.autostage true
""".splitlines()

RUNS = """\
repro
repro
repro
repro copy
repro -s train
repro -f
repro --no-commit
repro --downstream train
repro --force-downstream copy
repro -k
repro --pull
repro --allow-missing
repro --no-run-cache
repro --glob c*
repro --dry
repro -p
repro one.txt
repro dir.dvc
exp run -n e1
exp run -n e2 -S lr=5
exp run -n e3 -S lr=6 -S +new=1
exp run -f -n e1 -S lr=7
exp run --temp -n t1 -S lr=8
exp run -n e4 train
exp run -n e5 -S seed=1 -k
exp run -n e6 --pull
exp run --no-hydra -n e7
exp save -n s1
exp save -f -n s1
exp save -n s2 -I mine.txt
exp apply e1
exp apply e2
exp apply t1
exp apply s1
exp branch e2 b2
exp remove e1
exp remove e2
exp remove -A
exp rename e2 e9
exp push origin e2
exp pull origin e2
exp push origin -A
exp pull origin -A
exp remove -g origin e2
""".splitlines()

# Values of one digit, as everywhere here: DVC moves a comment behind a longer one.
QUEUED = """\
exp run --queue
exp run --queue -S lr=9
exp run --queue -S lr=4,5
queue remove --all && exp run --queue -n q1 -S lr=6
queue remove --all && exp run --queue -n e1 -S lr=6
queue remove --queued
queue remove --all
queue remove --success --failed
exp remove --queue
queue remove --all && queue start -j 1
queue remove --all && exp run --queue -n q4 -S lr=8 && queue start --jobs 1
queue remove --all && exp run --queue -n q5 -S seed=3,4 && queue start
queue remove --all && exp run --queue -n q6 && queue start && queue remove --all
""".splitlines()

LINES = [EDITS, DATA, RUNS, RUNS, QUEUED]
"""What one is to choose from, as often as it is here."""
