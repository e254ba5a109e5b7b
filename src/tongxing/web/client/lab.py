"""The scenario lab: real stretches of the market to live through, step by step, with invented money.

A walk is the letters of its choices in the address: nothing is kept, and going back takes a step back.
"""

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.domain.episodes import MarketEpisode
from tongxing.service.lab_play import LabError, LabPage, episode_of, episodes, play, result
from tongxing.web.client.lab_terrain import terrain
from tongxing.web.client.own import Drawn, Own, own_of
from tongxing.web.render import PageRequest, language_of
from tongxing.web.words import speak

SEED = 7
SEED_DIGITS_MAX = 6


@get("/me/lab", act="own.read", sync_to_thread=False)
def lab(request: PageRequest) -> Drawn:
    """All episodes."""
    own = own_of(request)
    return own.draw("lab_home.html", {"episodes": episodes(own.front.house)}, me=own.mine())


@get("/me/lab/{name:str}", act="own.read", sync_to_thread=False)
def episode(request: PageRequest, name: FromPath[str]) -> Drawn:
    """What happened, and the door to the walk."""
    own = own_of(request)
    return own.draw("lab_episode.html", {"episode": _episode(own, name)}, me=own.mine())


@get("/me/lab/{name:str}/walk", act="own.read", sync_to_thread=True)
def lab_walk(request: PageRequest, name: FromPath[str]) -> Drawn:
    """One step of a walk; after the last, the walk beside other courses."""
    own = own_of(request)
    asked = request.query_params
    seed = asked.get("seed", "")
    number = int(seed) if seed.isascii() and seed.isdigit() and len(seed) <= SEED_DIGITS_MAX else SEED
    try:
        page = play(own.front.house, name, asked.get("path", "") + asked.get("next", ""))
        found = result(own.front.house, name, page.choices, seed=number) if page.ended else None
    except LabError as error:
        raise NotFoundException(detail="lab") from error
    speak(language_of(request))
    values = {"page": page, "found": found, "start": _start(page), "land": terrain(page)}
    return own.draw("lab_result.html" if found else "lab_walk.html", values, me=own.mine())


@get("/me/lab/{name:str}/quiz", act="own.read", sync_to_thread=False)
def quiz(request: PageRequest, name: FromPath[str]) -> Drawn:
    """The questions of an episode, and what was right once they are answered."""
    own = own_of(request)
    found = _episode(own, name)
    given = [request.query_params.get(f"q{place}", "") for place in range(len(found.quiz))]
    right = sum(one == str(question.right) for one, question in zip(given, found.quiz, strict=True))
    values = {"episode": found, "given": given, "right": right, "answered": all(given)}
    return own.draw("lab_quiz.html", values, me=own.mine())


def _episode(own: Own, name: str) -> MarketEpisode:
    try:
        return episode_of(own.front.house, name)
    except LabError as error:
        raise NotFoundException(detail="lab") from error


def _start(page: LabPage) -> int:
    return page.values_fen[0]
