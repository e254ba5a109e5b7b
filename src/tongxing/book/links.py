"""What pages say about one another: a playbook's text, its signs, a journey's steps."""

from collections.abc import Iterator

from tongxing.book.pages import Found, Pages
from tongxing.book.problem import Problem
from tongxing.domain.articles import Article
from tongxing.domain.pages import Journey, Playbook
from tongxing.domain.policy import Policy

LOCALE_NEEDED = "zh-CN"
"""Chinese first: every channel of a playbook has Chinese words."""


def check_links(pages: Pages, sign_names: frozenset[str]) -> None:
    """Add a problem for every name that leads nowhere and every title used twice."""
    titles: dict[str, str] = {}
    for found in pages.playbooks.values():
        pages.problems.extend(_playbook(found, pages, sign_names))
        title, path = found.value.title, found.section.path
        first = titles.setdefault(title, path)
        if title and first != path:
            pages.problems.append(found.problem("title", f"the title {title!r} is the one of {first}"))
    for journey in pages.journeys.values():
        pages.problems.extend(_journey(journey, pages, sign_names))
    for policy in pages.policies.values():
        pages.problems.extend(_policy(policy, pages))
    for article in pages.articles.values():
        pages.problems.extend(_article(article, pages))


def _article(found: Found[Article], pages: Pages) -> Iterator[Problem]:
    for rule_id in found.value.rules:
        if rule_id not in pages.rules:
            yield found.problem("body", f"{found.value.name}: no rule {rule_id!r}")


def _policy(found: Found[Policy], pages: Pages) -> Iterator[Problem]:
    for block in found.value.blocks:
        product = pages.products.get(block.code)
        if product is None and ("products", block.code) not in pages.given:
            yield found.problem("blocks", f"{block.name}: no product {block.code!r}")
        elif product is not None and block.risk < product.risk:
            yield found.problem("blocks", f"{block.name}: its product is {product.risk.name}")


def _playbook(found: Found[Playbook], pages: Pages, sign_names: frozenset[str]) -> Iterator[Problem]:
    playbook = found.value
    for sign in (*playbook.all_of, *playbook.none_of):
        if sign and sign not in sign_names:
            yield found.problem("when", f"unknown sign {sign!r}")
    text = pages.texts.get(playbook.text)
    if text is not None:
        for channel in playbook.channels:
            if (channel, LOCALE_NEEDED) not in text.value.variants:
                where = text.section.path
                yield found.problem("channels", f"{where} has no {LOCALE_NEEDED} words for {channel.value}")
    elif playbook.text and ("texts", playbook.text) not in pages.given:
        yield found.problem("text", f"no text named {playbook.text!r}")


def _journey(found: Found[Journey], pages: Pages, sign_names: frozenset[str]) -> Iterator[Problem]:
    journey = found.value
    if journey.starts_with and journey.starts_with not in sign_names:
        yield found.problem("starts_with", f"unknown sign {journey.starts_with!r}")
    for step in journey.steps:
        if step.playbook and ("playbooks", step.playbook) not in pages.given:
            yield found.problem("steps", f"day {step.day}: no playbook named {step.playbook!r}")
