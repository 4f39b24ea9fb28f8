"""Every command by name: where it lives and what it does, in one line.

The table is all that `--help` needs; a command's module is imported when it is called. An entry
`"remote add": ("remote", "add", …)` means the functions `add_arguments` and `add` of
`assay.cli.remote`.
"""

from __future__ import annotations


class Command:
    """Module below `assay.cli`, name of its function, and the summary shown by `--help`.

    Not a NamedTuple: `--help` starts without the `typing` module.
    """

    __slots__ = ("function", "module", "summary")

    def __init__(self, module: str, function: str, summary: str) -> None:
        self.module = module
        self.function = function
        self.summary = summary


GROUPS = {
    "cache": "Manage the cache.",
    "data": "Look at tracked data.",
    "dataset": "Manage the data sets that stages read.",
    "engine": "Look at the places where queued experiments can run.",
    "exp": "Run, save, compare and share experiments.",
    "git-hook": "Run by Git's hooks, see `install`.",
    "metrics": "Show and compare metrics.",
    "params": "Compare parameters.",
    "plots": "Draw plots.",
    "queue": "Work with the queue of experiments.",
    "remote": "Manage remote storage.",
    "stage": "Add and list stages.",
}

ALIASES = {
    "doctor": "version",
    "ds": "dataset",
    "experiments": "exp",
    "ls": "list",
    "ls-url": "list-url",
    "mv": "move",
    "rm": "remove",
}
SUB_ALIASES = {"exp ls": "exp list", "exp rm": "exp remove"}

COMMANDS = {
    "add": Command("add", "add", "Track files or directories."),
    "cache dir": Command("cache", "directory", "Show or set the cache directory."),
    "cache migrate": Command("cache_migrate", "migrate", "Convert a cache of DVC 2.x."),
    "check-ignore": Command("check_ignore", "check_ignore", "Tell which paths .dvcignore names."),
    "checkout": Command("checkout", "checkout", "Restore tracked files from the cache."),
    "commit": Command("commit", "commit", "Record changes of tracked files and stages."),
    "completion": Command("completion", "completion", "Print a script for the Tab key."),
    "config": Command("config", "config", "Get or set configuration options."),
    "dag": Command("dag", "dag", "Show the graph of stages."),
    "data status": Command("data", "status", "Show what happened to tracked data."),
    "dataset add": Command("dataset", "add", "Define a data set, and lock what it stands for."),
    "dataset update": Command("dataset", "update", "Lock what a data set stands for now."),
    "destroy": Command("destroy", "destroy", "Remove the project; its data stays."),
    "diff": Command("diff", "diff", "Compare tracked data between revisions."),
    "du": Command("du", "du", "Show how much space a repository's data takes."),
    "engine check": Command("engine", "check", "Try to reach an engine, and tell what it has."),
    "engine list": Command("engine", "list_", "List the engines."),
    "exp apply": Command("exp_apply", "apply", "Put an experiment into the workspace."),
    "exp branch": Command("exp_branch", "branch", "Make a Git branch from an experiment."),
    "exp clean": Command("exp_clean", "clean", "Delete temporary files that nobody uses."),
    "exp diff": Command("exp_diff", "diff", "Compare two experiments."),
    "exp list": Command("exp_list", "list_", "List experiments."),
    "exp pull": Command("exp_share", "pull", "Bring experiments from a Git remote."),
    "exp push": Command("exp_share", "push", "Send experiments to a Git remote."),
    "exp remove": Command("exp_remove", "remove", "Remove experiments."),
    "exp rename": Command("exp_rename", "rename", "Give an experiment another name."),
    "exp run": Command("exp_run", "run", "Run the pipeline as an experiment."),
    "exp save": Command("exp_save", "save", "Save the workspace as an experiment."),
    "exp show": Command("exp_show", "show", "Show a table of experiments."),
    "fetch": Command("fetch", "fetch", "Bring tracked data from a remote into the cache."),
    "freeze": Command("freeze", "freeze", "Keep stages as they are, whatever they read."),
    "get": Command("get", "get", "Download data from another repository."),
    "get-url": Command("get_url", "get_url", "Download data from a path or URL."),
    "git-hook merge-driver": Command("git_hook", "merge_driver", "Merge versions of a .dvc file."),
    "git-hook post-checkout": Command("git_hook", "post_checkout", "Check out data after Git."),
    "git-hook pre-commit": Command("git_hook", "pre_commit", "Show the status before a commit."),
    "git-hook pre-push": Command("git_hook", "pre_push", "Push data before Git pushes."),
    "fsck": Command("fsck", "fsck", "Check that what was recorded is there, and whole."),
    "gc": Command("gc", "gc", "Remove what nobody uses from the cache."),
    "import": Command("import_repo", "import_", "Bring data from another repository and track it."),
    "import-url": Command(
        "import_url", "import_url_", "Bring data from a path or URL and track it."
    ),
    "init": Command("init", "init", "Start a project in the current directory."),
    "install": Command("install", "install", "Install Git hooks."),
    "list": Command("listing", "list_", "List the files of a repository and its data."),
    "list-url": Command("list_url", "list_url", "List what is at a path or URL."),
    "metrics diff": Command("metrics", "diff", "Compare metrics between revisions."),
    "metrics show": Command("metrics", "show", "Show metrics."),
    "move": Command("move", "move", "Move tracked data together with its .dvc file."),
    "params diff": Command("params", "diff", "Compare parameters between revisions."),
    "plots diff": Command("plots", "diff", "Draw plots of several revisions together."),
    "plots show": Command("plots", "show", "Draw plots."),
    "plots templates": Command("plots", "templates", "List the templates of plots."),
    "pull": Command("pull", "pull", "Bring tracked data from a remote into the workspace."),
    "push": Command("push", "push", "Send tracked data to a remote."),
    "queue kill": Command("queue_tasks", "kill", "End running tasks."),
    "queue logs": Command("queue_tasks", "logs", "Show what a task has printed."),
    "queue remove": Command("queue_tasks", "remove", "Remove tasks; experiments stay."),
    "queue retry": Command("queue_tasks", "retry", "Queue failed tasks again."),
    "queue start": Command("queue", "start", "Start workers in the background."),
    "queue status": Command("queue", "status", "Show the tasks in the queue."),
    "queue stop": Command("queue", "stop", "Let workers stop after their tasks."),
    "queue wait": Command("queue_tasks", "wait", "Wait until tasks are over."),
    "remote add": Command("remote", "add", "Add a remote."),
    "remote default": Command("remote", "default", "Show or set the default remote."),
    "remote list": Command("remote", "list_", "List remotes."),
    "remote modify": Command("remote", "modify", "Change an option of a remote."),
    "remote remove": Command("remote", "remove", "Remove a remote."),
    "remote rename": Command("remote", "rename", "Rename a remote."),
    "remove": Command("remove", "remove", "Remove stages, or stop tracking data."),
    "repro": Command("repro", "repro", "Run the stages that changed."),
    "root": Command("root", "root", "Show the path to the project's root."),
    "stage add": Command("stage", "add", "Add a stage to dvc.yaml."),
    "stage list": Command("stage", "list_", "List stages."),
    "status": Command("status", "status", "Show what changed in the workspace."),
    "undo": Command("undo", "undo", "Bring back what `exp apply` replaced."),
    "unfreeze": Command("freeze", "unfreeze", "Let frozen stages run again."),
    "unprotect": Command("unprotect", "unprotect", "Make linked files safe to edit."),
    "update": Command("update", "update", "Bring imported data up to date."),
    "version": Command("version", "version", "Show the version and the environment."),
}
