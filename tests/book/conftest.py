from collections.abc import Callable

import pytest

from tongxing.book.reader import read
from tongxing.domain.book import Book

SIGNS = frozenset({"pension_searched", "pension_account_open", "newcomer"})

PLAYBOOK = """\
title: 养老金指南
nature: education
when: {all: [pension_searched], none: [pension_account_open]}
slot: for_you
channels: [home]
risk: R1
consent: personalised_service
cooldown_days: 30
prior: {lift_bp: 20, harm_bp: 0, source: house assumption}
text: pension_guide
goal: opens the guide within 7 days
source: report, 2.1.2
owner: retirement squad
review_by: 2027-01-31
"""

TEXT = """\
approved_by: compliance
approved_on: 2026-04-20
slots: {searches: count}
channels:
  home:
    zh-CN:
      title: 个人养老金怎么开户
      body: 先在国家渠道开户。
      why: 您搜索过 {searches} 次。
      risk_note: 投资有风险。
      actions:
        - {label: 看看, page: /learn/pension}
    en:
      title: Opening a pension
      body: Through the national channel first.
      why: You searched {searches} times.
"""

MINIMAL = {
    "playbooks/pension_guide.yaml": PLAYBOOK,
    "texts/pension_guide.yaml": TEXT,
    "journeys/newcomer.yaml": (
        "title: 七日\nstarts_with: newcomer\nsteps:\n  - {day: 1, playbook: pension_guide}\n"
    ),
    "rules/house.yaml": (
        "touch_week_max:\n"
        "  unit: touches per client per week\n"
        "  rows:\n"
        "    - {value: 3, from: 2025-01-01, to: 2025-07-01, instrument: policy, article: v1, status: house}\n"
        "    - {value: 2, from: 2025-07-01, instrument: policy, article: v2, status: house}\n"
        "ai_marks:\n"
        "  unit: words\n"
        "  rows:\n"
        "    - {value: [人工智能, AI], from: 2025-01-01, instrument: law, article: art. 4, status: read}\n"
    ),
    "products/listed.yaml": (
        "products:\n"
        '  - {code: "510300", name: 沪深300ETF, kind: etf, risk: R3, sector: 宽基,'
        " look_through: {银行: 400000, 电子: 600000}}\n"
    ),
    "phrases/zh-CN.yaml": (
        "phrases:\n  - {rule: promise, patterns: [保本, 稳赚不赔], unless: [没有保本], source: 监管条例 34}\n"
    ),
    "words/topics.yaml": "topics: {pension: [养老金]}\n",
    "words/distress.yaml": (
        "distress: {mild: [焦虑], strong: [绝望], crisis: [活着没意思]}\nunless: [关灯吃面]\n"
    ),
    "tiers/tiers.yaml": (
        "tiers:\n"
        "  - {name: mass, title: 大众, assets_from_fen: 0}\n"
        "  - {name: wealth, title: 财富, assets_from_fen: 50000000}\n"
    ),
    "labels/cards.yaml": (
        "phrases: {ai_mark: 人工智能生成, human_exit: 人工客服, human_page: /human, no_promise: 不承诺收益}\n"
    ),
    "statements/words.yaml": (
        "columns: {date: [成交日期], code: [证券代码]}\nkinds: {证券买入: trade}\ntotals: [合计]\n"
    ),
    "sources/trades.yaml": (
        "kind: trade\nencoding: gb18030\nsource: counter\nsource_seq: [流水号]\nclient_id: 客户号\n"
        "ts: 成交时间\nts_format: '%Y%m%d%H%M%S'\n"
        "columns: {code: 证券代码, quantity: 数量, price: 价格, gross_fen: 金额}\n"
        "values: {side: {B: buy, S: sell}}\nmoney: [gross_fen]\n"
    ),
    "calendars/xshg.csv": "date\n2026-05-06\n",
}

Complain = Callable[[dict[str, str]], list[str]]


@pytest.fixture
def pages() -> dict[str, str]:
    """The pages of a book that is in order; a test changes the one that matters."""
    return dict(MINIMAL)


@pytest.fixture
def complaints() -> Complain:
    """What the reader says about a book: a line each, as `tongxing book check` prints it."""

    def ask(files: dict[str, str]) -> list[str]:
        found = read(files, sign_names=SIGNS)
        return [str(problem) for problem in found] if isinstance(found, list) else []

    return ask


@pytest.fixture
def book() -> Book:
    found = read(MINIMAL, sign_names=SIGNS)
    assert isinstance(found, Book), found
    return found
