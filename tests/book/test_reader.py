from collections.abc import Callable
from datetime import date

import pytest

from tongxing.book.check import check
from tongxing.book.reader import digest, read
from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.grades import Channel, Nature, ProductRisk

Complain = Callable[[dict[str, str]], list[str]]


def test_a_book_in_order_becomes_values(book: Book) -> None:
    page = book.playbooks["pension_guide"]
    assert (page.title, page.nature, page.risk) == ("养老金指南", Nature.EDUCATION, ProductRisk.R1)
    assert (page.all_of, page.none_of) == (("pension_searched",), ("pension_account_open",))
    assert (page.lift_bp, page.harm_bp, page.prior_source) == (20, 0, "house assumption")
    assert page.review_by == date(2027, 1, 31)
    words = book.texts["pension_guide"].variants[Channel.HOME, "zh-CN"]
    assert words.actions == (("看看", "/learn/pension"),)
    assert book.texts["pension_guide"].slots == {"searches": "count"}
    assert [(step.day, step.playbook) for step in book.journeys["newcomer"].steps] == [(1, "pension_guide")]
    assert book.products["510300"].look_through_ppm == {"银行": 400_000, "电子": 600_000}
    assert book.phrases[0].locale == "zh-CN"
    assert book.words.distress["crisis"] == ("活着没意思",)
    assert [tier.name for tier in book.tiers] == ["mass", "wealth"]
    assert book.labels["ai_mark"] == "人工智能生成"
    assert book.sources["trades"].values == {"side": {"B": "buy", "S": "sell"}}
    assert book.statement_words.kinds == {"证券买入": "trade"}


def test_an_act_is_judged_by_the_row_of_its_own_day(book: Book) -> None:
    assert book.rules.number("touch_week_max", date(2025, 6, 30)) == 3
    assert book.rules.number("touch_week_max", date(2025, 7, 1)) == 2
    assert book.rules.words("ai_marks", date(2026, 1, 1)) == ("人工智能", "AI")
    with pytest.raises(RuleMissingError):
        book.rules.number("touch_week_max", date(2024, 12, 31))


def test_risk_none_means_that_no_product_is_spoken_of(pages: dict[str, str]) -> None:
    path = "playbooks/pension_guide.yaml"
    pages[path] = pages[path].replace("risk: R1", "risk: none")
    found = read(pages, sign_names=frozenset({"pension_searched", "pension_account_open", "newcomer"}))
    assert isinstance(found, Book)
    assert found.playbooks["pension_guide"].risk is None


