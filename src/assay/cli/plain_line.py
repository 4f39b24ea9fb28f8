"""Reading a plain command line: flags in full, their values beside them, arguments in one place.

It never guesses. What is not plain – a shortened flag, `-j4`, a value that begins with a dash,
help, any mistake – it leaves to argparse (`parser`), which understands everything and has the words
that other programs match. A property test holds the two against each other.
"""

from __future__ import annotations

from assay.cli.options import ON_OR_OFF, REST, Arguments
from assay.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.cli.options import Option, Options
    from assay.typed import Callable, Sequence

_LEAST_AND_MOST = {None: (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}


class _NotPlain(Exception):
    """argparse is to read this line."""


def read_plainly(options: Options, words: Sequence[str]) -> Arguments | None:
    """The values that `words` give, with defaults for the others; None if the line is not plain."""
    try:
        return _Reading(options, words).arguments
    except _NotPlain:
        return None


class _Reading:
    """One pass over the words of a line."""

    def __init__(self, options: Options, words: Sequence[str]) -> None:
        self.arguments = Arguments()
        self._values = vars(self.arguments)
        self._words = words
        self._given: dict[int, Option] = {}
        self._flags = {}
        slots = []
        for option in options.made:
            self._values.setdefault(option.name, _default(option))
            if option.is_argument:
                slots.append(option)
            for flag in _all_flags(option):
                self._flags[flag] = option
        self._read(slots)
        self._check(options)

    def _read(self, slots: list[Option]) -> None:
        position, loose = 0, None
        while position < len(self._words):
            if not self._words[position].startswith("-"):
                if loose is not None:
                    raise _NotPlain  # two places: which argument takes what is argparse's to know
                end = self._end_of_values(position)
                loose = self._words[position:end]
                position = end
            else:
                position = self._read_flag(position)
        self._place(slots, loose or ())

    def _end_of_values(self, position: int) -> int:
        while position < len(self._words) and not self._words[position].startswith("-"):
            position += 1
        return position

    def _read_flag(self, position: int) -> int:
        """Take an option and its values; the place of the next word."""
        flag, equals, value = self._words[position].partition("=")
        option = self._flags.get(flag)
        if option is None or (equals and not flag.startswith("--")) or value == "--":
            raise _NotPlain
        self._note(option)
        action = option.settings.get("action", "store")
        position += 1
        if action in ("store", "append"):
            end = position if equals else self._end_of_values(position)
            values = [value] if equals else self._words[position:end]
            return position + self._store(option, values) - bool(equals)
        if equals:
            raise _NotPlain
        self._values[option.name] = self._without_value(option, action, flag)
        return position

    def _note(self, option: Option) -> None:
        """Remember that the option was given, and refuse two of one group."""
        for other in self._given.values():
            if other.group is option.group is not None and other is not option:
                raise _NotPlain
        self._given[id(option)] = option

    def _without_value(self, option: Option, action: str, flag: str) -> Any:
        match action:
            case "store_true":
                return True
            case "store_const":
                return option.settings["const"]
            case "count":
                return self._values[option.name] + 1
            case _ if action == ON_OR_OFF:
                return not flag.startswith("--no-")
        raise _NotPlain

    def _store(self, option: Option, values: Sequence[str]) -> int:
        """Take as many of the values as the option can; how many."""
        amount = option.settings.get("nargs")
        if amount not in _LEAST_AND_MOST:
            raise _NotPlain
        least, most = _LEAST_AND_MOST[amount]
        taken = values[:most]
        if len(taken) < least:
            raise _NotPlain
        given = self._converted(option, taken)
        if option.settings.get("action") == "append":
            self._values[option.name] = [*(self._values[option.name] or ()), given]
        else:
            self._values[option.name] = given
        return len(taken)

    def _converted(self, option: Option, words: Sequence[str]) -> Any:
        """The value of an option or argument that has these words."""
        amount = option.settings.get("nargs")
        if amount in ("*", "+"):
            if not words and option.is_argument:
                return option.settings.get("default", [])
            return [_converted(option, word) for word in words]
        if words:
            return _converted(option, words[0])
        return _default(option) if option.is_argument else option.settings.get("const")

    def _place(self, slots: list[Option], words: Sequence[str]) -> None:
        """Give the loose words to the arguments: each takes what it can and the others spare."""
        if any(slot.settings.get("nargs") == REST for slot in slots):
            raise _NotPlain
        bounds = [_LEAST_AND_MOST[slot.settings.get("nargs")] for slot in slots]
        spare = len(words) - sum(least for least, _ in bounds)
        if spare < 0:
            raise _NotPlain
        position = 0
        for slot, (least, most) in zip(slots, bounds, strict=True):
            more = spare if most is None else min(spare, most - least)
            taken = words[position : position + least + more]
            self._values[slot.name] = self._converted(slot, taken)
            spare -= more
            position += len(taken)
        if spare:
            raise _NotPlain

    def _check(self, options: Options) -> None:
        """Refuse a line that lacks what must be there."""
        given = self._given.values()
        for option in options.made:
            if option.settings.get("required") and id(option) not in self._given:
                raise _NotPlain
            group = option.group
            if group and group.required and not any(one.group is group for one in given):
                raise _NotPlain


def _all_flags(option: Option) -> tuple[str, ...]:
    if option.is_argument:
        return ()
    if option.settings.get("action") != ON_OR_OFF:
        return option.flags
    return (*option.flags, *(f"--no-{flag[2:]}" for flag in option.flags))


def _default(option: Option) -> Any:
    """What the option's value is without it; a text is read as if it had been given."""
    settings = option.settings
    usual = False if settings.get("action") == "store_true" else None
    value = settings.get("default", usual)
    return _converted(option, value) if isinstance(value, str) and "type" in settings else value


def _converted(option: Option, word: str) -> Any:
    convert: Callable[[str], Any] | None = option.settings.get("type")
    try:
        value = convert(word) if convert else word
    except (TypeError, ValueError):
        raise _NotPlain from None
    choices = option.settings.get("choices")
    if choices is not None and value not in choices:
        raise _NotPlain
    return value
