"""The everyday reader and Hydra's parser must agree on every text that the former reads."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assay.errors import AssayError
from assay.experiments.override import InvalidSyntax, Override, spell
from assay.experiments.override_hydra import parse_with_hydra
from assay.experiments.override_syntax import parse

_ATOM_TEXTS = r"""
    0 1 -3 +5 007 1_000 1__0 1_ 0x1F .5 5. -.5 1e3 1E-5 1.e5 1e 1e400 inf -INF nan NaN .inf
    true False TRUE null Null none yes on abc a-b a_b a.b /abs/path a/b @x a@b a|b a?b %x * $ $x
    . .. - + -a --1 2020-01-01 1.2.3 a:b s3://b/k:1 : :a a: ${a} ${a.b} 'q' "q" "a-b" '1' "true"
    'a,b' "it's" "" '' \ \, \: ~ # ! ü ( ) [ ] { } , = [1,2] [] {} {a:1} {a:b:c} {1:2}
    choice(a,b) range(3) a\,b a\b a\\b
"""
_ATOMS = st.one_of(st.sampled_from(_ATOM_TEXTS.split()), st.sampled_from(['"a b"', "' a'"]))
_JOINERS = st.sampled_from(["", "", "", " ", ",", ", ", " ,", ":", " : ", "\t", "  "])
_PIECES = st.lists(st.tuples(_ATOMS, _JOINERS), max_size=4).map(
    lambda pieces: "".join(a + b for a, b in pieces)
)
_VALUES = st.recursive(
    _PIECES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(_ATOMS, inner), max_size=3).map(
            lambda items: "{" + ",".join(f"{k}: {v}" for k, v in items) + "}"
        ),
        st.lists(inner, max_size=3).map(lambda items: f"choice({','.join(items)})"),
        st.lists(inner, max_size=3).map(lambda items: f"range({','.join(items)})"),
    ),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    [
        "a",
        "a.b",
        "a-b.c_d",
        "_x",
        "a.0",
        "a.1_0",
        "1.a",
        "0",
        "a.01",
        "a/b",
        "a/b.c",
        "",
        "a b",
        "-a",
    ]
)
_OPERATORS = st.sampled_from(["", "", "", "+", "++", "~", "+~"])


def _seen(override: Override) -> tuple[object, ...]:
    """Everything about an override that matters, in a form that compares NaN and types."""
    sweep = None if override.sweep is None else override.sweep.spellings()
    plain = override._replace(sweep=None)
    return repr(plain), plain.target, sweep


def _read(text: str, parser: object) -> object:
    try:
        return _seen(parser(text))  # type: ignore[operator]
    except AssayError as problem:
        return problem.message


@settings(max_examples=400, deadline=None)
@given(_OPERATORS, _KEYS, _VALUES)
@example("", "a", "[1, 2] ")
@example("", "a", "  5  ")
@example("", "a", "x : y")
@example("", "a", "[x: ,y]")
@example("~", "a", "1,2")
@example("", "a", "choice(null)")
@example("", "a", "range(0,1,0.3)")
@example("", "a", "range(3,1,-1)")
def test_both_readers_agree(operator: str, key: str, value: str) -> None:
    text = f"{operator}{key}={value}"
    assert _read(text, parse) == _read(text, parse_with_hydra)


_PLAIN = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(alphabet="ab1.-e_ :,=\\\"'()[]{}$#~ü/", max_size=6),
        st.sampled_from(["1", "true", "null", "1e3", "007", "inf", "a b", " a", "a\\", "it's"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "b c", "d.e", 1, True]), inner, max_size=2),
    ),
    max_leaves=5,
)


@settings(max_examples=500, deadline=None)
@given(_PLAIN)
def test_a_spelling_reads_back_as_the_same_value(value: object) -> None:
    assert repr(parse(f"k={spell(value)}").value) == repr(value)


HELP = "\nSee https://hydra.cc/docs/1.2/advanced/override_grammar/basic for details"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", "Error parsing override 'x'\nmissing EQUAL at '<EOF>'"),
        ("x=a=b", "mismatched input '=' expecting <EOF>"),
        ("x={a", "no viable alternative at input '{a'"),
        ("x=~", f"LexerNoViableAltException: x=~\n{' ' * 28} ^"),
        ("a =1", f"LexerNoViableAltException: a =1\n{' ' * 27} ^"),
        (
            "x=foo(1)",
            "Error parsing override 'x=foo(1)'\n"
            "HydraException while evaluating 'foo(1)': Unknown function 'foo'\n"
            "Available: bool,choice,float,glob,int,interval,range,shuffle,sort,str,tag\n",
        ),
        (
            "x=choice()",
            "Error parsing override 'x=choice()'\n"
            "ValueError while evaluating 'choice()': empty choice is not legal",
        ),
    ],
)
def test_bad_syntax_is_refused_in_the_words_of_the_parser(text: str, message: str) -> None:
    with pytest.raises(InvalidSyntax) as caught:
        parse(text)
    assert caught.value.message == f"unexpected error - {message}{HELP}"
    assert caught.value.exit_code == 255