PLAYBOOK, TEXT, RULES = "playbooks/pension_guide.yaml", "texts/pension_guide.yaml", "rules/house.yaml"
MISTAKES = [
    # path, what stands there, what the author wrote instead, the complaint
    (PLAYBOOK, "owner: retirement squad", "owner: x\ncolour: red", f"{PLAYBOOK}:14: unknown key 'colour'"),
    (PLAYBOOK, "goal: opens the guide within 7 days\n", "", f"{PLAYBOOK}:1: missing key 'goal'"),
    (PLAYBOOK, "cooldown_days: 30", "cooldown_days: thirty", f"{PLAYBOOK}:8: cooldown_days: a whole number"),
    (PLAYBOOK, "cooldown_days: 30", "cooldown_days: true", f"{PLAYBOOK}:8: cooldown_days: a whole number"),
    (PLAYBOOK, "cooldown_days: 30", "cooldown_days: -1", "-1 is not between 0 and 400"),
    (PLAYBOOK, "title: 养老金指南", "title: no", f"{PLAYBOOK}:1: no could be a truth value"),
    (PLAYBOOK, "title: 养老金指南", "title: 2026", 'words are needed: quote "2026"'),
    (PLAYBOOK, "title: 养老金指南", 'title: " "', "1 to 4000 characters"),
    (PLAYBOOK, "nature: education", "nature: teaching", f"{PLAYBOOK}:2: nature: 'teaching' is none of"),
    (PLAYBOOK, "risk: R1", "risk: R6", f"{PLAYBOOK}:6: risk: 'R6' is none of none, R1"),
    (PLAYBOOK, "channels: [home]", "channels: []", f"{PLAYBOOK}:5: channels: a list of"),
    (PLAYBOOK, "channels: [home]", "channels: home", f"{PLAYBOOK}:5: channels: a list of"),
    (PLAYBOOK, "channels: [home]", "channels: [home, fax]", "'fax' is none of"),
    (PLAYBOOK, "channels: [home]", "channels: [home, home]", "the same word twice"),
    (PLAYBOOK, "channels: [home]", "channels: [home, push]", "has no zh-CN words for push"),
    (PLAYBOOK, "all: [pension_searched]", "all: []", f"{PLAYBOOK}:3: all: 1 to"),
    (PLAYBOOK, "all: [pension_searched]", "all: [wealthy]", f"{PLAYBOOK}:3: unknown sign 'wealthy'"),
    (PLAYBOOK, "none: [pension_account_open]", "none: [rich]", f"{PLAYBOOK}:3: unknown sign 'rich'"),
    (PLAYBOOK, "none: [pension_account_open]", "none: [pension_searched]", "both asked for and excluded"),
    (PLAYBOOK, "none: [pension_account_open]", "any: [newcomer]", "unknown key 'any'"),
    (PLAYBOOK, "review_by: 2027-01-31", "review_by: '2027-01-31'", "a date YYYY-MM-DD without quotes"),
    (PLAYBOOK, "review_by: 2027-01-31", "review_by: 2027-02-31", f"{PLAYBOOK}:14: 2027-02-31 is no day"),
    (PLAYBOOK, "text: pension_guide", "text: pension", f"{PLAYBOOK}:10: no text named 'pension'"),
    (PLAYBOOK, "nature: education", "nature: marketing", "marketing asks for the consent `marketing`"),
    (PLAYBOOK, "harm_bp: 0, ", "", "missing key 'harm_bp'"),
    (TEXT, "  home:\n", "  fax:\n", f"{TEXT}:5: unknown channel 'fax'"),
    (TEXT, "zh-CN:", "zh:", "has no zh-CN words for home"),
    (TEXT, "{searches} 次", "{clicks} 次", f"{TEXT}:9: why: slot {{clicks}} is not declared"),
    (TEXT, "{searches: count}", "{searches: count, as_of: date}", f"{TEXT}:3: slot 'as_of' is declared but"),
    (TEXT, "{searches: count}", "{searches: number}", "'number' is none of text, percent_ppm"),
    (
        TEXT,
        "您搜索过 {searches} 次。",
        "'您 { 搜索 {searches}'",
        f"{TEXT}:9: why: a brace that is no {{slot}}",
    ),
    (TEXT, "/learn/pension", "https://example.org/", "is not of the form"),
    (TEXT, "/learn/pension", "//example.org", "is not of the form"),
    (TEXT, "approved_by: compliance\n", "", "missing key 'approved_by'"),
    (TEXT, "      body: 先在国家渠道开户。\n", "", f"{TEXT}:7: missing key 'body'"),
    (RULES, "from: 2025-01-01, to: 2025-07-01, ", "", f"{RULES}:4: touch_week_max: an undated value"),
    (RULES, ", to: 2025-07-01", "", "overlaps the row from 2025-01-01, which holds for ever"),
    (RULES, "to: 2025-07-01", "to: 2025-08-01", "overlaps the row from 2025-01-01, which holds until"),
    (RULES, "to: 2025-07-01", "to: 2025-06-01", "no value from 2025-06-01 to 2025-07-01: a gap"),
    (RULES, "to: 2025-07-01", "to: 2024-07-01", "before it begins"),
    (RULES, "  unit: words\n", "", f"{RULES}:7: missing key 'unit'"),
    (RULES, "status: read", "status: sure", "'sure' is none of read, secondary, unverified, house"),
    (RULES, "instrument: law, ", "", f"{RULES}:9: missing key 'instrument'"),
    (RULES, "value: 2", "value: 0.5", f"{RULES}:5: 0.5 is no whole number"),
    (RULES, "value: 2", "value: 2026-01-01", 'quote the date "2026-01-01"'),
    (RULES, "value: 2", "value: {a: b}", "value: a whole number, a word"),
    (RULES, "value: 2, ", "", "missing key 'value'"),
    (RULES, "value: [人工智能, AI]", "value: [人工智能, 123]", 'quote "123"'),
    (RULES, "touch_week_max:", "Touch-Week:", "'Touch-Week' is not a name of the form"),
    ("products/listed.yaml", "risk: R3, ", "", "products/listed.yaml:2: product 510300 has no grade"),
    ("products/listed.yaml", '"510300"', "510300", 'code: words are needed: quote "510300"'),
    ("products/listed.yaml", '"510300"', "000300", 'quote the code "000300"'),
    ("products/listed.yaml", "电子: 600000", "电子: 700000", "more than the whole"),
    ("products/listed.yaml", "电子: 600000", "电子: 0", "0 is not between 1 and 1000000"),
    ("phrases/zh-CN.yaml", "稳赚不赔", '"(稳赚"', "phrases/zh-CN.yaml:2: patterns: the pattern '(稳赚'"),
    ("phrases/zh-CN.yaml", "没有保本", '"(a+)+"', "unless: the pattern '(a+)+' repeats a repetition"),
    ("phrases/zh-CN.yaml", "[保本, 稳赚不赔]", "[]", "patterns: 1 to"),
    ("phrases/zh-CN.yaml", ", source: 监管条例 34", "", "missing key 'source'"),
    ("words/distress.yaml", ", crisis: [活着没意思]", "", "missing key 'crisis'"),
    ("words/topics.yaml", "[养老金]", "[养老金, 养老金]", "'养老金' stands here twice"),
    ("tiers/tiers.yaml", "assets_from_fen: 0", "assets_from_fen: 1", "the lowest tier begins at 0"),
    ("tiers/tiers.yaml", "50000000", "0", "tier wealth does not begin above tier mass"),
    ("labels/cards.yaml", "ai_mark: 人工智能生成, ", "", "missing phrase 'ai_mark'"),
    ("statements/words.yaml", "[证券代码]", "[证券代码, 成交日期]", "'成交日期' means both date and code"),
    ("sources/trades.yaml", "kind: trade", "kind: trading", "sources/trades.yaml:1: kind: 'trading' is none"),
    ("sources/trades.yaml", "{code: 证券代码", "{codes: 证券代码", "columns: trade has no field 'codes'"),
    ("sources/trades.yaml", "encoding: gb18030", "encoding: latin-1", "'latin-1' is none of"),
    (
        "journeys/newcomer.yaml",
        "playbook: pension_guide",
        "playbook: hello",
        "no playbook named 'hello'",
    ),
    ("journeys/newcomer.yaml", "starts_with: newcomer", "starts_with: arrived", "unknown sign 'arrived'"),
]


