"""Values, texts and errors are those of `json`."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay import quick_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
KEYS = st.text() | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False)


@given(value=VALUES, ascii_only=st.booleans(), is_sorted=st.booleans(), tight=st.booleans())
def test_a_text_is_what_json_writes(
    value: object, ascii_only: bool, is_sorted: bool, tight: bool
) -> None:
    separators = (",", ":") if tight else (", ", ": ")
    text = quick_json.dumps(
        value, ensure_ascii=ascii_only, sort_keys=is_sorted, separators=separators
    )
    assert text == json.dumps(
        value, ensure_ascii=ascii_only, sort_keys=is_sorted, separators=separators
    )
    assert quick_json.loads(text) == value


@given(value=st.dictionaries(KEYS, VALUES, max_size=3), indent=st.sampled_from([None, 2, "\t"]))
def test_keys_and_indents_are_those_of_json(value: object, indent: int | str | None) -> None:
    assert quick_json.dumps(value, indent=indent) == json.dumps(value, indent=indent)


@given(text=st.text(alphabet='{}[]",:\\u019.eE+-truefalsn \t\n\ud800é', max_size=12) | st.text())
def test_what_a_text_means_is_what_json_says(text: str) -> None:
    assert outcome(quick_json.loads, text) == outcome(json.loads, text)
    with suppress(UnicodeEncodeError):
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"):
            data = text.encode(encoding)
            assert outcome(quick_json.loads, data) == outcome(json.loads, data)


def outcome(loads: object, text: str | bytes) -> str:
    try:
        return repr(loads(text))  # type: ignore[operator]
    except ValueError as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("text", ["{", '{"a" 1}', "[1,]", '"\\x"', "", "nul"])
def test_what_is_no_json_is_an_error_before_json_is_loaded(text: str) -> None:
    code = (
        "import sys\n"
        "from assay import quick_json\n"
        "assert 'json' not in sys.modules\n"
        "try:\n    quick_json.loads(sys.argv[1])\n"
        "except ValueError as error:\n    print(type(error).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, text], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("JSONDecodeError\n", "")


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "[Infinity]"])
def test_numbers_that_json_alone_knows(text: str) -> None:
    assert repr(quick_json.loads(text)) == repr(json.loads(text))
    assert quick_json.dumps(quick_json.loads(text)) == text


def test_what_json_cannot_tell_is_an_error_or_left_to_the_caller() -> None:
    with pytest.raises(TypeError, match="Object of type set is not JSON serializable"):
        quick_json.dumps({"a": {1}})
    assert quick_json.dumps({"a": {1}}, default=list) == '{"a": [1]}'
    ring: list[object] = []
    ring.append(ring)
    with pytest.raises(ValueError, match="Circular"):
        quick_json.dumps(ring)
