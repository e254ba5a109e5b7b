from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongxing.book.reader import digest, read
from tongxing.domain.book import Book

SIGNS = frozenset({"pension_searched", "pension_account_open", "newcomer"})
SCRAPS = [
    "",
    " ",
    "\n",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "no",
    "0",
    "1.5",
    '"',
    "'",
    "&a ",
    "*a",
    "\t",
    "#",
    "税",
    "~",
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_an_author_mistypes_there_is_a_book_or_a_reason(
    pages: dict[str, str], data: st.DataObject
) -> None:
    files = dict(pages)
    path = data.draw(st.sampled_from(sorted(files)))
    for _ in range(data.draw(st.integers(1, 3))):
        text = files[path]
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        files[path] = text[:start] + data.draw(st.sampled_from(SCRAPS)) + text[end:]
    found = read(files, sign_names=SIGNS)
    if isinstance(found, Book):
        assert found.digest == digest(files)
    else:
        assert found
        assert all(0 <= problem.line <= files.get(problem.path, "").count("\n") + 1 for problem in found)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_any_text_in_place_of_a_page_is_answered(pages: dict[str, str], text: str) -> None:
    files = {**pages, "rules/house.yaml": text}
    found = read(files, sign_names=SIGNS)
    assert isinstance(found, Book) or found
