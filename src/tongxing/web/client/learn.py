"""What the house teaches: articles by topic, one of them, and a search in the reader's own words."""

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.service.learn import NoArticleError, article_page, find, shelf
from tongxing.web.client.own import Drawn
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

WORDS_LENGTH_MAX = 200


@get("/learn", act="article.read", sync_to_thread=False)
def articles(request: PageRequest) -> Drawn:
    """All articles by topic, or those that answer what was typed."""
    front = front_of(request)
    typed = request.query_params.get("q", "").strip()[:WORDS_LENGTH_MAX]
    values = {
        "typed": typed,
        "found": find(front.house, typed) if typed else (),
        "shelf": shelf(front.house),
        "words_max": WORDS_LENGTH_MAX,
    }
    return front.pages.page(request, "learn_home.html", values)


@get("/learn/{name:str}", act="article.read", sync_to_thread=False)
def article(request: PageRequest, name: FromPath[str]) -> Drawn:
    """One article with its sources."""
    front = front_of(request)
    try:
        page = article_page(front.house, name)
    except NoArticleError as missing:
        raise NotFoundException(detail="article") from missing
    return front.pages.page(request, "learn_article.html", {"page": page, "article": page.written.article})
