"""Settings of the queue, in Git's configuration: DVC refuses keys in `.dvc/config` that it does
not know.

    git config assay.queue.max-attempts 5     # or ASSAY_QUEUE_MAX_ATTEMPTS=5
"""

from __future__ import annotations

from assay.errors import ConfigError
from assay.git.repository import Repository
from assay.typed import Mapping

MAX_ATTEMPTS_VARIABLE = "ASSAY_QUEUE_MAX_ATTEMPTS"
MAX_ATTEMPTS = "assay.queue.max-attempts"
_USUAL_ATTEMPTS = 3


def spare_attempts(repository: Repository, environ: Mapping[str, str]) -> int:
    """How often a task may be started again after its worker was lost.

    Raises ConfigError for a setting that is no number.
    """
    name, text = MAX_ATTEMPTS_VARIABLE, environ.get(MAX_ATTEMPTS_VARIABLE)
    if not text:
        name, text = MAX_ATTEMPTS, repository.settings().values.get(MAX_ATTEMPTS)
    if text is None:
        return _USUAL_ATTEMPTS - 1
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise ConfigError(f"{name} is '{text}'", hint="it must be a whole number, 1 or more")
    return int(text) - 1
