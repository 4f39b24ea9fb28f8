"""Merging must do and say what Hydra does and says, short of its slips."""

from __future__ import annotations

from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from hypothesis import example, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from assay.experiments.override import InvalidOverride
from assay.experiments.override_merge import merged
from assay.experiments.override_syntax import parse

_SCALARS = st.sampled_from([1, 2.5, True, "s", "", 0, None])
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    ),
    max_leaves=8,
)
_FILES = st.dictionaries(st.sampled_from("abc"), _VALUES, max_size=3)
_KEYS = st.lists(
    st.sampled_from(["a", "b", "c", "a", "b", "0", "1", "7"]), min_size=1, max_size=4
).map(".".join)
_TEXTS = st.one_of(
    st.sampled_from(["1", "2.5", "true", "s", "null", "[]", "[1]", "[a,[b]]"]),
    st.sampled_from(["{}", "{a:1}", "{a:{b:2}}", "{b:[1],c:{a:x}}", "{a:null}", "{c:[]}"]),
)
_OVERRIDES = st.builds(
    "{}{}={}".format, st.sampled_from(["", "", "+", "++", "~"]), _KEYS, _TEXTS
).filter(lambda text: text.lstrip("+~")[0] not in "017")


def _hydra(file: dict[str, object], overrides: list[str]) -> object:
    config = OmegaConf.create(file)
    OmegaConf.set_struct(config, True)
    try:
        ConfigLoaderImpl._apply_overrides_to_config(
            OverridesParser.create().parse_overrides(overrides), config
        )
    except HydraException as problem:
        cause = problem.__cause__
        reason = f": {cause}" if isinstance(cause, OmegaConfBaseException) else ""
        return f"{problem}{reason}".strip()
    return OmegaConf.to_container(config)


def _assay(file: dict[str, object], overrides: list[str]) -> object:
    try:
        for text in overrides:
            file = merged(file, parse(text))  # type: ignore[arg-type, assignment]
    except InvalidOverride as problem:
        return problem.message.removeprefix("Invalid `--set-param` value: ")
    return file


def _comparable(outcome: object) -> object:
    """Types and texts; of failed merges only which override failed."""
    if isinstance(outcome, str):
        return outcome.split(": ")[0] if outcome.startswith("Error merging") else outcome
    return repr(outcome)


@settings(max_examples=500, deadline=None)
@given(_FILES, st.lists(_OVERRIDES, min_size=1, max_size=3))
@example({"b": {"c": "hello", "d": [1, 2]}}, ["b.d.5=9"])
@example({"e": {}}, ["e={x:1}"])
def test_the_outcome_is_that_of_hydra(file: dict[str, object], overrides: list[str]) -> None:
    try:
        expected = _hydra(file, overrides)
    except (ValueError, TypeError, AssertionError):
        return  # slips: items of lists cannot be removed, keys into lists that are no numbers
    outcome = _assay(file, overrides)
    if isinstance(expected, str) and any(text[0] == "~" for text in overrides):
        # Hydra cannot remove null, and says odd things about paths through lists.
        assert isinstance(outcome, str) or "does not exist" in expected
    else:
        assert _comparable(outcome) == _comparable(expected)
