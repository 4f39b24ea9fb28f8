"""JSON keeps its layout: what was not asked for keeps its bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.formats.changes import Change, Delete, Set, difference
from assay.formats.json_edit import edit

TEXT = """\
{
    "train": {"lr": 0.50, "on": true},
    "z"  : null,
    "l": [ 1,2 ,{"x" :1} ],
    "last": {
        "k": "\\u00fc"
    }
}
"""


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (Set(("train", "lr"), 0.7), "0.50", "0.7"),
        (Set(("z",), "ü"), "null", '"\\u00fc"'),
        (Set(("l", 2, "x"), None), ":1}", ":null}"),
        (Set(("l",), [1, [2]]), '[ 1,2 ,{"x" :1} ]', "[1, [2]]"),
        (Set(("train", "wd"), 1), "true}", 'true, "wd": 1}'),
        (Set(("l", 2, "y"), 2), ":1}", ':1, "y" :2}'),
        (Set(("last", "m"), 2), '"\n    }', '",\n        "m": 2\n    }'),
        (
            Set(("new",), {"a": {"b": 1}}),
            '"\n    }\n',
            '"\n    },\n    "new": {\n        "a": {\n            "b": 1\n        }\n    }\n',
        ),
        (Delete(("z",)), '    "z"  : null,\n', ""),
        (Delete(("train", "lr")), '"lr": 0.50, ', ""),
        (Delete(("train", "on")), ', "on": true', ""),
        (Delete(("last",)), ',\n    "last": {\n        "k": "\\u00fc"\n    }', ""),
        (Delete(("last", "k")), '\n        "k": "\\u00fc"\n    ', ""),
    ],
)
def test_only_the_change_shows(change: Change, old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert edit(TEXT, [change]) == TEXT.replace(old, new)


def test_compact_text_stays_compact() -> None:
    assert edit('{"a":1,"b":2}', [Set(("c",), 3)]) == '{"a":1,"b":2,"c":3}'


def test_text_that_is_not_ascii_gets_text_that_is_not_ascii() -> None:
    assert edit('{"a": "ü"}', [Set(("b",), "é")]) == '{"a": "ü", "b": "é"}'


def test_of_equal_keys_the_last_is_set_and_all_are_deleted() -> None:
    assert edit('{"a": 1, "a": 2}', [Set(("a",), 3)]) == '{"a": 1, "a": 3}'
    assert edit('{"a": 1, "b": 5, "a": 2}', [Delete(("a",))]) == '{"b": 5}'


def test_an_empty_file_becomes_an_object() -> None:
    assert edit("", [Set(("k",), {"j": 1})]) == '{"k": {"j": 1}}'


_SCALARS = st.sampled_from([None, True, 0, -1.5, 1e300, "", "a,b", "}", '"', "ü\n"])
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=10,
)
_MAPPINGS = st.dictionaries(st.sampled_from("abc"), _VALUES, max_size=3)


@given(_MAPPINGS, _MAPPINGS, st.sampled_from([None, 1, 4, "\t"]), st.booleans())
def test_the_edited_text_has_the_wanted_values(
    before: object, after: object, indent: int | str | None, is_ascii: bool
) -> None:
    text = json.dumps(before, indent=indent, ensure_ascii=is_ascii)
    changes = difference(before, after)  # type: ignore[arg-type]
    assert repr(json.loads(edit(text, changes))) == repr(after)
