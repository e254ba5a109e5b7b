"""What is said before a walk with one's own holdings: an approved text, judged for this client as of now."""

from hashlib import blake2b

from tongxing.book.slots import pieces
from tongxing.compliance.review import review
from tongxing.domain.draft import Author, Cleared, Draft, Part
from tongxing.domain.grades import AuthorKind, Channel, Initiative, Nature
from tongxing.domain.pages import TextPage
from tongxing.service.lab_stage import Stage
from tongxing.service.me_who import Mine
from tongxing.service.phrases import phrase
from tongxing.wording.draft import AI_LABEL
from tongxing.wording.locales import variant
from tongxing.wording.values import written

TEXT = "lab_own"
NO_CONSENT = "none"
ID_BYTES = 10


def own_words(me: Mine, stage: Stage, *, locale: str) -> tuple[Part, ...]:
    """The words in reading order; empty where compliance objects, and then no such walk is offered."""
    draft = _draft(me, stage, locale)
    return draft.parts if isinstance(review(draft, book=me.house.book), Cleared) else ()


def _draft(me: Mine, stage: Stage, locale: str) -> Draft:
    book, page = me.house.book, me.house.book.texts[TEXT]
    chosen = variant(page, Channel.HOME, locale)
    if chosen is None:
        raise LookupError(f"text {TEXT} has no words")
    spoken, words = chosen[0], chosen[1]
    values: dict[str, int | str] = {
        "start": stage.course.days[0].isoformat(),
        "end": stage.course.days[-1].isoformat(),
        "as_of": me.now.date().isoformat(),
        "count": sum(bool(place.stands_for) for place in stage.places),
    }
    told = (("title", words.title), ("body", words.body), ("why", words.why), ("risk", words.risk_note))
    named = "\x1f".join((me.client_id, stage.episode.name, str(me.now.date())))
    return Draft(
        touch_id=blake2b(named.encode(), digest_size=ID_BYTES).hexdigest(),
        playbook=TEXT,
        parts=(
            *(Part(role=role, text=_filled(text, page, values, spoken)) for role, text in told),
            Part(
                role="human", text=phrase(book, "human_exit", locale), page=book.labels.get("human_page", "")
            ),
            Part(role="label", text=phrase(book, "ai_mark", locale)),
        ),
        locale=spoken,
        channel=Channel.HOME,
        nature=Nature.EDUCATION,
        author=Author(kind=AuthorKind.AI),
        standing=me.profile().standing,
        at=me.now,
        initiative=Initiative.CLIENT,
        labels=(AI_LABEL,),
        consent=NO_CONSENT,
    )


def _filled(words: str, page: TextPage, values: dict[str, int | str], locale: str) -> str:
    return "".join(
        written(values[piece], page.slots[piece], locale=locale) if place % 2 else piece
        for place, piece in enumerate(pieces(words))
    )
