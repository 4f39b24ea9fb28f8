"""How much there is of what stages ask for in `meta.resources`.

Settings come first: `git config assay.resources.<name> <amount>`, in the repository, for the user
or the machine, or through `GIT_CONFIG_COUNT`. `.dvc/config` cannot hold them: DVC refuses keys that
it does not know. Git wants names of letters, digits and hyphens: `mem_gb` is set as `mem-gb`. GPUs
may be listed as CUDA names them: `0,2` is two of them, `3,` is one.

Without a setting cores, memory and GPUs are looked for.
"""

from __future__ import annotations

import os

from assay.errors import ConfigError
from assay.git.process import run as run_git
from assay.pipeline.running.limits import GPU
from assay.pipeline.running.pool import VISIBLE_GPUS
from assay.regex import escape, regex
from assay.typed import Iterable, Mapping, NamedTuple

CORES, MEMORY = "cores", "mem_gb"
_SECTION = "assay.resources."
_CGROUP_MEMORY = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class Capacities(NamedTuple):
    """Name → amount for what is known, and the GPUs as `CUDA_VISIBLE_DEVICES` lists them."""

    amounts: dict[str, float]
    gpus: tuple[str, ...] = ()


def capacities(names: Iterable[str], directory: str, environ: Mapping[str, str]) -> Capacities:
    """What is known about the resources `names` in the repository around `directory`.

    Raises ConfigError for a setting that is no amount.
    """
    settings = _settings(directory)
    amounts: dict[str, float] = {}
    gpus: tuple[str, ...] = ()
    for name in names:
        text = settings.get(setting(name))
        if name == GPU:
            gpus = _gpus(text, environ)
            amounts[name] = float(len(gpus))
        elif text is not None:
            amounts[name] = _amount(name, text)
        elif (found := _detected(name)) is not None:
            amounts[name] = found
    return Capacities(amounts, gpus)


def setting(name: str) -> str:
    """The key of Git's configuration that says how much of a resource there is."""
    return _SECTION + regex(r"[^a-z0-9-]").sub("-", name.lower())


def _settings(directory: str) -> dict[str, str]:
    pattern = "^" + escape(_SECTION)
    result = run_git(["config", "-z", "--get-regexp", pattern], cwd=directory, check=False)
    pairs = (item.partition("\n") for item in result.stdout.decode("utf-8", "replace").split("\0"))
    return {key: value for key, _, value in pairs if key}


def _amount(name: str, text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 <= amount < float("inf"):
        raise ConfigError(
            f"'{text}' is no amount of '{name}'",
            hint=f"set it with `git config {setting(name)} <amount>`",
        )
    return amount


def _detected(name: str) -> float | None:
    if name == CORES:
        return float(len(os.sched_getaffinity(0)))  # those that this process may use
    return _memory_gb() if name == MEMORY else None


def _memory_gb() -> float:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in _CGROUP_MEMORY:
        try:
            with open(path, encoding="ascii") as file:
                text = file.read().strip()
        except OSError:
            continue
        if text.isdigit():
            total = min(total, int(text))
    return total / 1e9


def _gpus(text: str | None, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The GPUs that may be used: those that are set, else the visible ones, else all there are."""
    visible = environ.get(VISIBLE_GPUS)
    found = _numbered(_nvidia_count()) if visible is None else _listed(visible)
    if text is None:
        return found
    if not text.strip().isdigit():
        return _listed(text)
    count = int(text)
    return found[:count] if len(found) >= count else _numbered(count)


def _listed(text: str) -> tuple[str, ...]:
    """As CUDA reads it: nothing counts from the first invalid name (such as -1) on."""
    names = [name.strip() for name in text.split(",")]
    wrong = (index for index, name in enumerate(names) if not name or name.startswith("-"))
    return tuple(names[: next(wrong, len(names))])


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(count))


_DEVICE = regex(r"nvidia\d+")


def _nvidia_count() -> int:
    try:
        names = os.listdir("/dev")
    except OSError:
        return 0
    return sum(1 for name in names if _DEVICE.fullmatch(name))
