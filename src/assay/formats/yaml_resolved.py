"""What unquoted scalars mean, remembered: few numbers stand in the files of all experiments."""

from __future__ import annotations

from functools import lru_cache

from assay.formats import yaml_scalars

resolve = lru_cache(maxsize=4096)(yaml_scalars.resolve)
