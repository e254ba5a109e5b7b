"""What an answer of the `advise` door carries beside the weights, so that it may be kept and shown as advice.

Mark, id, versions, data with source and time, how grade and products match, the other courses open to the
client, who speaks, and the words every advice ends with.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from tongxing.advice.limits import Floats, Model, may_hold
from tongxing.book.slots import pieces
from tongxing.domain.book import Book
from tongxing.domain.grades import Channel, Initiative, ProductRisk, Tolerance
from tongxing.domain.policy import Policy
from tongxing.service.advise_ask import AskLine
from tongxing.wording.values import written

AI_MARK = "ai_generated"
PROVIDER = "tongxing"
MODEL = "allocation"
NOTICES = ("advice_notice", "plan_nothing", "plan_general")
BP = 10_000


def too_risky(policy: Policy, book: Book, ask: AskLine) -> frozenset[str]:
    """Products that wait for a branch: from the branch age on the house proposes none of R4 or R5.

    A client who asks of their own accord is answered within the grade, whatever their age.
    """
    if ask.age is None or ask.initiative is not Initiative.FIRM:
        return frozenset()
    if ask.age < book.rules.number("elderly_branch_age", ask.as_of):
        return frozenset()
    return frozenset(block.code for block in policy.blocks if block.risk >= ProductRisk.R4)


def about(
    ask: AskLine, policy: Policy, book: Book, *, digest: str, codes: Sequence[str], locale: str
) -> Mapping[str, object]:
    """Everything but figures; the same question under the same book gives the same bytes."""
    grade = Tolerance[ask.grade or "C1L"]
    risks = {block.code: block.risk for block in policy.blocks}
    return {
        "label": AI_MARK,
        "metadata": {"ai": True, "provider": PROVIDER, "content": _id(ask, digest)},
        "advice_id": _id(ask, digest),
        "versions": {"model": MODEL, "prompt": "", "policy": policy.version, "book": book.digest},
        "initiative": ask.initiative.value,
        "data": [
            {"what": "facts", "as_of": ask.as_of.isoformat(), "source": "client line"},
            {"what": "policy", "as_of": policy.starts.isoformat(), "source": policy.source},
        ],
        "suitability": {
            "grade": grade.name,
            "valid_to": None if ask.grade_valid_to is None else ask.grade_valid_to.isoformat(),
            "products": [
                {"code": code, "risk": risks[code].name, "fits": may_hold(int(risks[code]), grade)}
                for code in codes
            ],
        },
        "notices": [_said(book, name, ask, locale) for name in NOTICES],
    }


def nothing(model: Model, policy: Policy, held: Mapping[str, int], whole_fen: int) -> Mapping[str, object]:
    """The choice to do nothing: no cost, and what the worst real time would have taken of what is held."""
    share: Floats = model.stress[0] * 0
    for place, code in enumerate(model.codes[:-1]):
        share[place] = held.get(code, 0) / whole_fen if whole_fen > 0 else 0.0
    losses = -(model.stress @ share)
    worst = max(range(len(policy.episodes)), key=lambda place: (losses[place], -place))
    return {
        "what": "nothing",
        "cost_fen": 0,
        "worst": {"episode": policy.episodes[worst].name, "loss_bp": round(float(losses[worst]) * BP)},
    }


def record(line: Mapping[str, object]) -> str:
    """The hash a ledger would keep of this very line: sha256 over its canonical JSON, hex."""
    return sha256(msgspec.json.encode(line, order="deterministic")).hexdigest()


def _id(ask: AskLine, digest: str) -> str:
    return sha256(digest.encode() + msgspec.json.encode(ask, order="deterministic")).hexdigest()[:24]


def _said(book: Book, name: str, ask: AskLine, locale: str) -> str:
    page = book.texts[name]
    body = page.variants[Channel.HOME, locale].body
    slots = {slot: written(ask.as_of.isoformat(), kind, locale=locale) for slot, kind in page.slots.items()}
    return "".join(slots[piece] if place % 2 else piece for place, piece in enumerate(pieces(body)))
