"""Settings of a project and its user: four files, the later wins option by option.

    config = load("/work/project/.dvc", os.environ)
    config.flag("core", "autostage")
    config.remote("store")["url"]

Section, option and remote names are lower case; a remote's section is called `remote "store"`.
Source: spec/data.md §9. Reading needs nothing but the files; checks of names and values load
their tables only when there is an option to check. Edits are in `assay.config.edit`.
"""

from __future__ import annotations

from assay.config.levels import LEVELS, Level, named_section
from assay.config.settings import Config, load

__all__ = ["LEVELS", "Config", "Level", "load", "named_section"]
