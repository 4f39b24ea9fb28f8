"""Reading YAML: every reader gives what ruamel.yaml gives, or steps back."""

from __future__ import annotations

import math
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from assay.formats.yaml_libyaml import Unsure, read_by_libyaml
from assay.formats.yaml_lines import NotPlain, read_plain
from assay.formats.yaml_read import (
    MAX_DEPTH,
    YamlProblem,
    parse,
)

LOCK = """\
schema: '2.0'
stages:
  # what comes first
  prepare@1:
    cmd: python src/prepare.py --rate 0.1 --epochs 10 --model resnet --data data/raw\x20
      --out data/prepared -- - x
    deps:
    - path: data/raw
      hash: md5
      md5: 2b91e0aa316bf9bf902ffab65478bc1a.dir
      size: 44
      nfiles: 2
    - path: 'a: b'
      hash: md5
      md5: '12345678901234567890123456789012'
      size: 0
      isexec: true
    params:
      params.yaml:
        lr: 1e-05
        name: yes
        none:
        list:
        - 1
        - - 2
          - - 3
        - a: 1
          b:
          - c: x
            d:
        -
        empty: []
        map: {}
        nan: .nan
        date: 2020-01-31
        1: one
        long text with blanks: "it's\\n \\u00e4"
    outs:
    - path: out.txt
      hash: md5
      md5: 1e26523fedc4685d9c06d2683dc27f2d3
      size: 13
  train:
    cmd: "python src/train.py --lr 0.1 --epochs 10 --model 'resnet' --data \\"data/features\\"\\
      \\ --out models/m.pkl # x"
"""

PARAMS = """\
# top
model:   # comment
    name: 'resnet'      # quoted
    layers: [64,   32]  # flow
    opt: {kind: sgd, "lr": 1e-2, deep: {a: [b, 'c, d']}}
    url: s3://bucket/a#b:c
train:
  - epochs: 10

  - {a: 1}
  # in between
  - text
note: |
  first
  second # not a comment
folded: >-
  one
  two
last: 0x1F
"""


def test_an_item_that_is_one_pair_needs_no_other_parser() -> None:
    assert read_plain("a: [m: {cache: false}, b]") == {"a": [{"m": {"cache": False}}, "b"]}
    with pytest.raises(NotPlain):  # DVC's parser wants a blank there
        read_plain("a: ['m':b]")


def ruamel(text: str) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return YAML(typ="safe", pure=True).load(text)