@pytest.mark.parametrize(("path", "right", "wrong", "expected"), MISTAKES)
def test_a_mistake_is_named_with_file_and_line(
    pages: dict[str, str], complaints: Complain, path: str, right: str, wrong: str, expected: str
) -> None:
    assert right in pages[path]
    pages[path] = pages[path].replace(right, wrong, 1)
    found = complaints(pages)
    assert any(expected in line for line in found), found
    assert all(line.startswith(("playbooks/", "journeys/", path)) for line in found), found


def test_the_book_in_order_has_no_complaint(pages: dict[str, str], complaints: Complain) -> None:
    assert complaints(pages) == []


def test_all_problems_of_all_pages_are_listed_at_once(pages: dict[str, str], complaints: Complain) -> None:
    for path, right, wrong, _expected in (MISTAKES[0], MISTAKES[25], MISTAKES[35], MISTAKES[49]):
        pages[path] = pages[path].replace(right, wrong, 1)
    found = complaints(pages)
    assert {line.partition(":")[0] for line in found} == {PLAYBOOK, TEXT, RULES, "products/listed.yaml"}
    assert found == sorted(found, key=lambda line: (line.split(":")[0], int(line.split(":")[1])))


def test_a_faulty_page_does_not_hide_the_others_or_accuse_them(
    pages: dict[str, str], complaints: Complain
) -> None:
    pages[TEXT] = "approved_by: [\n"
    found = complaints(pages)
    assert len(found) == 1
    assert found[0].startswith(f"{TEXT}:")


