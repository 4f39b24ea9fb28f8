"""Small pipelines that tests start from."""

from __future__ import annotations

from support.project import Project

TWO_STAGES = {
    "params.yaml": "# how to train\nlr: 0.1  # step\nseed: 7\n",
    "data.txt": "a\nb\nc\n",
    "copy.py": "open('clean.txt', 'w').write(open('data.txt').read())\n",
    "train.py": (
        "import json\n"
        "lr = float(open('params.yaml').read().split('lr:')[1].split()[0])\n"
        "rows = open('clean.txt').read().split()\n"
        "open('model.txt', 'w').write('%s rows, lr %s\\n' % (len(rows), lr))\n"
        "json.dump({'acc': round(len(rows) * lr, 6)}, open('metrics.json', 'w'))\n"
    ),
    "dvc.yaml": (
        "stages:\n"
        "  copy:\n"
        "    cmd: python copy.py\n"
        "    deps: [copy.py, data.txt]\n"
        "    outs: [clean.txt]\n"
        "  train:\n"
        "    cmd: python train.py\n"
        "    deps: [train.py, clean.txt]\n"
        "    params: [lr]\n"
        "    outs: [model.txt]\n"
        "    metrics:\n"
        "    - metrics.json:\n"
        "        cache: false\n"
    ),
    ".gitignore": "/clean.txt\n/model.txt\n",
}


def two_stages(project: Project) -> Project:
    """copy → train with one parameter, committed and not yet run."""
    project.write_all(TWO_STAGES)
    project.commit("pipeline")
    return project
