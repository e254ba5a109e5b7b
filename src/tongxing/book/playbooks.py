"""The pages `playbooks/<name>.yaml` and `journeys/<name>.yaml`: what is offered, to whom, on which day."""

from tongxing.book.section import Section
from tongxing.domain.grades import Channel, Nature, ProductRisk
from tongxing.domain.pages import Journey, JourneyStep, Playbook

NAME = "[a-z][a-z0-9_]{0,63}"
CONSENTS = {word: word for word in ("personalised_service", "marketing", "none")}
NATURES = {nature.value: nature for nature in Nature}
CHANNELS = {channel.value: channel for channel in Channel}
GRADES = {risk.name: risk for risk in ProductRisk}
RISKS: dict[str, ProductRisk | None] = {"none": None, **GRADES}
COOLDOWN_DAYS_MAX = 400
EFFECT_BP_MAX = 10_000
JOURNEY_DAYS_MAX = 400


def playbook(name: str, page: Section) -> Playbook:
    """One capability."""
    when, prior = page.section("when"), page.section("prior")
    found = Playbook(
        name=name,
        title=page.text("title"),
        nature=page.choice("nature", NATURES),
        all_of=when.texts("all", least=1),
        none_of=when.texts("none") if when.has("none") else (),
        slot=page.text("slot", pattern=NAME),
        channels=page.choices("channels", CHANNELS),
        risk=page.choice("risk", RISKS),
        consent=page.choice("consent", CONSENTS),
        cooldown_days=page.integer("cooldown_days", high=COOLDOWN_DAYS_MAX),
        lift_bp=prior.integer("lift_bp", high=EFFECT_BP_MAX),
        harm_bp=prior.integer("harm_bp", high=EFFECT_BP_MAX),
        prior_source=prior.text("source"),
        text=page.text("text", pattern=NAME),
        goal=page.text("goal"),
        source=page.text("source"),
        owner=page.text("owner"),
        review_by=page.day("review_by"),
    )
    for section in (when, prior, page):
        section.end()
    both = set(found.all_of) & set(found.none_of)
    if both:
        page.note(when.line, f"when: {', '.join(sorted(both))} is both asked for and excluded")
    if found.nature is Nature.MARKETING and found.consent != "marketing":
        page.note(page.line_of("consent"), "consent: marketing asks for the consent `marketing`")
    return found


def journey(name: str, page: Section) -> Journey:
    """Playbooks by day, counted from the day the starting sign turns on."""
    steps: list[JourneyStep] = []
    title, starts_with = page.text("title"), page.text("starts_with", pattern=NAME)
    for step in page.sections("steps"):
        day = step.integer("day", low=1, high=JOURNEY_DAYS_MAX)
        if steps and day <= steps[-1].day:
            step.note(step.line_of("day"), f"day {day} does not come after day {steps[-1].day}")
        steps.append(JourneyStep(day=day, playbook=step.text("playbook", pattern=NAME)))
        step.end()
    page.end()
    return Journey(name=name, title=title, starts_with=starts_with, steps=tuple(steps))