def same(one: object, other: object) -> bool:
    """Equal in value, type and order of keys."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        pairs = zip(one.items(), other.items(), strict=False)
        return len(one) == len(other) and all(same(a, b) for a, b in pairs)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def check_equal(text: str) -> None:
    """All three readers agree on `text`; the faster ones may decline."""
    try:
        expected: object = ruamel(text)
    except Exception:
        expected = YamlProblem
    for reader, declines in ((read_plain, NotPlain), (read_by_libyaml, Unsure)):
        try:
            value = reader(text)
        except declines:
            continue
        assert same(value, expected), (reader.__name__, text, value, expected)
    if expected is YamlProblem:
        with pytest.raises(YamlProblem):
            parse(text)
    else:
        assert same(parse(text), expected), text


@pytest.mark.parametrize("text", [LOCK, PARAMS, "", "\n# nothing\n", "- a\n- b: 1\n", "{}", "[]\n"])
def test_what_programs_write_is_read_line_by_line(text: str) -> None:
    assert same(read_plain(text), ruamel(text))
    assert same(read_by_libyaml(text), ruamel(text))


SHORT_SCALARS = """\
1 -1 +1 0 00 017 0o17 0o8 0b11 0b2 0x1F 0xfG 1_000 _1 1__0_ +_ 0_ - -a --a
1.0 1. .5 -.5 1e3 1E-3 1e 1.5e+3 .5e3 .5e+3 1_0.5 . .. ._ 1e400 -0.0 1.2.3 12e3 123e45 0e0
.inf -.inf +.INF .Inf .nan .NaN -.nan inf nan
true True TRUE tRUE yes no on off y n null Null NULL nULL ~ ~a None
2020-01-01 2020-1-1 2020-01-32 12:30:45 1:20 190:20:30 2001-12-14t21:59:43.10-05:00
2001-12-14T21:59:43Z = << <a =a a=b a:b a#b :a ?a ,a a,b a[b a]b ]a }a *a &a !a !!str |a >a
%a @a `a 'a "a 'a' "a" 'a''b' "a\\"b" "a\\x41\\u0041\\U00000041" "\\ud83d\\ude00" "\\q" ''
"" --- ...
---a ...a é \u2028 \x85 \u3000 a\u00a0b http://x.y:80/z 0b1010101010101010101010101010101a
d41d8cd98f00b204e9800998ecf8427e 12345678901234567890123456789012
1234567890123456789012345678901e
0b101010101010101010101010101010 d41d8cd98f00b204e9800998ecf8427e.dir
1e345678901234567890123456789012
"""
SCALARS = SHORT_SCALARS.split()
SCALARS += [
    "a b",
    "a  b",
    "a #b",
    "a# b",
    "a: b",
    "a :b",
    "a : b",
    "- a",
    "- - a",
    "? a",
    "a ",
    "# a",
]
SCALARS += ["'a' # b", "'a'b", "[a, b]", "[a,b]", "[a b, 'c']", "[a: b]", "{a: b}", "{a:b}", "{a}"]
SCALARS += [
    "{'a':1}",
    '{"a":b}',
    "{a: b, a: c}",
    "[a",
    "a]",
    "[,]",
    "[a,]",
    "[[a], []]",
    "[ ]",
    "{ }",
]
SCALARS += [
    "[a # b]",
    "[a#b]",
    "[-1, - 1]",
    "[-]",
    "[--a]",
    "[a-]",
    "[?a]",
    "[:a]",
    "[a: ]",
    "[a: {b: c}]",
    "[a: [b], c, d: e]",
    "['a': b, \"c\": d]",
    "[a: b: c]",
    "[a: b c: d]",
    "[a: b, a: b]",
    "[{a: b}: c]",
    "['a' : b]",
    "{a: }",
]
SCALARS += [
    "[http://a]",
    "{a: http://b}",
    "[a] b",
    "[a] # b",
    "[a]# b",
    "2001-12-14 21:59:43",
    "!x 1",
]
SCALARS += [
    "! 1",
    "! 'a'",
    "!!int '1'",
    "!!str 1",
    "!!float 1",
    "!!null a",
    "!!bool yes",
    "!!set {a, b}",
]
SCALARS += [
    "\ta",
    "a\tb",
    "a\t",
    "'a\tb'",
    "a\x00b",
    "a\x7fb",
    "\ufeffa",
    "<<: a",
    "|",
    ">",
    "|-",
    "|2",
]


@pytest.mark.parametrize("scalar", SCALARS)
def test_a_scalar_means_what_it_means_to_dvc(scalar: str) -> None:
    for text in (
        f"a: {scalar}\n",
        f"a: {scalar}",
        f"- {scalar}\n",
        f"{scalar}: 1\n",
        f"{scalar}\n",
        f"a:\n  {scalar}\n",
        f"a: {scalar}\n  b\nc: 1\n",
        f"- {scalar}\n  b\n- c\n",
        f"- {scalar}: 1\n  b: 2\n",
        f"a: [{scalar}]\nb: {{{scalar}: 1}}\nc: {{b: {scalar}}}\n",
        f"x: 1\n{scalar}: 1\n'y': 2\n",
        f"x:\n- - {scalar}\n  - b\n",
        f"x: {scalar} # comment\n",
        f"x: word\n  {scalar}\n",
        f"x: 'word\n  {scalar}'\n",
        f'x: "word\n  {scalar}"\n',
    ):
        check_equal(text)


LAYOUTS = [
    "a: 1.5\n  x\nb:\n- 0.25\n- 1.50\n  y\n- 0.123456789012345678\n",
    "a: 1\na: 2\n",
    "a:\n  b: 1\n  b: 2\n",
    "1: a\n1.0: b\n",
    "true: a\n1: b\n",
    "a:\n- b\nc: 1\n",
    "a:\n  - b\n  - c\nd: 1\n",
    "a:\n  - b\n - c\n",
    "a:\n b: 1\n  c: 2\n",
    "a: b\n  c: 2\n",
    "a:\n    b: 1\n  c: 2\n",
    "  a: 1\n  b: 2\n",
    "- a\nb: 1\n",
    "a: 1\n- b\n",
    "- a\n - b\n",
    "-\n  a: 1\n",
    "-\n-\n- \n",
    "- -\n- - -\n",
    "- - a: 1\n    b: 2\n  - c\n",
    "-   a: 1\n    b: 2\n",
    "a:\n  # c\n  b: 1\n",
    "a: b\n\n  c\n",
    "a: b\n  # c\n  d\n",
    "a: b\n    # c\nd: 1\n",
    "a: b # c\n  d\n",
    "a:\n  b\n  c\n",
    "a:\n\n  b\n",
    "a: 'b\n  c\n\n  d'\n",
    "a: 'b\n\n  c'\n",
    "a: 'b\nc'\n",
    "a: 'b'\n  c\n",
    'a: "b\\\n  c"\n',
    'a: "b\\ \n  c"\n',
    'a: "b \\\n  \\  c"\n',
    'a: "b  \n   c"\n',
    'a: "b\\\\\n  c"\n',
    "a: |\n  b\n  c\n",
    "a: |\n  b\n   c\n",
    "a: |\n  b\n\n  c\nd: 1\n",
    "a: |\n  b\n\nd: 1\n",
    "a: |\n  b",
    "a: |-\n  b\n",
    "a: >\n  b\n  c\n\n",
    "a: >-\n  b\n\n  c\n",
    "a: |\n# c\n  b\n",
    "a: |\n  b\n # c\nd: 1\n",
    "a: |\nb: 1\n",
    "- |\n  b\n- c\n",
    "- |\n b\n- c\n",
    "---\na: 1\n",
    "---\na: 1\n...\n",
    "a: 1\n---\nb: 1\n",
    "%YAML 1.1\n---\na: yes\n",
    "? a\n: b\n",
    "? [a, b]\n: c\n",
    "[a, b]: c\n",
    "a: &x 1\nb: *x\n",
    "a: &x {b: 1, c: 2}\nd:\n  c: 3\n  <<: *x\n  e: 4\n",
    "a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y], f: 1}\n",
    "a: &x {b: 1}\nc: {<<: *x, <<: *x}\n",
    "a: &x {b: 1}\nc: {<<: *x, d: 1, d: 2}\n",
    "a: {<<: [1]}\n",
    "a: {<<: {b: 1}, b: 2}\n",
    "base: &base\n  a: 1\nmid: &mid\n  <<: *base\n  b: 2\ntop:\n  <<: *mid\n  c: 3\n",
    "a: &x [1]\nb: *x\nc: *y\n",
    "a: 1\r\nb:\r\n- c\r\n",
    "a: 1\rb: 2\r",
    "a: {\n  b: 1,\n  c: [2,\n 3]}\n",
    "\ufeffa: 1\n",
    "a: b\n c\n d: e\n",
    "a:\nb:\n c:\n  d:\n",
    '\'a\': 1\n"b" : 2\nc d: 3\n"e\\n": 4\n',
    "a :  b\n",
    "a: b: c\n",
    "a: 'b': c\n",
    "- a: b\n c: d\n",
    "- a: b\n   c: d\n",
    "- a\n  b: c\n",
    "a: - b\n",
    "- a#: ",
    "a#: b\n",
    "a: b#\n",
    "- ? a\n",
    "a:\n  - b:\n    - c\n    - d\n  - e\n",
    "a: 1\n \n  \nb: 2\n",
    "a:\n  b: 1\n\n\n  c: 2\n# end",
    "k" * 1025 + ": 1\n",
    "'" + "k" * 1025 + "': 1\n",
    "- " + "k" * 1025 + " : 1\n",
    "!!binary aGk=\n",
    "a: !!set {b, c}\n",
    "a: !!omap [b: 1]\n",
    "a: !!python/object:os.system x\n",
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_a_layout_means_what_it_means_to_dvc(text: str) -> None:
    check_equal(text)


_PIECES = st.one_of(
    st.sampled_from(list("ab1-: \n'\"#[]{},|>!?~\\é%=@`\t")),
    st.sampled_from(["- ", ": ", "  ", "    ", "\n  ", "\n- ", "\n  - ", " #", ", ", "&x ", "*x"]),
    st.sampled_from(
        ["a: ", "b: ", "key: value\n", "- item\n", "null", "<<: ", "''", "\n\n", "|-\n"]
    ),
    st.sampled_from(["---", "...", "0.5", "c d", "e:f", "true: "]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=14).map("".join))
