from pathlib import Path
from time import process_time

import pytest

from tongxing.adapters.book_files import BookError, load, page_texts, problems
from tongxing.book.reader import digest
from tongxing.profile.signs import NAMES

SIGNS = frozenset({"pension_searched", "pension_account_open", "newcomer"})


def write(root: Path, pages: dict[str, str]) -> Path:
    for name, text in pages.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_the_packaged_book_is_in_order() -> None:
    assert [str(problem) for problem in problems(sign_names=NAMES)] == []


def test_the_packaged_book_loads_within_seconds() -> None:
    start = process_time()
    book = load(sign_names=NAMES)
    assert process_time() - start < 3
    assert len(book.playbooks) >= 13
    assert book.digest == digest(page_texts()[0])


def test_a_folder_reads_as_its_pages(tmp_path: Path, pages: dict[str, str]) -> None:
    root = write(tmp_path, pages)
    (root / "reader.py").write_text("x = 1")
    (root / "__pycache__").mkdir()
    (root / "__pycache__" / "stale.yaml").write_text("x: 1")
    (root / ".editor").mkdir()
    (root / ".editor" / "state.yaml").write_text("x: 1")
    assert load(root, sign_names=SIGNS).digest == digest(pages)


def test_all_problems_stand_in_the_error(tmp_path: Path, pages: dict[str, str]) -> None:
    pages["tiers/tiers.yaml"] = "tiers: 1\n"
    root = write(tmp_path, pages)
    (root / "words" / "topics.yaml").write_bytes("topics:\n  pension: [养老金]\n".encode("gb18030"))
    with pytest.raises(BookError) as caught:
        load(root, sign_names=SIGNS)
    assert [str(problem) for problem in caught.value.problems] == [
        "tiers/tiers.yaml:1: tiers: a list is needed",
        "words/topics.yaml:0: this page is missing",
        "words/topics.yaml:2: not UTF-8: byte 0xd1",
    ]
    assert str(caught.value).startswith("3 problems in the book\ntiers/tiers.yaml:1:")


def test_an_empty_folder_is_no_book(tmp_path: Path) -> None:
    assert problems(tmp_path, sign_names=SIGNS)[0].what.startswith("no pages in")


def test_a_huge_page_is_not_read(tmp_path: Path, pages: dict[str, str]) -> None:
    root = write(tmp_path, pages | {"texts/huge.yaml": "a: " + "x" * 1_048_576})
    assert [str(found) for found in problems(root, sign_names=SIGNS)] == [
        "texts/huge.yaml:0: larger than 1048576 bytes"
    ]