def test_two_playbooks_with_one_name_are_refused(pages: dict[str, str], complaints: Complain) -> None:
    more = "playbooks/more/pension_guide.yaml"
    pages[more] = pages[PLAYBOOK].replace("养老金指南", "另一个")
    assert complaints(pages) == [
        f"{PLAYBOOK}:0: a second playbook named 'pension_guide': the first stands in {more}"
    ]


def test_two_playbooks_with_one_title_are_refused(pages: dict[str, str], complaints: Complain) -> None:
    pages["playbooks/pension_other.yaml"] = pages[PLAYBOOK]
    assert complaints(pages) == [
        f"playbooks/pension_other.yaml:1: the title '养老金指南' is the one of {PLAYBOOK}"
    ]


def test_a_rule_stands_in_one_area_only(pages: dict[str, str], complaints: Complain) -> None:
    pages["rules/law.yaml"] = pages[RULES]
    found = complaints(pages)
    assert found[0] == (
        "rules/law.yaml:1: a second rule named 'touch_week_max': the first stands in rules/house.yaml:1"
    )
    assert len(found) == 2


def test_a_product_stands_in_the_book_once(pages: dict[str, str], complaints: Complain) -> None:
    pages["products/zz.yaml"] = pages["products/listed.yaml"]
    assert complaints(pages) == [
        "products/zz.yaml:2: a second product named '510300': the first stands in products/listed.yaml:2"
    ]


def test_journey_days_come_in_order(pages: dict[str, str], complaints: Complain) -> None:
    pages["journeys/newcomer.yaml"] += "  - {day: 1, playbook: pension_guide}\n"
    assert complaints(pages) == ["journeys/newcomer.yaml:5: day 1 does not come after day 1"]


@pytest.mark.parametrize(
    "path", ["labels/cards.yaml", "words/topics.yaml", "tiers/tiers.yaml", "statements/words.yaml"]
)
def test_a_page_every_book_has_may_not_be_missing(
    pages: dict[str, str], complaints: Complain, path: str
) -> None:
    del pages[path]
    assert complaints(pages) == [f"{path}:0: this page is missing"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pledges/contact.yaml", "no kind of page is kept under this path"),
        ("words/moods.yaml", "no kind of page is kept under this path"),
        ("stray.yaml", "no kind of page is kept under this path"),
        ("playbooks/a.yml", "a page is a .yaml file"),
        ("playbooks/Big-Name.yaml", "a playbook page is named"),
    ],
)
def test_a_page_in_a_wrong_place_is_not_passed_over(
    pages: dict[str, str], complaints: Complain, path: str, expected: str
) -> None:
    pages[path] = pages[PLAYBOOK]
    found = complaints(pages)
    assert len(found) == 1
    assert found[0].startswith(f"{path}:0: {expected}")


def test_the_digest_names_every_byte_of_every_page(pages: dict[str, str]) -> None:
    before = digest(pages)
    assert len(before) == 64
    assert digest(dict(reversed(pages.items()))) == before
    assert digest(pages | {"calendars/xshg.csv": "date\n2026-05-07\n"}) != before
    assert digest({"a": "bc"}) != digest({"ab": "c"})


def test_check_says_what_read_says(pages: dict[str, str]) -> None:
    signs = frozenset({"newcomer"})
    assert check(pages, signs) == read(pages, sign_names=signs)
    assert check(pages, signs | {"pension_searched", "pension_account_open"}) == []
