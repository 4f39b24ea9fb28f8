"""The lines that users wait for at the end of `exp run`."""

from __future__ import annotations

from assay.typed import Iterable
from assay.ui.console import Console


def say_done(console: Console, names: Iterable[str]) -> None:
    """Which experiments there are now."""
    console.info(f"\nReproduced experiment(s): {', '.join(names)}")


def say_how_to_apply(console: Console) -> None:
    """What to do with results that are not in the workspace."""
    console.info("To apply the results of an experiment to your workspace run:\n")
    console.info("\tdvc exp apply <exp>")
