"""Run `git`: one spawn, no shell, no hooks, no surprises from the environment.

Every question to Git goes through `run`, or through `spawn` for the one process that is kept open
(`assay.git.objects`). What the child writes goes to anonymous files, not to pipes: no deadlock
however much both sides have to say, and no wait for a daemon that Git leaves behind (credential
cache, fsmonitor) and that keeps our end of a pipe open.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.ending import child_has_ended, handle_of, has_ended
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.typed import Mapping, Sequence

# Git exports these to its hooks and aliases (`git rev-parse --local-env-vars`). We name the
# repository ourselves; whoever starts us from a hook must not redirect us to the hook's index
# (`git commit -a` and `git commit <path>` run pre-commit on a temporary one) or object store
# (pre-receive's quarantine, where moving a ref is forbidden).
# The configuration variables of that list stay: `git -c user.name=…` and CI's `safe.directory`
# travel in them.
_REDIRECTIONS = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INDEX_VERSION",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NAMESPACE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
        # These change what the paths that we pass mean.
        "GIT_GLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS",
    }
)

# Configuration for writes that must survive a power cut: by default Git syncs references but not
# the loose objects they need (git-config(1), core.fsync).
DURABLE = ["-c", "core.fsync=committed,loose-object"]

# Python ignores these; a child must not inherit that, least of all the filters that Git starts.
# SIGPIPE and SIGXFSZ by number, the same on Linux and macOS: `signal` costs 1.5 ms at start-up.
_DEFAULT_SIGNALS = (13, 25)

_PATIENCE_S = 2.0

_OF_A_FULL_DISK = ("No space left on device", "Out of diskspace")


class Completed(NamedTuple):
    """What a finished `git` left: exit code (negative: killed by that signal) and both outputs."""

    code: int
    stdout: bytes
    stderr: bytes


class GitFailed(AssayError):
    """`git` could not be started or ended with an error; the message holds Git's own words."""


class GitKilled(GitFailed):
    """`git` was ended by a signal that did not come from us: it says nothing about the work."""


def run(
    arguments: Sequence[str],
    *,
    cwd: str,
    stdin: bytes = b"",
    environ: Mapping[str, str] | None = None,
    check: bool = True,
) -> Completed:
    """Run `git <arguments>` in the directory `cwd` and wait for it.

    `environ` is laid over the cleaned environment. Raises GitFailed when there is no git, and with
    `check` also when it exits with another code than 0.
    """
    files = [_scratch(stdin), _scratch(), _scratch()]
    try:
        pid = spawn(arguments, cwd=cwd, files=files, environ=environ)
        result = Completed(wait(pid, top=cwd), _content(files[1]), _content(files[2]))
    finally:
        for descriptor in files:
            os.close(descriptor)
    if check and result.code != 0:
        raise failure(arguments, result)
    return result


def spawn(
    arguments: Sequence[str],
    *,
    cwd: str,
    files: Sequence[int],
    environ: Mapping[str, str] | None = None,
) -> int:
    """Start `git <arguments>` in `cwd` with `files` as stdin, stdout, stderr; give its pid.

    The caller must `wait`. Raises GitFailed when there is no git.
    """
    # /dev/null as hooks path: no hook of the user's runs because of us. `reference-transaction` and
    # `post-index-change` fire on plumbing too, and DVC's own post-checkout would start us again.
    command = ["git", "-C", cwd, "-c", "core.hooksPath=/dev/null", *arguments]
    try:
        return os.posix_spawnp(
            "git",
            command,
            environment(environ),
            file_actions=[(os.POSIX_SPAWN_DUP2, source, to) for to, source in enumerate(files)],
            setsigdef=_DEFAULT_SIGNALS,
        )
    except FileNotFoundError:
        raise GitFailed(
            "the 'git' program was not found", hint="install Git, or put it on your PATH"
        ) from None


def wait(pid: int, *, top: str | None = None) -> int:
    """Exit code of the child `pid`; an interrupted wait ends the child before it goes on.

    With `top` it does not wait for ever because of a pipe below that folder.
    """
    try:
        if top is not None and not _ends_soon(pid):
            from assay.git.pipes import read_by_git, refuse_pipes

            refuse_pipes(read_by_git(top, until=lambda: child_has_ended(pid, 0)))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except BaseException:
        from signal import SIGTERM  # as above

        try:
            # Not SIGKILL: Git then removes the lock files that it holds.
            os.kill(pid, SIGTERM)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # interrupted when the wait was over
        raise


def _ends_soon(pid: int) -> bool:
    """Whether the child ends before it is worth a look why it does not."""
    handle = handle_of(pid)
    return handle < 0 or has_ended(handle, _PATIENCE_S)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment without what would redirect Git, plus `extra`."""
    result = {name: value for name, value in os.environ.items() if name not in _REDIRECTIONS}
    # A read must not write: `git status` would refresh the user's index under `index.lock` and
    # make the user's own `git add` in the same moment fail.
    result["GIT_OPTIONAL_LOCKS"] = "0"
    result.update(extra or {})
    return result


def failure(arguments: Sequence[str], result: Completed) -> GitFailed:
    """The error for a failed `git <arguments>`: `git <command> failed: <what Git said>`."""
    said = result.stderr.decode("utf-8", "replace").strip()
    said = said.removeprefix("fatal: ").removeprefix("error: ")
    kind = GitKilled if result.code < 0 else GitFailed
    message = f"git {_command_name(arguments)} failed: {said or f'exit code {result.code}'}"
    return kind(message, hint=_hint(said))


def _hint(said: str) -> str:
    if not any(words in said for words in _OF_A_FULL_DISK):
        return ""
    from assay.fs.refusal import FULL  # seldom needed

    return FULL


def _command_name(arguments: Sequence[str]) -> str:
    words = iter(arguments)
    for word in words:
        if word == "-c":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def _scratch(content: bytes = b"") -> int:
    """An anonymous file that starts with `content`, read from its beginning."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("assay-git")
    else:
        import tempfile  # slow to import, and only for systems without memfd

        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]
    if content:
        os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _content(descriptor: int) -> bytes:
    left = os.fstat(descriptor).st_size
    chunks: list[bytes] = []
    while left:
        chunk = os.pread(descriptor, left, sum(len(read) for read in chunks))
        if not chunk:
            break
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)
