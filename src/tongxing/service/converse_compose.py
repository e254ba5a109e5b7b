"""Which words one turn is answered with: guards first, then feeling, then the plan, then what is missing."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from tongxing.assistant.plans import (
    ACKNOWLEDGED,
    ARRANGED,
    CRISIS_PLAN,
    EXPLAINED,
    GENERAL,
    NO_ACKNOWLEDGEMENT,
    OF_A_HOLDING,
    OPTIONS,
    STEPS,
    TEMPTING,
    UNTAUGHT,
    Plan,
    plainer,
    plan_for,
)
from tongxing.domain.book import RuleMissingError
from tongxing.domain.dialogue import Offer
from tongxing.domain.utterances import Understanding
from tongxing.profile.words import reader
from tongxing.service.converse_aside import aside_of, asks_to_arrange, before_risk, says
from tongxing.service.converse_duties import (
    client_grade,
    closing,
    complaint,
    orders,
    pension,
    people,
    permission,
    transfer,
)
from tongxing.service.converse_holding import changes, day, holding, portfolio
from tongxing.service.converse_live import Link, Spoken
from tongxing.service.converse_purchase import purchase
from tongxing.service.converse_sale import fund_timing, locked, sale
from tongxing.service.converse_scene import Scene, Sheet, things_of
from tongxing.service.converse_words import speak

Provider = Callable[[Sheet, Scene], None]
_WORD = re.compile(r"\w")
LISTED_MAX = 12
"""Names of missing facts in one sentence."""


def _if(provider: Provider, wanted: Callable[[Scene], bool]) -> Provider:
    def ask(sheet: Sheet, scene: Scene) -> None:
        if wanted(scene):
            provider(sheet, scene)

    return ask


PROVIDERS: Mapping[str, Provider] = {
    "holding": holding,
    "day": day,
    "portfolio": portfolio,
    "portfolio_if_given": _if(portfolio, lambda scene: bool(scene.context.holdings)),
    "sale": sale,
    "sale_if_named": _if(sale, lambda scene: scene.thing is not None),
    "fund_timing": fund_timing,
    "grade": client_grade,
    "purchase": purchase,
    "permission": permission,
    "pension": pension,
    "orders": orders,
    "locked": locked,
    "transfer": transfer,
    "closing": closing,
    "complaint": complaint,
    "people": people,
}
"""Group of facts -> what finds them."""
REFUSING = (("injection", "converse_injection_words"), ("others", "converse_others_words"))
"""Page that is the whole answer, and the words that call for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The words of a turn in order, and what follows from them."""

    spoken: tuple[Spoken, ...]
    offered: tuple[Offer, ...] = ()
    handover: bool = False
    teaches: bool = False
    """An article may stand beside the words."""
    links: tuple[Link, ...] = ()


def compose(understood: Understanding, sheet: Sheet, scene: Scene, *, secret: bool) -> Composed:
    """Choose and fill the words; a crisis has its script and nothing else, in later turns as well."""
    if understood.crisis or scene.before.crisis:
        return Composed(spoken=tuple(planned(CRISIS_PLAN, sheet, scene)), handover=True)
    read = scene.read
    warnings = ["masked"] if secret else []
    if not _WORD.search(read):
        return Composed(spoken=_pages((*warnings, "empty"), sheet, scene))
    if understood.courtesy and not scene.before.distressed:
        return Composed(spoken=_pages((*warnings, "courtesy"), sheet, scene), offered=scene.before.offered)
    refused = next((page for page, rule in REFUSING if says(rule, scene)), "")
    if refused:
        return Composed(spoken=_pages((*warnings, refused), sheet, scene))
    strangers = reader(scene.book.words).solicited(read) or says("converse_share_words", scene)
    if strangers:
        warnings.append("share_stop")
    body, offered, handover = _body(understood, sheet, scene, warned=bool(warnings))
    lead = (*warnings, *_feeling(understood, sheet, scene, warned=bool(warnings)))
    spoken = (*_pages(lead, sheet, scene), *body)
    if not spoken:
        return Composed(spoken=_pages(("hand_over",), sheet, scene), handover=True)
    what = scene.meant
    calm = understood.distress or bool(warnings) or what.unclear or bool(what.follow)
    teaches = not calm and what.intent not in UNTAUGHT and not asks_to_arrange(scene)
    aside = aside_of(understood, scene, warned=bool(warnings))
    return Composed(
        spoken=before_risk(spoken, aside.spoken),
        offered=offered,
        handover=handover or strangers,
        teaches=teaches,
        links=aside.links,
    )


Body: TypeAlias = tuple[tuple[Spoken, ...], tuple[Offer, ...], bool]
"""Words, what is offered to choose from, whether a person takes over."""


def _body(understood: Understanding, sheet: Sheet, scene: Scene, *, warned: bool) -> Body:
    """What a turn that is no guard's is answered with."""
    what = scene.meant
    if understood.distress and what.intent in TEMPTING and not what.unclear:
        return (), (), False
    if asks_to_arrange(scene) and not (warned or understood.distress):
        return tuple(planned(ARRANGED, sheet, scene)), (), False
    if what.unclear:
        return _unclear(understood, sheet, scene, warned=warned)
    return _asked(sheet, scene)


