"""The articles of the book: their form, their numbers, and that the house's own review lets them pass."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest

from tongxing.adapters.book_files import load, page_texts
from tongxing.book.check import check
from tongxing.book.reader import SINGLE_PAGES
from tongxing.domain.articles import SLOT, Article
from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.clock import BEIJING
from tongxing.domain.utterances import INTENTS
from tongxing.profile.signs import NAMES
from tongxing.service.learn_check import check_articles
from tongxing.wording.articles import written_article

AT = datetime(2026, 5, 6, 10, 30, tzinfo=BEIJING)
CODES = r"T\+?[01]|[CR][1-5]"
"""Names that hold a digit and are no number."""
PAGE = "articles/fees.yaml"


@pytest.fixture(scope="module")
def book() -> Book:
    return load(sign_names=NAMES)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The page that is broken, and the least that stands beside it."""
    needed = (PAGE, *SINGLE_PAGES, "rules/market.yaml")
    return {path: text for path, text in page_texts()[0].items() if path in needed}


def problems_with(texts: dict[str, str], old: str, new: str) -> list[str]:
    assert old in texts[PAGE]
    changed = texts | {PAGE: texts[PAGE].replace(old, new, 1)}
    return [f"{one.path}:{one.line}: {one.what}" for one in check(changed, NAMES)]


def test_there_are_at_least_eighty_articles_and_every_intent_is_served(book: Book) -> None:
    assert len(book.articles) >= 80
    served = {intent for article in book.articles.values() for intent in article.intents}
    assert served == set(INTENTS)


def test_every_article_may_be_shown(book: Book) -> None:
    found = check_articles(book, at=AT)
    assert {one.article.name: one.problems for one in found if one.problems} == {}
    assert len(found) == len(book.articles)


def test_an_article_that_promises_is_objected_to(book: Book) -> None:
    whole = book.articles["money_fund"]
    wrong = replace(whole, body=(*whole.body[:-1], "请放心买，我们承诺保本，稳赚不赔，年底前收益翻倍。"))
    found = check_articles(replace(book, articles={"money_fund": wrong}), at=AT)
    assert any("promise" in problem for problem in found[0].problems)


def test_an_article_that_is_long_hard_or_old_is_objected_to(book: Book) -> None:
    whole = book.articles["money_fund"]
    hard = replace(whole, body=("字" * 499 + "。",), reviewed=date(2025, 1, 1))
    words = "\n".join(check_articles(replace(book, articles={"money_fund": hard}), at=AT)[0].problems)
    assert "500 characters: 400 at most" in words
    assert "characters in one sentence" in words
    assert "reviewed on 2025-01-01" in words


def test_no_article_writes_a_number_by_hand(book: Book) -> None:
    for article in book.articles.values():
        for part in (article.title, *article.body):
            rest = re.sub(CODES, "", re.sub(SLOT, "", part))
            assert not re.search(r"[0-9０-９%％]", rest), (article.name, part)


@pytest.mark.parametrize("on", [date(2026, 5, 6), date(2026, 7, 6), date(2027, 1, 4)])
def test_every_slot_has_a_number_of_the_rulebook_on_every_day(book: Book, on: date) -> None:
    told = 0
    for article in book.articles.values():
        text = written_article(article, book.rules, on).text
        assert "{" not in text, article.name
        told += len(article.rules)
    assert told > 80


def test_a_number_follows_its_rule_from_the_day_it_changes(book: Book) -> None:
    article = book.articles["price_limit"]
    before = written_article(article, book.rules, date(2026, 7, 5)).text
    after = written_article(article, book.rules, date(2026, 7, 6)).text
    assert "（ST）是5%" in before
    assert "（ST）是10%" in after


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("stamp_duty", "税率是成交金额的0.05%"),
        ("fee_parts", "比例是0.001%"),
        ("commission", "一笔不足5元"),
        ("star_board", "不低于50万元"),
        ("order_unfilled", "排队"),
        ("cancel_order", "9:20至9:25"),
        ("redemption_time", "要1到4个交易日"),
        ("personal_pension", "每年最多存12,000元"),
    ],
)
def test_numbers_are_written_as_people_say_them(book: Book, name: str, words: str) -> None:
    text = written_article(book.articles[name], book.rules, AT.date()).text
    assert words in text


def test_a_day_before_the_rule_has_no_number_and_none_is_guessed(book: Book) -> None:
    with pytest.raises(RuleMissingError):
        written_article(book.articles["redemption_fee"], book.rules, date(1990, 1, 1))


def test_each_article_names_its_sources_and_no_address(book: Book) -> None:
    for article in book.articles.values():
        assert article.sources
        assert not any("http" in source or "www" in source for source in article.sources), article.name
        assert article.reviewed <= AT.date()


def test_titles_differ(book: Book) -> None:
    titles = [article.title for article in book.articles.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{stamp_seller_ppm}", "{no_such_rule}", "no rule 'no_such_rule'"),
        ("{stamp_seller_ppm}", "{Stamp}", "a brace that is no slot of a rule"),
        ("  for: newcomer\n", "  for: everybody\n", "for: 'everybody' is none of all, newcomer, elderly"),
        ("intents: [order,", "intents: [orders,", "intents: 'orders' is none of"),
        ("  reviewed: 2026-04-20\n", "", "missing key 'reviewed'"),
        ("commission:\n", "fee_parts:\n", "fee_parts"),
        ("  title: 印花税", "  tittle: 印花税", "unknown key 'tittle'"),
    ],
)
def test_a_faulty_page_is_named_with_file_and_line(
    texts: dict[str, str], old: str, new: str, said: str
) -> None:
    found = problems_with(texts, old, new)
    assert any(said in one and re.match(rf"{PAGE}:[1-9]", one) for one in found), found


def test_an_article_of_two_topics_is_refused(texts: dict[str, str]) -> None:
    found = check(texts | {"articles/trading.yaml": texts[PAGE]}, NAMES)
    assert any("a second article named 'commission'" in one.what for one in found)


def test_rules_of_an_article_are_named_once() -> None:
    article = Article(
        name="x",
        topic="t",
        title="一",
        body=("{a_days}和{a_days}", "{b_days.1}"),
        asks=("问",),
        intents=("order",),
        reader="all",
        sources=("源",),
        reviewed=AT.date(),
    )
    assert article.rules == ("a_days", "b_days")
