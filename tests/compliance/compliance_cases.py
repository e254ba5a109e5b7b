"""Set-ups that tests of compliance share: real pages, a suitable client, a harmless draft."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from tongxing.adapters.book_files import page_texts
from tongxing.book.reader import read
from tongxing.compliance.review import review
from tongxing.domain.book import Book, Rulebook
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Author, Draft, Licence, Part, ProductFacts, Refused
from tongxing.domain.grades import AuthorKind, Channel, Nature, ProductRisk, Tolerance
from tongxing.domain.profile import ConsentGrant, Standing
from tongxing.profile.signs import NAMES

SIGNS = NAMES
JUDGED_BY = (
    *(f"rules/{page}" for page in ("compliance", "phrasing", "house", "crisis", "hedges", "log", "devices")),
    *("phrases/", "playbooks/", "texts/", "labels/"),
)
STAND_INS = {
    "words/topics.yaml": "topics: {pension: [养老金]}\n",
    "words/distress.yaml": "distress: {mild: [焦虑], strong: [绝望], crisis: [不想活]}\n",
    "tiers/tiers.yaml": "tiers: [{name: mass, title: 大众, assets_from_fen: 0}]\n",
    "statements/words.yaml": "columns: {date: [日期]}\nkinds: {买入: trade}\ntotals: [合计]\n",
}
NOON = datetime(2026, 5, 6, 12, 0, tzinfo=BEIJING)


def _book() -> Book:
    pages, unreadable = page_texts()
    assert unreadable == []
    ours = {path: text for path, text in pages.items() if path.startswith(JUDGED_BY)}
    book = read(ours | STAND_INS, sign_names=SIGNS)
    assert isinstance(book, Book), "\n".join(map(str, book))
    return book


BOOK = _book()


def grant(purpose: str, **changes: Any) -> ConsentGrant:
    return replace(ConsentGrant(purpose=purpose, source="*", receiver="house", until=None), **changes)


def standing(**changes: Any) -> Standing:
    suitable = Standing(
        client_id="C000017",
        grade=Tolerance.C3,
        assessment_valid_to=date(2027, 12, 31),
        age=38,
        consents=(grant("personalised_service"), grant("marketing")),
    )
    return replace(suitable, **changes)


def draft(text: str = "今天的短课讲交收规则。", **changes: Any) -> Draft:
    client = {name: changes.pop(name) for name in list(changes) if name in Standing.__slots__}
    harmless = Draft(
        touch_id="t1",
        playbook="",
        parts=(Part(role="body", text=text),),
        locale="zh-CN",
        channel=Channel.HOME,
        nature=Nature.EDUCATION,
        author=Author(kind=AuthorKind.AI),
        standing=standing(**client),
        at=NOON,
        labels=("ai",),
    )
    return replace(harmless, **changes)


def rules(words: Draft, book: Book = BOOK) -> set[str]:
    """Ids of the rules that object to a draft."""
    verdict = review(words, book=book)
    return {reason.rule for reason in verdict.reasons} if isinstance(verdict, Refused) else set()


def licensed(kind: AuthorKind = AuthorKind.ADVISER, **changes: Any) -> Author:
    licence = Licence(number="S0000000000001", scopes=("advice", "marketing"), valid_to=date(2027, 1, 31))
    return Author(kind=kind, licence=replace(licence, **changes))


def product(risk: ProductRisk | None = ProductRisk.R2, **changes: Any) -> ProductFacts:
    return replace(ProductFacts(product_id="F00002", kind="bond_fund", risk=risk, term="open"), **changes)


def without_rule(rule_id: str, book: Book = BOOK) -> Book:
    rows = {name: row for name, row in book.rules.rows.items() if name != rule_id}
    return replace(book, rules=Rulebook(rows=rows))


def without_phrases(rule_id: str, book: Book = BOOK) -> Book:
    return replace(book, phrases=tuple(phrase for phrase in book.phrases if phrase.rule_id != rule_id))
