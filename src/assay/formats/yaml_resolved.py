"""What unquoted scalars mean, remembered: few numbers stand in the files of all experiments."""

from __future__ import annotations

from assay.formats import yaml_scalars

_MOST = 4096


class _Meanings(dict[str, object]):
    """Text → what it means, worked out when it is asked for first; begun anew when it is full."""

    def __missing__(self, text: str) -> object:
        meaning = yaml_scalars.resolve(text)
        if len(self) >= _MOST:
            self.clear()
        self[text] = meaning
        return meaning


# Not `lru_cache`: to load what that comes with costs more than most files have to say.
resolve = _Meanings().__getitem__