def _asked(sheet: Sheet, scene: Scene) -> Body:
    """A question that was understood."""
    what = scene.meant
    if what.follow == "why":
        return _why(sheet, scene), scene.before.offered, False
    if what.asks_which:
        return _which(what.asks_which, sheet, scene)
    if _not_held(scene):
        return _general(sheet, scene), (), False
    if what.unknown_code:
        sheet.put("code", what.product, "words of the client")
        return _pages(("unknown_code",), sheet, scene), (), False
    plan = plan_for(what.intent, what.follow, product=scene.thing is not None, step=what.step)
    spoken = _answered(plan, sheet, scene)
    steps = any(one.page.startswith(OPTIONS[0]) for one in spoken)
    offered = tuple(Offer(kind="step", key=key) for key in STEPS) if steps else ()
    return spoken, offered, plan.handover


def _not_held(scene: Scene) -> bool:
    """Whether a known client asks of a holding they do not have."""
    thing, held = scene.thing, scene.context.holdings
    if scene.live is None or thing is None or held is None or scene.meant.intent not in OF_A_HOLDING:
        return False
    return all(one.code != thing.code for one in held)


def _general(sheet: Sheet, scene: Scene) -> tuple[Spoken, ...]:
    """That it is not held, and what is true of any holding."""
    plan = plan_for(scene.meant.intent, "", product=False, step="")
    if scene.thing is not None:
        sheet.put("product", scene.thing.name or scene.meant.product)
    general = tuple(page for page in plan.pages if page in GENERAL)
    return _pages(("not_held", *general, "risk"), sheet, scene)


def _answered(plan: Plan, sheet: Sheet, scene: Scene) -> tuple[Spoken, ...]:
    """The pages of a plan; causes that the desk found stand in place of the general ones."""
    causes: tuple[Spoken, ...] = ()
    if scene.live is not None and scene.thing is not None and "causes" in plan.pages:
        causes = scene.live.explain(scene.meant.product, scene.read, scene.locale)
    if not causes:
        return tuple(planned(plan, sheet, scene))
    facts = tuple(group for group in plan.facts if group not in EXPLAINED)
    pages = tuple(page for page in plan.pages if page not in EXPLAINED)
    spoken = tuple(planned(replace(plan, facts=facts, pages=pages), sheet, scene))
    place = next((number for number, one in enumerate(spoken) if one.page.startswith("value_")), -1) + 1
    return (*spoken[:place], *causes, *spoken[place:])


