import pytest

from tongxing.book.nodes import DEPTH_MAX, PAGE_BYTES_MAX, Fields, Items, Scalar, tree
from tongxing.book.problem import Problem


def complaints(text: str) -> list[str]:
    problems: list[Problem] = []
    root = tree("p.yaml", text, problems)
    assert root is not None or problems, "a page that is no tree says why"
    return [str(problem) for problem in problems]


def test_every_value_knows_its_line() -> None:
    problems: list[Problem] = []
    root = tree("p.yaml", "a: 1\nb:\n  - x\n  - 'y'\n", problems)
    assert root == Fields(1, {"a": (1, Scalar(1, 1)), "b": (2, Items(3, (Scalar(3, "x"), Scalar(4, "y"))))})
    assert problems == []


def test_quoted_and_block_words_stay_words() -> None:
    problems: list[Problem] = []
    root = tree("p.yaml", "a: '000300'\nb: \"no\"\nc: |-\n  2026-05-06\n", problems)
    assert root is not None
    assert [node.value for _line, node in root.fields.values() if isinstance(node, Scalar)] == [
        "000300",
        "no",
        "2026-05-06",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "p.yaml:3: 'a' stands here a second time (first in line 1)"),
        ("a: &x 1\nb: *x\n", "p.yaml:1: an anchor or alias: write the values out"),
        ("a: 1\nb: *x\n", "p.yaml:2: an anchor or alias: write the values out"),
        ("a: !!python/object:os.system x\n", "p.yaml:1: a tag tag:yaml.org,2002:python/object:os.system"),
        ("a: !!str 1\n", "p.yaml:1: a tag tag:yaml.org,2002:str: pages hold plain values only"),
        ("a: 1\n---\nb: 2\n", "p.yaml:2: a second document: one page a file"),
        ("a:\n\t- 1\n", "p.yaml:2: a tab: indent with spaces"),
        ("- 1\n- 2\n", "p.yaml:1: the page is not a mapping"),
        ("", "p.yaml:0: the page is empty"),
        ("# nothing\n", "p.yaml:0: the page is empty"),
        ("a: [1, 2\nb: 3\n", "p.yaml:2: not YAML:"),
        ("a: 'open\n", "not YAML:"),
        ("510300: x\n", 'p.yaml:1: quote the key "510300"'),
        ("000300: x\n", 'p.yaml:1: 000300 begins with 0: quote the code "000300"'),
        ("on: x\n", "p.yaml:1: on could be a truth value"),
        ("[a, b]: x\n", "p.yaml:1: a key must be a word"),
        ("? {a: 1}\n: x\n", "p.yaml:1: a key must be a word"),
        ("<<: {a: 1}\n", "p.yaml:1: << has a meaning of its own"),
        ("a:\n", "p.yaml:1: nothing stands here"),
        ("a: \x07\n", "not YAML:"),
    ],
)
def test_what_a_page_may_not_hold_is_said_with_its_line(text: str, expected: str) -> None:
    found = complaints(text)
    assert any(line.startswith(expected) or expected in line for line in found), found


def test_a_page_of_many_mistakes_lists_them_all() -> None:
    assert len(complaints("a: no\nb: 000300\nc: 1.5\na: 2\n")) == 4


def test_depth_is_bounded_before_the_stack_is() -> None:
    nested = "a: " + "[" * DEPTH_MAX + "]" * DEPTH_MAX + "\n"
    assert complaints(nested) == [f"p.yaml:1: deeper than {DEPTH_MAX} levels"]
    assert complaints("a: " + "[" * 100_000) != []
    allowed = "a: " + "[" * (DEPTH_MAX - 1) + "]" * (DEPTH_MAX - 1) + "\n"
    assert complaints(allowed) == []


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert complaints(bomb) == ["p.yaml:1: an anchor or alias: write the values out"]


def test_a_huge_page_is_refused() -> None:
    assert complaints("a: " + "x" * PAGE_BYTES_MAX) == [
        f"p.yaml:0: {PAGE_BYTES_MAX + 3} bytes: at most {PAGE_BYTES_MAX} a page"
    ]
