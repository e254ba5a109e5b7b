"""The scenario lab: real stretches of the market to live through, step by step, with invented money.

A walk is the letters of its choices in the address: nothing of it is kept, and going back takes a step back.
A quiz is kept when the client wishes it and agreed to be remembered.
"""

from collections.abc import Mapping
from functools import partial
from zlib import crc32

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tongxing.domain.draft import Part
from tongxing.domain.episodes import MarketEpisode
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.lab_learned import may_remember, remember, remembered
from tongxing.service.lab_play import LabPage, episodes, play, result
from tongxing.service.lab_stage import LabError, Stage, episode_of, own_stage, practice_stage
from tongxing.service.lab_words import own_words
from tongxing.service.me_who import Mine
from tongxing.web.client.lab_terrain import terrain
from tongxing.web.client.own import UNPROCESSABLE, Drawn, Own, back, own_of
from tongxing.web.guard import form_of
from tongxing.web.render import PageRequest, language_of, locale_of
from tongxing.web.words import speak, t

OWN = "own"
"""In the address: the walk is taken with one's own holdings."""
QUIZ = "/me/lab/{name:str}/quiz"
SEED_DIGITS_MAX = 6


@get("/me/lab", act="own.read", sync_to_thread=False)
def lab(request: PageRequest) -> Drawn:
    """All episodes."""
    own, locale = own_of(request), locale_of(request)
    me = own.mine()
    found = [(one, one.told(locale).title) for one in episodes(own.front.house)]
    return own.draw("lab_home.html", {"episodes": found, "learned": remembered(me)}, me=me)


@get("/me/lab/{name:str}", act="own.read", sync_to_thread=False)
def episode(request: PageRequest, name: FromPath[str]) -> Drawn:
    """What happened, and the door to the walk."""
    own, locale = own_of(request), locale_of(request)
    found, me = _episode(own, name), own.mine()
    stage = own_stage(me, name)
    values = {
        "episode": found,
        "told": found.told(locale),
        "own": () if stage is None else own_words(me, stage, locale=locale),
    }
    return own.draw("lab_episode.html", values, me=me)


@get("/me/lab/{name:str}/walk", act="own.read", sync_to_thread=True)
def lab_walk(request: PageRequest, name: FromPath[str]) -> Drawn:
    """One step of a walk; after the last, the walk beside other courses."""
    own = own_of(request)
    house, asked, me = own.front.house, request.query_params, own.mine()
    try:
        stage, words = _stage(me, name, own=asked.get(OWN) == "1", locale=locale_of(request))
        page = play(house, stage, asked.get("path", "") + asked.get("next", ""))
        seed = _seed(asked.get("seed", ""), page)
        found = result(house, stage, page.choices, seed=seed) if page.ended else None
    except LabError as error:
        raise NotFoundException(detail="lab") from error
    speak(language_of(request))
    values = {
        "page": page,
        "title": page.episode.told(locale_of(request)).title,
        "found": found,
        "start": page.values_fen[0],
        "land": terrain(page),
        "own": words,
        "places": stage.places,
    }
    return own.draw("lab_result.html" if found else "lab_walk.html", values, me=me)


def _stage(me: Mine, name: str, *, own: bool, locale: str) -> tuple[Stage, tuple[Part, ...]]:
    """Where the walk begins, and what is said before one with the client's own holdings."""
    if not own:
        return practice_stage(me.house, name), ()
    stage = own_stage(me, name)
    words = () if stage is None else own_words(me, stage, locale=locale)
    if stage is None or not words:
        raise LabError("no walk with one's own holdings")
    return stage, words


@get(QUIZ, act="own.read", sync_to_thread=False)
def quiz(request: PageRequest, name: FromPath[str]) -> Drawn:
    """The questions of an episode, and what was right once they are answered."""
    return _quiz(own_of(request), name, request.query_params)


@post(QUIZ, act="own.act", status_code=200)
async def learned(request: PageRequest, name: FromPath[str]) -> Drawn | Redirect:
    """Keep the score among what the client learned, because they wish it."""
    own, fields = own_of(request), await form_of(request)
    me = await sync_to_thread(own.mine)
    given = _given(_episode(own, name), fields)
    keep = partial(remember, me, name, given, now=own.front.house.clock.now(), token=fields.get("token", ""))
    try:
        await sync_to_thread(keep)
    except ActRefusedError as refused:
        speak(language_of(request))
        return _quiz(own, name, fields, notice=t(f"lab.refused.{refused.reason}"), status=UNPROCESSABLE)
    return back("/me/lab", done="learned")


def _quiz(own: Own, name: str, sent: Mapping[str, str], *, notice: str = "", status: int = 200) -> Drawn:
    found, me = _episode(own, name), own.mine()
    given = _given(found, sent)
    values = {
        "episode": found,
        "told": found.told(locale_of(own.request)),
        "given": given,
        "right": found.right_of(given),
        "answered": all(given),
        "may_remember": may_remember(me),
        "notice": notice,
    }
    return own.draw("lab_quiz.html", values, me=me, status=status)


def _given(episode: MarketEpisode, sent: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sent.get(f"q{place}", "") for place in range(len(episode.told("").quiz)))


def _episode(own: Own, name: str) -> MarketEpisode:
    try:
        return episode_of(own.front.house, name)
    except LabError as error:
        raise NotFoundException(detail="lab") from error


def _seed(asked: str, page: LabPage) -> int:
    """As asked for; else one that comes from the walk itself, so that another walk meets other orders."""
    if asked.isascii() and asked.isdigit() and len(asked) <= SEED_DIGITS_MAX:
        return int(asked)
    return int(crc32(f"{page.episode.name}/{page.choices}".encode()) % 10**SEED_DIGITS_MAX)