def test_any_text_means_what_it_means_to_dvc(text: str) -> None:
    check_equal(text)


_LINES = st.lists(
    st.tuples(
        st.sampled_from(["", "", "  ", "  ", "    ", "      ", " "]),
        st.sampled_from(["", "", "- ", "- - "]),
        st.sampled_from(["a: ", "b: ", "c:", "d e: ", "'f': ", "1: ", ""]),
        st.sampled_from(
            ["", "x", "y z", "3", "'q'", "[1, a]", "# n", "s # n", '"r', 'r"', "|", "u "]
        ),
    ).map("".join),
    max_size=7,
).map("\n".join)


@settings(max_examples=400, deadline=None)
@given(_LINES)
def test_any_lines_mean_what_they_mean_to_dvc(text: str) -> None:
    check_equal(text)


def test_the_shared_value_of_an_alias_stays_shared() -> None:
    value = parse("a: &x [1]\nb: *x\n")
    assert value["a"] is value["b"]


def test_a_large_lock_file_is_read_line_by_line() -> None:
    entries = LOCK.partition("stages:\n")[2]
    numbered = (entries.replace("@1", f"@{n}").replace("train:", f"train@{n}:") for n in range(100))
    text = "schema: '2.0'\nstages:\n" + "".join(numbered)
    assert same(read_plain(text), read_by_libyaml(text))
    assert len(parse(text.replace("\n", "\r\n"))["stages"]) == 200
    with pytest.raises(NotPlain):
        read_plain(text + entries + entries)


def test_nesting_just_below_the_limit_is_read() -> None:
    check_equal("[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1))
