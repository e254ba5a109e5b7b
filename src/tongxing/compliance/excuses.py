"""When forbidden words are innocent: denied, asked about, quoted from others, debunked, warned of."""

import re
from collections.abc import Mapping

from tongxing.compliance.phrase_book import NEGATION, QUOTED_BEFORE, PhraseBook, Unit

DEBUNK = "context_debunk"
QUOTED_AFTER = "context_quoted_after"
WARNING = "context_warning"
"""A whole sentence that warns of what it names: "凡是承诺……的，都是骗局"."""
ASKED = "context_asked"
"""The clause asks and claims nothing: "……会不会涨"."""
LURE = "context_lure"
"""It only looks like a question."""
TEACHING = "context_teaching"
"""The sentence teaches about fraud: "荐股群里的盈利截图……不要相信"."""
NOT_BY_TEACHING = frozenset(
    {"credentials", "aml_hint", "privacy_leak", "closing_obstruction", "sensitive_data"}
)
"""A warning is the usual cover for asking for a secret."""
NEVER_EXCUSED = frozenset({"aml_hint", "privacy_leak"})
"""Denying these says them: "not because of the money-laundering check" already tells."""
INNER_DENIAL = "context_inner_denial"
"""Inside what was found: "消费贷不能用来买……"."""
DENIED_INSIDE = frozenset(
    {
        *("borrow_all_in", "top_up_push", "referral_reward", "external_link", "stock_tip"),
        *("sensitive_data", "questionnaire_hint", "admission_bypass", "unlicensed_marketing"),
    }
)
"""Acts; of a promise or a forecast a "不" is often a part ("不会亏")."""
ASKED_ABOUT = frozenset(
    {"promise", "forecast", "inducing_words", "top_up_push", "past_performance", "one_sided", "borrow_all_in"}
)
"""A question about these is no statement of them; asking for a password is."""

_CLAUSE_END = re.compile(r"[,。!?;:\n]|\.(?:\s|$)")
_OPENING_QUOTES = '“「『‘《【"'
_CLOSING_QUOTES = '”」』’》】"'
_QUOTE_REACH = 40
_AFTER_REACH = 30
_Lists = Mapping[str, re.Pattern[str]]


def eased(text: str, match: re.Match[str], unit: Unit) -> bool:
    """Whether its sentence also holds words that make such a match innocent."""
    return unit.beside is not None and unit.beside.search(sentence_of(text, match)) is not None


def innocent(text: str, match: re.Match[str], unit: Unit, book: PhraseBook) -> bool:
    """Whether the words around a match take its meaning away: denied, asked, quoted, warned of."""
    rule_id, locale = unit.rule_id, unit.locale
    unless = book.unless[locale].get(rule_id)
    if unless is not None and any(
        excuse.start() <= match.start() and match.end() <= excuse.end() for excuse in unless.finditer(text)
    ):
        return True
    if rule_id in NEVER_EXCUSED:
        return False
    lists = book.contexts[locale]
    teaching = lists.get(TEACHING)
    if teaching is not None and rule_id not in NOT_BY_TEACHING and teaching.search(sentence_of(text, match)):
        return True
    denial = lists.get(INNER_DENIAL)
    if denial is not None and rule_id in DENIED_INSIDE and denial.search(match.group()):
        return True
    if rule_id in ASKED_ABOUT and _asked(text, match, lists):
        return True
    return any(excuse(text, match, lists) for excuse in (_negated, _debunked, _quoted, _warned_of))


def sentence_of(text: str, match: re.Match[str]) -> str:
    """The whole sentence a match stands in."""
    start = max(text.rfind(mark, 0, match.start()) for mark in "。!?;\n") + 1
    ends = [at for mark in "。!?;\n" if (at := text.find(mark, match.end())) >= 0]
    return text[start : min(ends, default=len(text)) + 1]


def _negated(text: str, match: re.Match[str], lists: _Lists) -> bool:
    """A negation in the same clause reaches up to the match."""
    negation = lists.get(NEGATION)
    if negation is None:
        return False
    start = match.start()
    clause = _CLAUSE_END.split(text[max(0, start - _QUOTE_REACH) : start])[-1]
    return negation.search(clause) is not None


def _asked(text: str, match: re.Match[str], lists: _Lists) -> bool:
    """The clause of the match, up to its mark, is a question, and no lure."""
    asked, lure = lists.get(ASKED), lists.get(LURE)
    if asked is None:
        return False
    before = _CLAUSE_END.split(text[max(0, match.start() - _QUOTE_REACH) : match.start()])[-1]
    after = text[match.end() : match.end() + _AFTER_REACH]
    end = _CLAUSE_END.search(after)
    clause = before + match.group() + (after[: end.end()] if end is not None else after)
    return asked.search(clause) is not None and (lure is None or lure.search(clause) is None)


def _debunked(text: str, match: re.Match[str], lists: _Lists) -> bool:
    """What follows calls it false: "... 都是骗局"."""
    debunk = lists.get(DEBUNK)
    return debunk is not None and debunk.match(text, match.end(), match.end() + _AFTER_REACH) is not None


def _warned_of(text: str, match: re.Match[str], lists: _Lists) -> bool:
    """The sentence as a whole is a warning."""
    warning = lists.get(WARNING)
    return warning is not None and any(
        found.start() <= match.start() and match.end() <= found.end() for found in warning.finditer(text)
    )


def _quoted(text: str, match: re.Match[str], lists: _Lists) -> bool:
    """Inside quotation marks, and somebody else is named as the one who says it."""
    opening = max(
        text.rfind(mark, max(0, match.start() - _QUOTE_REACH), match.start()) for mark in _OPENING_QUOTES
    )
    if opening < 0:
        return False
    closings = [
        at
        for mark in _CLOSING_QUOTES
        if (at := text.find(mark, match.end(), match.end() + _QUOTE_REACH)) >= 0
    ]
    between = text[opening + 1 : match.start()]
    if not closings or any(mark in between for mark in _CLOSING_QUOTES):
        return False
    before, after = lists.get(QUOTED_BEFORE), lists.get(QUOTED_AFTER)
    lead = text[max(0, opening - _AFTER_REACH) : opening]
    if before is not None and before.search(lead) is not None:
        return True
    end = min(closings) + 1
    return after is not None and after.match(text, end, end + _AFTER_REACH) is not None
