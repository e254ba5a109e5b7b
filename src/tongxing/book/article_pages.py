"""Pages under `articles/`: one topic each, with all its articles."""

import re

from tongxing.book.nodes import Fields
from tongxing.book.section import Section
from tongxing.domain.articles import SLOT, Article, Reader
from tongxing.domain.utterances import INTENTS

ARTICLE = "[a-z][a-z0-9_]{0,47}"
TITLE_MAX = 40
READERS: dict[str, Reader] = {"all": "all", "newcomer": "newcomer", "elderly": "elderly"}
INTENT_NAMES = {name: name for name in INTENTS}


def articles(topic: str, page: Section) -> list[tuple[int, Article, Section]]:
    """Every article of a topic with its line."""
    found: list[tuple[int, Article, Section]] = []
    for name, line, node in page.entries(pattern=ARTICLE):
        if isinstance(node, Fields):
            section = page.within(node)
            found.append((line, _article(name, topic, section), section))
        else:
            page.note(line, f"{name}: title, body, asks, intents, for, sources, reviewed are needed")
    return found


def _article(name: str, topic: str, section: Section) -> Article:
    found = Article(
        name=name,
        topic=topic,
        title=section.text("title"),
        body=section.texts("body", least=1),
        asks=section.texts("asks", least=1),
        intents=section.choices("intents", INTENT_NAMES),
        reader=section.choice("for", READERS),
        sources=section.texts("sources", least=1),
        reviewed=section.day("reviewed"),
    )
    section.end()
    if len(found.title) > TITLE_MAX:
        section.note(section.line_of("title"), f"title: {TITLE_MAX} characters at most")
    for paragraph in (found.title, *found.body):
        rest = re.sub(SLOT, "", paragraph)
        if "{" in rest or "}" in rest:
            section.note(section.line_of("body"), f"{name}: a brace that is no slot of a rule")
    return found
