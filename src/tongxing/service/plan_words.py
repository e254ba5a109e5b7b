"""The words of a plan: approved texts filled with its figures, in one draft that compliance reads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tongxing.advice.goals import PensionTax
from tongxing.domain.book import Book
from tongxing.domain.draft import Draft, Fact, FactSheet, Part, ProductFacts
from tongxing.domain.grades import Channel, Nature, ProductRisk
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Touch, Trigger
from tongxing.service.plan_doc import PlanDoc
from tongxing.service.plan_lines import GROUP_BREAK, FactValues, frame_facts, line_groups
from tongxing.wording.draft import Unworded
from tongxing.wording.draft import draft as worded

PLAYBOOK = "plan_review"
SLOT = "plan"


def plan_draft(
    plan: PlanDoc,
    *,
    sentences: Mapping[str, Sequence[str]],
    pension: PensionTax | None,
    profile: Profile,
    book: Book,
    locale: str,
) -> Draft | Unworded:
    """The exact words of a plan in one locale, as one draft.

    Args:
        plan: its figures.
        sentences: pocket -> what the allocation says of its weights, each checked against its data.
        pension: what the tax rules make of a pension goal; None without one.
        profile: who it is for.
        book: the approved texts.
        locale: `zh-CN` or `en`.
    """
    touch = plan_touch(plan)
    frame = _piece(touch, "plan_frame", frame_facts(plan), plan, profile, book, locale)
    if isinstance(frame, Unworded):
        return frame
    groups = [_body(frame)]
    facts = list(frame.facts)
    for lines in line_groups(plan, pension, book, locale, sentences):
        bodies: list[str] = []
        for name, values in lines:
            if name == "":
                bodies.extend(sentences.get(str(values["pocket"]), ()))
                continue
            piece = _piece(touch, name, values, plan, profile, book, locale)
            if isinstance(piece, Unworded):
                return piece
            bodies.append(_body(piece))
            facts.extend(piece.facts)
        groups.append("\n".join(bodies))
    parts = tuple(
        replace(part, text=GROUP_BREAK.join(groups)) if part.role == "body" else part for part in frame.parts
    )
    return replace(frame, parts=parts, facts=tuple(facts), product=product_of(plan, book))


def plan_touch(plan: PlanDoc) -> Touch:
    """The contact that a plan is."""
    return Touch(
        touch_id=plan.plan_id,
        client_id=plan.client_id,
        playbook=PLAYBOOK,
        nature=Nature.ADVICE,
        channel=Channel.HOME,
        slot=SLOT,
        trigger=Trigger(name="plan:asked", cause=f"plan:{plan.plan_id}", at=plan.at),
        signs=(),
        net_bp=0,
    )


def _piece(
    touch: Touch, name: str, values: FactValues, plan: PlanDoc, profile: Profile, book: Book, locale: str
) -> Draft | Unworded:
    return worded(
        touch,
        text=book.texts[name],
        facts=FactSheet(facts=_facts(values, plan.at)),
        standing=profile.standing,
        playbook=book.playbooks[PLAYBOOK],
        product=None,
        locale=locale,
        labels=book.labels,
        touches_this_week=0,
    )


def _facts(values: FactValues, at: datetime) -> dict[str, Fact]:
    return {name: Fact(name=name, value=value, source="plan", at=at) for name, value in values.items()}


def _body(piece: Draft) -> str:
    return "\n".join(part.text for part in piece.parts if part.role == "body")


def product_of(plan: PlanDoc, book: Book) -> ProductFacts:
    """The riskiest product the plan speaks of stands for all of them."""
    codes = {code for pocket in plan.pockets for code, weight in pocket.weights_bp if weight and code}
    risks = [book.products[code].risk for code in codes if code in book.products]
    return ProductFacts(product_id="plan", kind="class", risk=max(risks, default=ProductRisk.R1))


def parts_of(draft: Draft) -> tuple[tuple[str, str, str], ...]:
    """The parts of a draft as a plan keeps them."""
    return tuple((part.role, part.text, part.page) for part in draft.parts)


def as_parts(words: Sequence[tuple[str, str, str]]) -> tuple[Part, ...]:
    """The parts again."""
    return tuple(Part(role=role, text=text, page=page) for role, text, page in words)
