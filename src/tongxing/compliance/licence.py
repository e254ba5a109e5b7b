"""Rules about who may say such words."""

from tongxing.compliance.question import Question
from tongxing.compliance.words import says
from tongxing.domain.grades import AuthorKind, Nature

ALWAYS_LICENSED = frozenset({AuthorKind.ADVISER, AuthorKind.PRESENTER})
"""They speak in the name of a licence, whatever they say."""
OUTSIDERS = frozenset({AuthorKind.PARTNER, AuthorKind.CLIENT})


def licence(question: Question) -> str | None:
    """A person who advises or sells holds a licence of that scope on that day."""
    draft = question.draft
    kind = draft.author.kind
    sells = question.selling or draft.product is not None
    if kind not in ALWAYS_LICENSED and not (kind is AuthorKind.STAFF and sells):
        return None
    held = draft.author.licence
    if held is None or not held.number.strip():
        return f"{kind.value} without licence"
    if held.valid_to < question.on:
        return f"licence ended on {held.valid_to}"
    if question.selling:
        accepted = question.words(f"licence_scopes_{draft.nature.value}")
        if not any(scope.strip().lower() in accepted for scope in held.scopes):
            return f"licence does not cover {draft.nature.value}"
    return None


def unlicensed_marketing(question: Question) -> str | None:
    """Only the house and those it entrusted speak for its products (金融产品网络营销管理办法)."""
    draft = question.draft
    if draft.author.kind in OUTSIDERS and (question.selling or _outsider_on_product(question)):
        held = draft.author.licence
        entrusted = (
            draft.author.kind is AuthorKind.PARTNER
            and draft.nature is Nature.MARKETING
            and held is not None
            and bool(held.number.strip())
            and held.valid_to >= question.on
        )
        if not entrusted:
            return f"{draft.author.kind.value} may not advise on or market products"
    deal = question.phrase("context_partner_deal") if draft.author.kind is AuthorKind.PARTNER else None
    if deal is not None:
        return f"a partner's page deals by itself: {deal!r}"
    return says(question, "unlicensed_marketing")


def _outsider_on_product(question: Question) -> bool:
    return question.draft.author.kind is AuthorKind.PARTNER and question.draft.product is not None
