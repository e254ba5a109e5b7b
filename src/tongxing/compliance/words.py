"""Rules about ways of speaking that no context of client or product can allow."""

import re

from tongxing.compliance.question import Question
from tongxing.domain.draft import Licence
from tongxing.domain.grades import AuthorKind, Nature

SAYS = "says "
"""How the reason begins when a phrase list objects."""


def says(question: Question, rule_id: str) -> str | None:
    """What a phrase list objects to, quoted."""
    found = question.phrase(rule_id)
    return None if found is None else f"{SAYS}{found!r}"


def ai_as_person(question: Question) -> str | None:
    """A machine does not pose as a person, a licensed one least of all, and claims no feelings."""
    if question.draft.author.kind is not AuthorKind.AI:
        return None
    return says(question, "ai_as_person")


def privacy_leak(question: Question) -> str | None:
    """No numbers of identity, card or telephone, and nothing about other clients."""
    return None if question.phrase("privacy_leak") is None else "shows personal data or another client"


def closing_obstruction(question: Question) -> str | None:
    """Who wants to leave may leave: no obstacle, no plea, and no touch once closing is requested."""
    if question.standing.closing and question.by_firm and not question.duty:
        return "the client asked to close the account"
    return says(question, "closing_obstruction")


def stock_tip(question: Question) -> str | None:
    """No tips on single securities, except a licensed adviser's advice about a product that was matched."""
    said = says(question, "stock_tip")
    if said is not None:
        return said
    named = question.phrase("context_code_named")
    if named is None or adviser_about_product(question):
        return None
    return f"recommends a security: {named!r}"


def adviser_about_product(question: Question) -> bool:
    """A licensed adviser advises on a product that was matched: the one case of naming a security."""
    draft = question.draft
    licence: Licence | None = draft.author.licence
    return (
        draft.author.kind is AuthorKind.ADVISER
        and draft.nature is Nature.ADVICE
        and draft.product is not None
        and licence is not None
        and licence.valid_to >= question.on
    )


_LINK = re.compile(
    r"(?:https?://|www\.)[^\s,。!?;)」”]+|\b[a-z0-9-]{2,}(?:\.[a-z0-9-]{2,}){0,3}\.[a-z]{2,6}\b(?:/\S*)?"
)


def external_link(question: Question) -> str | None:
    """Words lead to our own pages only, without a second hop, and never into private groups."""
    for part in question.draft.parts:
        if part.page and (not part.page.startswith("/") or part.page.startswith("//")):
            return f"action leads to {part.page!r}"
    own = question.words("own_hosts")
    for match in _LINK.finditer(question.text):
        host = re.sub(r"^https?://", "", match.group()).split("/", 1)[0].removeprefix("www.").split(":", 1)[0]
        if not any(host == name or host.endswith(f".{name}") for name in own):
            return f"leads to {host!r}"
    return says(question, "external_link")
