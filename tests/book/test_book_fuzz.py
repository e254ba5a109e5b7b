"""Whatever stands in a page of any kind, the reader answers in time with file and line of each problem."""

import re
from time import process_time

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongxing.adapters.book_files import page_texts
from tongxing.book.nodes import DEPTH_MAX, PAGE_BYTES_MAX
from tongxing.book.problem import Problem
from tongxing.book.reader import read
from tongxing.profile.signs import NAMES

SECONDS_MAX = 6.0
PACKAGED, _UNREADABLE = page_texts(None)
LEARNED = """\
learned:
  bar: 100
  excuse: -100
  source: drafts
  weights: ["保本 90|稳赚 80", "的 1"]
  rules:
    promise: {before: -3, each: -1, typical: ["保本 30|稳赚 20"]}
"""
FRAMES = """\
classes:
  sure: [sure, certain]
  gain: ["{sure} gain", profit]
frames:
  - {rule: promise, says: ["{sure} <8> {gain}"], source: s, refuses: [sure profit], passes: [no]}
"""
PRODUCTS = """\
products:
  - {code: "510300", name: 沪深300ETF, kind: etf, risk: R3, sector: 宽基, look_through: {银行: 9}}
"""
STATEMENTS = """\
columns: {date: [成交日期], code: [证券代码]}
kinds: {证券买入: trade}
totals: [合计]
"""
DISTRESS = """\
distress: {mild: [焦虑], strong: [绝望], crisis: [活着没意思]}
unless: [关灯吃面]
"""
PHRASES = """\
phrases:
  - {rule: promise, patterns: [保本, "稳赚(不赔)?"], unless: [没有保本], source: 监管条例 34}
"""
PAGES = {
    "playbooks/pension_guide.yaml": PACKAGED["playbooks/pension_guide.yaml"],
    "texts/pension_guide.yaml": PACKAGED["texts/pension_guide.yaml"],
    "rules/measurement.yaml": PACKAGED["rules/measurement.yaml"],
    "phrases/zh-CN.yaml": PHRASES,
    "phrases/en.frames.yaml": FRAMES,
    "phrases/zh-CN.learned.yaml": LEARNED,
    "words/topics.yaml": "topics:\n  pension: [养老金, 退休金]\n",
    "words/distress.yaml": DISTRESS,
    "words/fraud.yaml": "fraud:\n  asks:\n    - 老师|导师 + 让我 + 打款\nunless: [数学老师]\n",
    "journeys/newcomer.yaml": PACKAGED["journeys/newcomer.yaml"],
    "products/listed.yaml": PRODUCTS,
    "sources/trades.yaml": PACKAGED["sources/trades.yaml"],
    "sources/products.yaml": PACKAGED["sources/products.yaml"],
    "labels/cards.yaml": PACKAGED["labels/cards.yaml"],
    "tiers/tiers.yaml": PACKAGED["tiers/tiers.yaml"],
    "statements/words.yaml": STATEMENTS,
}
"""A small page of every kind the reader knows."""
KINDS = tuple(PAGES)
SCALARS = st.one_of(
    st.text(max_size=30),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.none(),
    st.floats(allow_nan=True),
    st.dates(),
    st.sampled_from(["no", "000300", "21:00", "1e3", "~", "<<", "=", "{x}", "a|b + c", "(", "R9", "C1"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
DIRT = st.sampled_from(
    ["\t", "\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\ud800", "\r", "\r\n", "\ufffe", "🀄"]
)


def answer(path: str, text: str) -> list[Problem]:
    """What the reader says of a book of this page alone."""
    began = process_time()
    found = read({path: text}, sign_names=NAMES)
    assert process_time() - began < SECONDS_MAX
    assert isinstance(found, list), "the other pages are missing"
    lines = text.count("\n") + 1
    for problem in found:
        assert problem.path == path or problem.what == "this page is missing"
        assert 0 <= problem.line <= lines
        assert problem.what
    return found


def said(path: str, text: str) -> list[str]:
    return [str(problem) for problem in answer(path, text) if problem.path == path]


@pytest.mark.parametrize("path", KINDS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(value=VALUES, data=st.data())
def test_any_value_in_any_place_of_any_page_is_answered(
    path: str, value: object, data: st.DataObject
) -> None:
    page = yaml.safe_load(PAGES[path])
    for _ in range(8):
        if isinstance(page_at := _somewhere(page, data), tuple):
            holder, key = page_at
            holder[key] = value
    answer(path, yaml.safe_dump(page, allow_unicode=True, sort_keys=False))


def _somewhere(
    page: object, data: st.DataObject
) -> tuple[dict[object, object] | list[object], object] | None:
    """A place in a tree: its holder and its key."""
    found: tuple[dict[object, object] | list[object], object] | None = None
    node = page
    for _ in range(data.draw(st.integers(1, 4))):
        if isinstance(node, dict) and node:
            found = (node, data.draw(st.sampled_from(sorted(node, key=str))))
        elif isinstance(node, list) and node:
            found = (node, data.draw(st.integers(0, len(node) - 1)))
        else:
            break
        node = found[0][found[1]]  # type: ignore[call-overload,index]
    return found


@pytest.mark.parametrize("path", KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_dirt_in_any_line_of_any_page_is_answered(path: str, data: st.DataObject) -> None:
    text = PAGES[path]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(DIRT) + text[at:]
    answer(path, text)


@pytest.mark.parametrize("path", KINDS)
@settings(max_examples=15)
@given(data=st.data())
def test_lines_that_went_missing_or_came_twice_are_answered(path: str, data: st.DataObject) -> None:
    lines = PAGES[path].splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at : at + 1] = data.draw(
            st.sampled_from([[], [lines[at]] * 2, ["  " + lines[at]], [lines[at][2:]]])
        )
        lines = lines or ["\n"]
    answer(path, "".join(lines))


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize(
    ("dirt", "words"),
    [
        ("\t", "a tab"),
        ("\x00", "not YAML: the character"),
        ("\x07", "not YAML: the character"),
        ("\ud800", "not YAML: the character"),
    ],
    ids=["tab", "NUL", "bell", "half a character"],
)
def test_what_no_page_may_hold_is_named_with_its_line(path: str, dirt: str, words: str) -> None:
    lines = PAGES[path].splitlines(keepends=True)
    lines[1] = lines[1].rstrip("\n") + dirt + "\n"
    assert any(one.startswith(f"{path}:2: {words}") for one in said(path, "".join(lines)))


@pytest.mark.parametrize("path", KINDS)
def test_a_mark_of_byte_order_and_dos_line_ends_change_nothing(path: str) -> None:
    in_order = [one for one in said(path, PAGES[path]) if " no " not in one]
    assert in_order == [], "names of pages that are not there are the only complaint"
    assert said(path, "\ufeff" + PAGES[path]) == said(path, PAGES[path])
    assert said(path, PAGES[path].replace("\n", "\r\n")) == said(path, PAGES[path])


@pytest.mark.parametrize("path", KINDS)
def test_unknown_keys_are_named_in_every_kind_of_page(path: str) -> None:
    page = yaml.safe_load(PAGES[path])
    text = PAGES[path].rstrip("\n") + "\nsurely_unknown: [1, {a: b}]\n"
    line = text.count("\n")
    assert "surely_unknown" not in page
    assert any(re.match(rf"{re.escape(path)}:{line}: .*", one) for one in said(path, text))


@pytest.mark.parametrize("path", KINDS)
def test_a_key_that_stands_twice_is_named_with_both_lines(path: str) -> None:
    first = next(iter(yaml.safe_load(PAGES[path])))
    at = next(n for n, text in enumerate(PAGES[path].splitlines(), 1) if text.startswith(str(first)))
    text = PAGES[path].rstrip("\n") + f"\n{first}: x\n"
    wanted = f"{path}:{text.count(chr(10))}: {first!r} stands here a second time (first in line {at})"
    assert wanted in said(path, text)


def _aliases(depth: int = 25) -> str:
    rows = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, depth)]
    return "\n".join(rows) + "\n"


def _filled(line: str, *, wrap: str = "{}") -> str:
    """As many lines as fit a page."""
    room = PAGE_BYTES_MAX - len(wrap.encode()) - 10
    made, size, number = [], 0, 0
    while True:
        one = line.format(n=number)
        size += len(one.encode())
        if size > room:
            return wrap.format("".join(made))
        made.append(one)
        number += 1


BOMBS = {
    "aliases of aliases": ("rules/measurement.yaml", _aliases()),
    "depth": ("rules/measurement.yaml", "a: " + "[" * 400_000),
    "depth of mappings": ("texts/pension_guide.yaml", "".join(" " * n + "a:\n" for n in range(1_000))),
    "one huge word": ("tiers/tiers.yaml", "tiers: " + "x" * (PAGE_BYTES_MAX - 100) + "\n"),
    "one huge key": ("tiers/tiers.yaml", '? "' + "x" * (PAGE_BYTES_MAX - 100) + '"\n: 1\n'),
    "a page too large": ("tiers/tiers.yaml", "#" * (PAGE_BYTES_MAX + 1)),
    "a number of a million digits": ("tiers/tiers.yaml", "tiers: " + "9" * 1_000_000 + "\n"),
    "tiers without end": (
        "tiers/tiers.yaml",
        _filled("- {{name: a{n}, title: a, assets_from_fen: {n}}}\n", wrap="tiers:\n{}"),
    ),
    "mistakes without end": ("rules/measurement.yaml", _filled("a{n}: 000300\n")),
    "keys without end": ("labels/cards.yaml", _filled("  a{n}: b\n", wrap="phrases:\n{}")),
    "columns without end": ("statements/words.yaml", _filled("  a{n}: [b]\n", wrap="columns:\n{}")),
    "patterns without end": ("words/fraud.yaml", _filled('  - "a{n} + b"\n', wrap="fraud:\n a:\n{}")),
    "expressions without end": (
        "phrases/zh-CN.yaml",
        _filled(" a{n},", wrap="phrases:\n - {{rule: promise, source: x, patterns: [{}]}}\n"),
    ),
    "classes of classes": (
        "phrases/zh-CN.yaml",
        'classes:\n  a: ["'
        + "x" * 3_900
        + '"]\n  b: ["{a}{a}{a}"]\n  c: ['
        + ", ".join(f'"{{b}}{n}"' for n in range(9_000))
        + "]\n",
    ),
    "a class named a thousand times": (
        "phrases/zh-CN.yaml",
        'classes:\n  a: ["'
        + "x" * 3_900
        + '"]\n  b: ['
        + ", ".join(f'"{"{a}" * 1_300}{n}"' for n in range(200))
        + "]\n",
    ),
    "counted repetitions of counted repetitions": (
        "phrases/zh-CN.yaml",
        'phrases:\n - {rule: promise, source: x, patterns: ["(((a?){1000}){1000}){1000}"]}\n',
    ),
    "grams without end": (
        "phrases/zh-CN.learned.yaml",
        "learned: {bar: 0, excuse: 0, source: x, rules: {}, weights: ["
        + ", ".join(f'"a {n}"' for n in range(80_000))
        + "]}\n",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_answered_with_its_file_and_line_in_time(bomb: str) -> None:
    path, text = BOMBS[bomb]
    found = said(path, text)
    assert found, "none of these is a page"
    assert all(re.match(rf"{re.escape(path)}:\d+: .", one) for one in found)


def test_depth_is_said_to_be_too_deep() -> None:
    path, text = BOMBS["depth"]
    assert said(path, text) == [f"{path}:1: deeper than {DEPTH_MAX} levels"]
    assert said("rules/measurement.yaml", _aliases()) == [
        "rules/measurement.yaml:1: an anchor or alias: write the values out"
    ]


def test_a_book_of_nothing_but_bombs_is_answered() -> None:
    began = process_time()
    found = read({path: _aliases() for path in KINDS}, sign_names=NAMES)
    assert isinstance(found, list)
    assert {problem.path for problem in found} == set(KINDS)
    assert process_time() - began < SECONDS_MAX
