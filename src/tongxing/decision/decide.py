"""Ask every gate about every playbook in the fixed order, and keep every answer that was given."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b

from tongxing.decision.applicability import applicability, candidates
from tongxing.decision.arbitration import arbitrate, net_bp, ranked
from tongxing.decision.gates import GateCheck, Gates
from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.grades import Channel
from tongxing.domain.pages import Playbook
from tongxing.domain.profile import Profile, Standing
from tongxing.domain.touch import Answer, Considered, Decision, Gate, Touch, Trigger

ID_BYTES = 8
SWITCHED_OFF = "switched_off: the house does not use this playbook now"


def decide(
    profile: Profile,
    trigger: Trigger,
    *,
    playbooks: Sequence[Playbook],
    gates: Gates,
    book: Book,
    code_version: str,
    switched_off: Collection[str] = (),
) -> Decision:
    """What the house wants to say to one client about one trigger, perhaps nothing, and why.

    The order in which playbooks are handed in changes nothing. A gate whose rule the book does not have
    on that day stops the playbook: nothing passes unjudged. A playbook that is `switched_off` is asked
    nothing else.
    """
    considered_for = candidates(tuple(playbooks), trigger, book)
    answers = {
        page.name: [_considered(page, Gate.SWITCH, (SWITCHED_OFF,))]
        if page.name in switched_off
        else _ask(page, profile, trigger, gates, book)
        for page in considered_for
    }
    through = [page for page in considered_for if answers[page.name][-1].answer is Answer.PASS]
    reasons = arbitrate(through)
    for page in through:
        answers[page.name].append(_considered(page, Gate.ARBITRATION, reasons[page.name]))
    winners = [page for page in ranked(through) if not reasons[page.name]]
    return Decision(
        decision_id=_id("decision", profile.client_id, trigger.name, trigger.cause),
        client_id=profile.client_id,
        trigger=trigger,
        considered=tuple(answer for page in considered_for for answer in answers[page.name]),
        touches=tuple(_touch(page, profile, trigger) for page in winners),
        features=profile.features,
        book_digest=book.digest,
        code_version=code_version,
    )


def _ask(page: Playbook, profile: Profile, trigger: Trigger, gates: Gates, book: Book) -> list[Considered]:
    """Answers of the gates up to the first that stops."""

    def about(playbook: Playbook, profile: Profile, trigger: Trigger, _book: Book) -> tuple[str, ...]:
        return applicability(playbook, profile, trigger)

    in_order: Mapping[Gate, GateCheck] = {
        Gate.CONSENT: gates.consent,
        Gate.ELIGIBILITY: gates.eligibility,
        Gate.APPLICABILITY: about,
        Gate.SUITABILITY: gates.suitability,
        Gate.CONTACT: gates.contact,
    }
    answers: list[Considered] = []
    for gate, check in in_order.items():
        answers.append(_considered(page, gate, _reasons(gate, check, page, profile, trigger, book)))
        if answers[-1].answer is Answer.STOP:
            break
    return answers


def _reasons(
    gate: Gate, check: GateCheck, page: Playbook, profile: Profile, trigger: Trigger, book: Book
) -> tuple[str, ...]:
    try:
        return check(page, profile, trigger, book)
    except RuleMissingError as missing:
        return (f"{gate.value}: not judged: {missing}",)


def _considered(page: Playbook, gate: Gate, reasons: tuple[str, ...]) -> Considered:
    answer = Answer.STOP if reasons else Answer.PASS
    return Considered(playbook=page.name, gate=gate, answer=answer, reasons=reasons)


def _touch(page: Playbook, profile: Profile, trigger: Trigger) -> Touch:
    by_name = {sign.name: sign for sign in profile.signs}
    return Touch(
        touch_id=_id("touch", profile.client_id, page.name, trigger.name, trigger.cause),
        client_id=profile.client_id,
        playbook=page.name,
        nature=page.nature,
        channel=_channel(page, profile.standing),
        slot=page.slot,
        trigger=trigger,
        signs=tuple(by_name[name] for name in page.all_of if name in by_name),
        net_bp=net_bp(page),
    )


def _channel(page: Playbook, standing: Standing) -> Channel:
    """The first of the page's channels that the client did not refuse.

    Where none is left, the home page, or the one channel of a page that does not know it (help in a crisis).
    """
    allowed = (channel for channel in page.channels if standing.contact.get(channel.value, True))
    return next(allowed, Channel.HOME if Channel.HOME in page.channels else page.channels[0])


def _id(kind: str, *names: str) -> str:
    """The same names give the same id, so that a replay writes nothing twice."""
    whole = blake2b(digest_size=ID_BYTES, person=kind.encode())
    for name in names:
        encoded = name.encode()
        whole.update(len(encoded).to_bytes(4, "big"))
        whole.update(encoded)
    return whole.hexdigest()
