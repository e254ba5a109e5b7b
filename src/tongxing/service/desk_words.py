"""The words of an adviser to a client: proposed from the book, edited by a person, judged, sealed, queued.

There is no other way from the desk to a client than this one: the final words become a draft, compliance
reads it, the verdict is sealed with its record, and only what is cleared waits in the outbox.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tongxing.compliance.review import review
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.draft import (
    Author,
    Cleared,
    Draft,
    Fact,
    FactSheet,
    Part,
    ProductFacts,
    Reason,
    Refused,
    Verdict,
)
from tongxing.domain.grades import AuthorKind, Channel, Initiative, Nature
from tongxing.domain.person import Person
from tongxing.domain.profile import Profile
from tongxing.domain.task import LIVE, Task, TaskState
from tongxing.domain.touch import Touch
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.service import desk_paper
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.desk_log import DeskRefusedError, clean
from tongxing.service.desk_making import task_id_of, variant
from tongxing.service.desk_notices import with_notices
from tongxing.service.desk_paper import TRIES_KEPT_MAX, Paper, Try
from tongxing.service.desk_reach import open_to, task_for
from tongxing.service.desk_record import served_by_person, touch_for
from tongxing.service.facts import facts_for
from tongxing.service.house import House
from tongxing.service.phrases import phrase
from tongxing.service.quorum_standing import without_quorum
from tongxing.service.recording import record
from tongxing.service.serve import Served, proactive_this_week
from tongxing.service.states import state_of
from tongxing.service.unfolded import take_in
from tongxing.wording.draft import AI_LABEL, Unworded, needed
from tongxing.wording.draft import draft as worded

BY_LISTS = "adviser_words"
"""Words under a name are judged by the lists alone."""
SWITCHED_OFF = Reason(rule="switched_off", detail="the house does not use this playbook now")
RECORD_KEY_BYTES = 32
NO_CONSENT, MARKETING, PERSONAL = "none", "marketing", "personalised_service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an adviser wants to send."""

    text: str
    nature: Nature
    product: str
    """Code of the product the words speak about; empty: of none."""
    token: str
    """Of the form: the same words of one form sent twice are one try."""
    assisted: bool = False
    """The words began as an answer of the assistant: the mark of a machine stays on them."""


def profile_now(house: House, client_id: str, now: datetime) -> tuple[Profile, datetime]:
    """The client as known now, switches not folded yet included, and the instant that is judged.

    Raises `UnknownClientError`; `DeskRefusedError` (`merged`) for a record that is part of another one.
    """
    known = known_now(house, client_id, now)
    return known.profile, known.at


@dataclass(frozen=True, slots=True)
class Known:
    """A client as known now."""

    state: fold.State
    profile: Profile
    at: datetime
    """The instant that is judged, Beijing."""


def known_now(house: House, client_id: str, now: datetime) -> Known:
    """The same with the state; raises as `profile_now` does."""
    folded = house.store.folded_through(client_id)
    blob = house.store.state(client_id)
    if blob is None:
        raise UnknownClientError(client_id)
    state = state_of(house, client_id, blob)
    if state.merged_into:
        raise DeskRefusedError("merged", who=state.merged_into)
    take_in(house, state, after=folded, now=now)
    at = max(now, fold.known_until(state)).astimezone(BEIJING)
    return Known(state, assemble(state, as_of=at + timedelta(seconds=1), book=house.book), at)


def proposal(house: House, person: Person, task: Task, profile: Profile, at: datetime) -> str:
    """The approved words for such a task, filled with facts.

    Empty where a fact is missing, or where the playbook behind the task is switched off.
    """
    paper = desk_paper.decode(task.paper)
    book = house.book
    if paper.playbook in house.store.switches.off():
        return ""
    names = dict(word.split("=", 1) for word in book.rules.words("desk_proposals", at.date()))
    playbook = book.playbooks.get(paper.playbook)
    page = book.texts.get(names.get(paper.what, "" if playbook is None else playbook.text))
    if page is None or (Channel.HOME, "zh-CN") not in page.variants:
        return variant(book, paper.what, Channel.HOME).body.replace("{adviser}", person.name)
    touch = touch_for(task, paper.what, Nature.SERVICE, at, touch_id="")
    found = facts_for(
        touch, names=needed(page), profile=profile, book=book, market=house.market, locale="zh-CN"
    )
    adviser = Fact(name="adviser", value=person.name, source="desk", at=at)
    shown = worded(
        touch,
        text=page,
        facts=FactSheet(facts={**found.facts, "adviser": adviser}),
        standing=profile.standing,
        playbook=playbook or next(iter(book.playbooks.values())),
        product=None,
        locale="zh-CN",
        labels=book.labels,
        touches_this_week=0,
    )
    if isinstance(shown, Unworded):
        return ""
    return "\n".join(part.text for part in shown.parts if part.role == "body")