def _unclear(understood: Understanding, sheet: Sheet, scene: Scene, *, warned: bool) -> Body:
    """Ask back with choices, unless something more pressing was said already."""
    if scene.meant.follow == "option":
        return _pages(("no_option",), sheet, scene), scene.before.offered, False
    if warned or understood.distress or says("converse_abuse_words", scene):
        return (), (), False
    offered = tuple(Offer(kind="intent", key=name) for name in understood.choices)
    words = [scene.label(f"intent_{one.key}") for one in offered]
    return _choice("choices", words, sheet, scene), offered, False


def _which(codes: Sequence[str], sheet: Sheet, scene: Scene) -> Body:
    """What is true of every holding, and the question which one is meant."""
    most = scene.book.rules.number("converse_offers_max", scene.on)
    offered = tuple(Offer(kind="product", key=code) for code in codes[:most])
    names = {thing.code: thing.name for thing in things_of(scene.context)}
    words = [names.get(one.key, one.key) for one in offered]
    changes(sheet, scene)
    plan = plan_for(scene.meant.intent, "", product=False, step="")
    general = tuple(page for page in plan.pages if page in GENERAL)
    day = ("account_day",) if "day" in plan.facts else ()
    said = _pages((*day, "changes", *general, *(("risk",) if plan.risk else ())), sheet, scene)
    return (*said, *_choice("which", words, sheet, scene)), offered, False


def planned(plan: Plan, sheet: Sheet, scene: Scene) -> Iterator[Spoken]:
    """The pages of a plan that can be said, then what is missing, then the note on risk."""
    for group in plan.facts:
        try:
            PROVIDERS[group](sheet, scene)
        except RuleMissingError:
            sheet.lack("rules")
    for choice in plan.pages:
        pages = (choice,) if isinstance(choice, str) else choice
        yield from _first(pages, sheet, scene)
    if sheet.missing:
        words = tuple(scene.label(f"fact_{name}") for name in sheet.missing)[:LISTED_MAX]
        sheet.put("missing", words, "computed: facts that were not given")
        yield from _pages(("missing",), sheet, scene)
    if plan.risk:
        yield from _pages(("risk",), sheet, scene)


def _first(pages: Sequence[str], sheet: Sheet, scene: Scene) -> Iterator[Spoken]:
    """The first page of some that can be said, in plain words for those who need them."""
    for page in pages:
        names = (plainer(page), page) if scene.plain_words else (page,)
        found = next((one for name in names if (one := speak(name, sheet, scene))), None)
        if found is not None:
            yield found
            return


def _pages(names: Sequence[str], sheet: Sheet, scene: Scene) -> tuple[Spoken, ...]:
    return tuple(found for name in names if (found := speak(name, sheet, scene)) is not None)


def _feeling(understood: Understanding, sheet: Sheet, scene: Scene, *, warned: bool) -> tuple[str, ...]:
    """At most one sentence of acknowledgement; in distress the calm offer instead."""
    if says("converse_abuse_words", scene):
        return ("abuse",)
    if understood.distress or (scene.meant.intent == "distress" and not scene.meant.unclear):
        PROVIDERS["people"](sheet, scene)
        return ("distress",)
    quiet = warned or scene.meant.unclear or scene.meant.follow or scene.meant.intent in NO_ACKNOWLEDGEMENT
    return () if quiet or understood.emotion not in ACKNOWLEDGED else (f"ack_{understood.emotion}",)


def _choice(page: str, words: Sequence[str], sheet: Sheet, scene: Scene) -> tuple[Spoken, ...]:
    sheet.put("choices", tuple(words), "computed: what may be meant")
    return _pages((page,), sheet, scene)


def _why(sheet: Sheet, scene: Scene) -> tuple[Spoken, ...]:
    """What the last answer rested on; for a fall in price, its causes once more."""
    if scene.before.basis:
        sheet.put("basis", scene.before.basis, "computed: sources of the last answer")
    pages = ("causes",) if scene.before.intent == "why_drop" else ()
    basis = "basis" if scene.before.basis else "no_basis"
    return _pages((*pages, basis), sheet, scene)
