"""What a desk adds to the answer of a known client: the way to close the account, or their own plan."""

from tongxing.assistant.plans import ASKS_WHAT_TO_DO
from tongxing.domain.utterances import Understanding
from tongxing.service.converse_live import NOTHING, Aside, Spoken
from tongxing.service.converse_scene import Scene


def aside_of(understood: Understanding, scene: Scene, *, warned: bool) -> Aside:
    """Closing for who wants it; the plan for who asks what to do, never in distress."""
    what, live = scene.meant, scene.live
    if live is not None and what.intent == "close" and not what.unclear:
        return live.closing(scene.locale)
    asks = what.intent in ASKS_WHAT_TO_DO and not what.follow and not what.unclear
    if live is None or understood.distress or warned:
        return NOTHING
    if not (asks or what.step == "lower" or asks_to_arrange(scene)):
        return NOTHING
    return live.planned(what.product, scene.locale)


def asks_to_arrange(scene: Scene) -> bool:
    """Whether a known client asks how everything could be arranged."""
    return scene.live is not None and says("converse_plan_words", scene)


def before_risk(spoken: tuple[Spoken, ...], more: tuple[Spoken, ...]) -> tuple[Spoken, ...]:
    """More words; the note on risk stays last."""
    last = len(spoken) - 1 if spoken and spoken[-1].page == "risk" else len(spoken)
    return (*spoken[:last], *more, *spoken[last:])


def says(rule: str, scene: Scene) -> bool:
    """Whether the message holds one of the words of a rule."""
    return any(word in scene.read for word in scene.book.rules.words(rule, scene.on))