def send(house: House, person: Person, task_id: str, wish: Wish, *, now: datetime) -> Try:
    """Put an adviser's final words before compliance; what is cleared waits to be sent, all is sealed.

    What a playbook asked for that is switched off is refused, whatever its words are.
    The try is kept on the task's paper with its text, so that refused words can be mended.

    Raises:
        UnknownTaskError: no such task within reach.
        UnknownClientError: the client's state is gone.
        DeskRefusedError: `taken`, `ended`, `erased`, `merged`, `empty`, `too_long`, `product`.
    """
    task = task_for(house, person, task_id)
    text = clean(house, wish.text, now.astimezone(BEIJING), empty=False, rule="desk_text_length_max")
    profile, at = profile_now(house, task.client_id, now)
    said = (wish.token, wish.nature.value, wish.product, text)
    touch_id = task_id_of("words", task_id, person.person_id, *said)
    paper = _live(house, task, person)
    before = next((one for one in paper.tries if one.touch_id == touch_id), None)
    if before is not None:
        return before
    offered = proposal(house, person, task, profile, at)
    touch = touch_for(task, paper.what, wish.nature, at, touch_id=touch_id)
    draft = _draft(house.book, person, paper, profile, replace(wish, text=text), touch, offered=offered)
    draft = replace(draft, without_quorum=without_quorum(house))
    verdict = judged(draft, house.book)
    if paper.playbook in house.store.switches.off():
        told = verdict.reasons if isinstance(verdict, Refused) else ()
        verdict = Refused(draft=draft, reasons=(SWITCHED_OFF, *told))
    reasons = () if isinstance(verdict, Cleared) else verdict.reasons
    cleared = ((touch, verdict),) if isinstance(verdict, Cleared) else ()
    by_person = served_by_person(house, profile, touch, draft, cleared, reasons)
    served = with_notices(by_person, house, paper.what, profile)
    made = Try(
        touch_id=touch_id,
        decision_id=served.decision.decision_id,
        at=at,
        by=person.person_id,
        nature=wish.nature.value,
        text=text,
        product=wish.product,
        cleared=not reasons,
        reasons=tuple((one.rule, one.detail) for one in reasons),
    )
    return _keep(house, person, task_id, profile, served, made)


def judged(draft: Draft, book: Book) -> Verdict:
    """The verdict on a person's words, without the benefit of the doubt.

    Freely written words are judged by lists and by what was learned; what was learned may excuse words that
    read like a lesson. An adviser who writes to one client is not excused: the lists alone are asked as well.
    """
    verdict = review(draft, book=book)
    strict = review(replace(draft, playbook=BY_LISTS), book=book)
    if isinstance(verdict, Cleared) and isinstance(strict, Refused):
        return replace(strict, draft=draft)
    return verdict


def _keep(house: House, person: Person, task_id: str, profile: Profile, served: Served, made: Try) -> Try:
    """One transaction: the sealed record, the outbox row if cleared, and the try on the task's paper."""
    with house.store.batch() as batch:
        task = batch.tasks.task(task_id)
        if task is None:
            raise DeskRefusedError("ended")
        paper = _live(house, task, person)
        before = next((one for one in paper.tries if one.touch_id == made.touch_id), None)
        if before is not None:
            return before
        key = house.entropy.token(RECORD_KEY_BYTES)
        record(batch, key, served, profile=profile, book=house.book, cause=None)
        kept = replace(paper, tries=(*paper.tries, made)[-TRIES_KEPT_MAX:])
        taken = replace(task, state=TaskState.TAKEN, assignee=person.person_id, paper=desk_paper.encode(kept))
        batch.tasks.change(taken, expects=LIVE)
        return made


def _live(house: House, task: Task, person: Person) -> Paper:
    """The paper of a task this person may work on; raises `DeskRefusedError` for every other."""
    if task.state not in LIVE:
        raise DeskRefusedError("ended")
    if not task.paper:
        raise DeskRefusedError("erased")
    if task.assignee not in open_to(house, person):
        raise DeskRefusedError("taken", who=task.assignee or "")
    return desk_paper.decode(task.paper)


def _draft(
    book: Book, person: Person, paper: Paper, profile: Profile, wish: Wish, touch: Touch, *, offered: str
) -> Draft:
    """The exact words with their author, his licence, what they rest on, and what they speak about."""
    on = touch.trigger.at.date()
    service = wish.nature is Nature.SERVICE
    answer = service and paper.what in book.rules.words("desk_answers", on)
    duty = service and paper.what in book.rules.words("desk_duties", on)
    assisted = wish.assisted or bool(set(filter(None, offered.splitlines())) & set(wish.text.splitlines()))
    return Draft(
        touch_id=touch.touch_id,
        playbook="",
        parts=_parts(book, person, wish.text, assisted=assisted),
        locale="zh-CN",
        channel=touch.channel,
        nature=wish.nature,
        author=Author(kind=AuthorKind.ADVISER, licence=person.licence),
        standing=profile.standing,
        at=touch.trigger.at,
        initiative=Initiative.CLIENT if answer else Initiative.FIRM,
        product=_product(book, wish.product),
        labels=(AI_LABEL,) if assisted else (),
        consent=MARKETING if wish.nature is Nature.MARKETING else NO_CONSENT if duty else PERSONAL,
        touches_this_week=proactive_this_week(profile.standing, seconds(touch.trigger.at)),
    )


def _parts(book: Book, person: Person, text: str, *, assisted: bool) -> tuple[Part, ...]:
    """Who speaks, the words, the licence; the AI mark stays on words that the house proposed."""
    number = "" if person.licence is None else person.licence.number
    sign = phrase(book, "desk_signature").replace("{name}", person.name).replace("{number}", number)
    parts = [
        Part(role="title", text=phrase(book, "desk_from").replace("{name}", person.name)),
        Part(role="body", text=text),
        Part(role="body", text=sign),
        Part(role="human", text=phrase(book, "human_exit"), page=book.labels.get("human_page", "")),
    ]
    if assisted:
        parts.append(Part(role="label", text=phrase(book, "ai_mark")))
    return tuple(parts)


def _product(book: Book, code: str) -> ProductFacts | None:
    """The product as the book grades it; raises `DeskRefusedError` (`product`) for one it does not know."""
    if not code:
        return None
    page = book.products.get(code)
    if page is None:
        raise DeskRefusedError("product")
    return ProductFacts(product_id=page.code, kind=page.kind, risk=page.risk, term=page.term)
