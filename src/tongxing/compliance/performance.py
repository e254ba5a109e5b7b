"""Rules about figures: past performance, balance, celebration, risk words, dates."""

from tongxing.compliance import phrases
from tongxing.compliance.excuses import sentence_of
from tongxing.compliance.phrase_book import HYPOTHETICAL
from tongxing.compliance.question import Question
from tongxing.compliance.words import says


def past_performance(question: Question) -> str | None:
    """A past figure of a product needs its period and the words that it predicts nothing."""
    for match in phrases.claims(question.said, "context_performance"):
        sentence = sentence_of(question.text, match)
        if phrases.context(question.text[: match.start()], HYPOTHETICAL, book=question.said.book):
            continue
        own_account = any(word in sentence for word in question.words("own_account_words"))
        if own_account and question.draft.product is None:
            continue
        if not (question.says_any("performance_disclaimers") or question.context("context_disclaimer")):
            return f"{match.group()!r} without the words that the past predicts nothing"
        if not phrases.context(sentence, "context_period", book=question.said.book):
            return f"{match.group()!r} without its period"
    return says(question, "past_performance")


def one_sided(question: Question) -> str | None:
    """Praise stands beside its risk, or it does not stand at all."""
    soothing = says(question, "one_sided")
    if soothing is not None:
        return soothing
    praise = question.phrase("context_praise")
    if praise is None or risk_is_said(question):
        return None
    return f"praises ({praise!r}) without risk"


def celebration_push(question: Question) -> str | None:
    """A gain is no reason to cheer a client on: only with period and benchmark, and nothing to buy."""
    cheered = question.phrase("celebration_push")
    if cheered is None:
        return None
    measured = question.context("context_period") and question.says_any("benchmark_words")
    if measured and not _leads_to_order(question) and question.phrase("context_buy_nudge") is None:
        return None
    return f"celebrates: {cheered!r}"


def missing_risk(question: Question) -> str | None:
    """Where a product is named or advice is given, its risk is named as well."""
    from_nature = question.draft.nature == "advice"
    if question.draft.product is None and not from_nature:
        return None
    return None if risk_is_said(question) else "speaks of a product or gives advice without a word of risk"


def missing_timestamp(question: Question) -> str | None:
    """A price, a value or a return without its date is not a fact; a supposed one needs no date."""
    for match in phrases.matches(question.said, "context_figure"):
        if phrases.context(question.text[: match.start()], HYPOTHETICAL, book=question.said.book):
            continue
        if not question.context("context_date"):
            return f"figure {match.group()!r} without a date"
        return None
    return None


def risk_is_said(question: Question) -> bool:
    """Whether risk is named in earnest; "无风险" does not count."""
    text = question.text
    for denial in question.words("risk_denials"):
        text = text.replace(denial, " ")
    return any(word in text for word in question.words("risk_words"))


def _leads_to_order(question: Question) -> bool:
    prefixes = question.words("order_pages")
    return any(part.page.startswith(prefixes) for part in question.draft.parts if part.page)
