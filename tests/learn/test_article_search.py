"""Finding an article by a client's own words: quality on our own small set, order, speed, and bad input."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongxing.adapters.article_index import WordIndex, pairs
from tongxing.app import temporary_house
from tongxing.service.house import House
from tongxing.service.learn import RANKED_MAX, NoArticleError, article_page, find, ranked, shelf
from tongxing.service.learn_ranking import fused, nearness

QUERIES = Path(__file__).with_name("queries.tsv")
P50_MS_MAX = 8.0
ON = date(2026, 5, 6)


def queries() -> list[tuple[str, frozenset[str]]]:
    lines = QUERIES.read_text(encoding="utf-8").splitlines()
    return [(words, frozenset(right.split(","))) for words, right in (line.split("\t") for line in lines)]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with temporary_house() as house:
        yield house


def test_clients_words_find_their_article(house: House) -> None:
    asked = queries()
    ranks = [
        next((rank for rank, name in enumerate(ranked(house, words, ON), start=1) if name in right), 0)
        for words, right in asked
    ]
    assert len(asked) >= 60
    assert all(name in house.book.articles for _words, right in asked for name in right)
    assert sum(rank == 1 for rank in ranks) / len(ranks) >= 0.88
    assert sum(0 < rank <= 3 for rank in ranks) / len(ranks) >= 0.95
    assert statistics.mean(1 / rank if rank else 0.0 for rank in ranks) >= 0.92


def test_meaning_finds_what_shares_hardly_a_character(house: House) -> None:
    assert house.meaning_index is not None
    means = house.meaning_index.by_words("how to open a star market account", at_most=RANKED_MAX)
    assert "account_opening" in means
    assert means == house.meaning_index.by_words("how to open a star market account", at_most=RANKED_MAX)
    assert house.meaning_index.by_words("  ", at_most=RANKED_MAX) == ()


def test_meaning_ranks_our_questions_no_worse_than_shared_words_do(house: House) -> None:
    """Sixty-four questions of our own: a smoke test."""
    first = {"words": 0, "meaning": 0}
    assert house.meaning_index is not None
    assert house.article_index is not None
    for text, right in queries():
        first["words"] += bool(right & set(house.article_index.by_words(text, at_most=1)))
        first["meaning"] += bool(right & set(house.meaning_index.by_words(text, at_most=1)))
    assert first["meaning"] >= first["words"]


def test_without_the_encoder_shared_words_are_enough(house: House) -> None:
    bare = replace(house, meaning_index=None)
    asked = queries()
    assert sum(ranked(bare, words, ON)[0] in right for words, right in asked) / len(asked) >= 0.85


def test_no_question_is_written_in_an_article_word_for_word(house: House) -> None:
    asks = {ask for article in house.book.articles.values() for ask in article.asks}
    assert {words for words, _right in queries()} & asks == set()


def test_half_of_the_searches_take_at_most_eight_milliseconds(house: House) -> None:
    find(house, "热身")
    taken = []
    for words, _right in queries():
        begun = time.perf_counter()
        find(house, words)
        taken.append((time.perf_counter() - begun) * 1000)
    assert statistics.median(taken) <= P50_MS_MAX


def test_the_order_is_the_same_each_time(house: House) -> None:
    again = WordIndex(reversed(list(house.book.articles.values())))
    first = house.article_index
    assert first is not None
    for words, _right in queries():
        assert first.by_words(words, at_most=10) == again.by_words(words, at_most=10)


def test_an_article_of_the_intent_goes_first(house: House) -> None:
    found = find(house, "老人被骗了怎么办", intent="elderly")
    assert "elderly" in found[0].article.intents


def test_without_an_index_titles_alone_are_searched(house: House) -> None:
    near = nearness(tuple(house.book.articles.values())).near("印花税")
    assert near[0] == "stamp_duty"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_answered(house: House, text: str) -> None:
    found = find(house, text)
    assert len(found) <= 8
    assert len({one.article.name for one in found}) == len(found)


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀", '"', 'a" OR name:*', "NEAR(", "' --", "\x00", "印" * 100_000]
)
def test_bad_input_breaks_nothing(house: House, text: str) -> None:
    assert len(find(house, text)) <= 8


def test_nothing_is_found_for_words_that_no_article_shares(house: House) -> None:
    assert find(house, "zzzz wwww") == ()


def test_pairs_keep_single_characters_and_join_no_words() -> None:
    assert pairs("买 ＥＴＦ！卖出") == ("买", "et", "tf", "卖出")


def test_both_rankings_count_and_ties_go_by_name() -> None:
    assert fused((("a", "b"), ("b", "c")), k=60) == ("b", "a", "c")
    assert fused((("z",), ("a",)), k=60) == ("a", "z")


def test_the_shelf_has_every_article_once(house: House) -> None:
    names = [one.article.name for articles in shelf(house).values() for one in articles]
    assert sorted(names) == sorted(house.book.articles)
    assert next(iter(shelf(house))) == "trading"


def test_a_page_names_others_and_says_what_is_not_verified(house: House) -> None:
    page = article_page(house, "margin_risk")
    assert page.unverified
    assert not article_page(house, "star_board").unverified
    assert 1 <= page.minutes <= 2
    assert page.written.article.name not in {one.article.name for one in page.beside}
    assert len(page.beside) == 3
    assert not page.review_over


def test_an_unknown_article_is_none(house: House) -> None:
    with pytest.raises(NoArticleError):
        article_page(house, "no_such_article")
