"""The whole book from the texts of its pages: one frozen value, or every problem of every page."""

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TypeVar

from tongxing.book import (
    access,
    article_pages,
    episode_pages,
    lists,
    phrase_pages,
    playbooks,
    policy_pages,
    product_maps,
    rules,
    texts,
)
from tongxing.book.device_words import check_devices
from tongxing.book.links import check_links
from tongxing.book.nodes import tree
from tongxing.book.pages import Found, Pages
from tongxing.book.problem import Problem
from tongxing.book.section import Section
from tongxing.domain.book import Book, Rulebook
from tongxing.domain.pages import StatementWords

__all__ = ["Problem", "digest", "read"]

PAGES_MAX = 20_000
TOPICS = "words/topics.yaml"
DISTRESS = "words/distress.yaml"
FRAUD = "words/fraud.yaml"
TIERS = "tiers/tiers.yaml"
LABELS = "labels/cards.yaml"
STATEMENTS = "statements/words.yaml"
SINGLE_PAGES = (LABELS, STATEMENTS, TIERS, DISTRESS, TOPICS)
"""Pages of which a book has exactly one."""
OPTIONAL_PAGES = (FRAUD,)
"""Pages of which a book has at most one."""
NOT_YAML = {"calendars": ".csv"}
"""Folders whose pages are read by a desk of their own; they count for the book's digest."""
NAME = playbooks.NAME
LOCALE = texts.LOCALE
Shelved = TypeVar("Shelved")


def read(files: Mapping[str, str], *, sign_names: frozenset[str]) -> Book | list[Problem]:
    """Read a book (path from its root -> text). Either all of it is in order or there is no book."""
    pages = _pages(files)
    words = lists.word_table(*(pages.single.get(path) for path in (TOPICS, DISTRESS, FRAUD)))
    tiers = lists.tiers(pages.single[TIERS]) if TIERS in pages.single else ()
    labels = lists.labels(pages.single[LABELS]) if LABELS in pages.single else {}
    statement_words = (
        lists.statement_words(pages.single[STATEMENTS])
        if STATEMENTS in pages.single
        else StatementWords(columns={}, kinds={}, totals=())
    )
    check_links(pages, sign_names)
    check_devices(pages, labels)
    pages.problems += access.problems(files)
    if pages.problems:
        return sorted(set(pages.problems))
    return Book(
        playbooks=_values(pages.playbooks),
        journeys=_values(pages.journeys),
        texts=_values(pages.texts),
        rules=Rulebook(rows=dict(sorted(pages.rules.items()))),
        products=dict(sorted(pages.products.items())),
        phrases=tuple(pages.phrases),
        words=words,
        statement_words=statement_words,
        sources=_values(pages.sources),
        tiers=tiers,
        labels=labels,
        digest=digest(files),
        product_maps=_values(pages.product_maps),
        learned=dict(sorted(pages.learned.items())),
        policies=_values(pages.policies),
        policy_keys=tuple(pages.policy_keys),
        episodes=_values(pages.episodes),
        articles=_values(pages.articles),
        access=files.get(access.POLICIES, ""),
        access_schema=files.get(access.SCHEMA, ""),
    )


def digest(files: Mapping[str, str]) -> str:
    """The name of a book: sha256, hex, over its paths and texts in the order of the paths."""
    whole = sha256()
    for path, text in sorted(files.items()):
        for piece in (path.encode(), text.encode("utf-8", "surrogatepass")):
            whole.update(len(piece).to_bytes(8, "big"))
            whole.update(piece)
    return whole.hexdigest()


def _pages(files: Mapping[str, str]) -> Pages:
    pages = Pages()
    if len(files) > PAGES_MAX:
        pages.problems.append(Problem(path=".", line=0, what=f"{len(files)} pages: at most {PAGES_MAX}"))
        return pages
    for path in sorted(files):
        _page(path, files[path], pages)
    for path in SINGLE_PAGES:
        if path not in files:
            pages.problems.append(Problem(path=path, line=0, what="this page is missing"))
    return pages


def _page(path: str, text: str, pages: Pages) -> None:
    """Read one page into the shelf of its folder."""
    whole = PurePosixPath(path)
    folder = whole.parts[0] if len(whole.parts) > 1 else ""
    if path in access.PAGES or (folder in NOT_YAML and whole.suffix == NOT_YAML[folder]):
        return
    read_as = READERS.get(folder)
    if read_as is None and path not in (*SINGLE_PAGES, *OPTIONAL_PAGES):
        pages.problems.append(Problem(path=path, line=0, what="no kind of page is kept under this path"))
        return
    pages.given.add((folder, whole.stem))
    if whole.suffix != ".yaml":
        pages.problems.append(Problem(path=path, line=0, what="a page is a .yaml file"))
        return
    root = tree(path, text, pages.problems)
    if root is None:
        return
    section = Section(path, root, pages.problems)
    if read_as is None:
        pages.single[path] = section
    else:
        read_as(whole.stem, section, pages)


def _playbook(name: str, section: Section, pages: Pages) -> None:
    if _named("playbook", name, section, pages):
        pages.playbooks[name] = Found(playbooks.playbook(name, section), section)


def _journey(name: str, section: Section, pages: Pages) -> None:
    if _named("journey", name, section, pages):
        pages.journeys[name] = Found(playbooks.journey(name, section), section)


def _text(name: str, section: Section, pages: Pages) -> None:
    if _named("text", name, section, pages):
        pages.texts[name] = Found(texts.text_page(name, section), section)


def _source(name: str, section: Section, pages: Pages) -> None:
    if not _named("source", name, section, pages):
        return
    if product_maps.is_one(section):
        pages.product_maps[name] = Found(product_maps.product_map(name, section), section)
    else:
        pages.sources[name] = Found(lists.source_map(name, section), section)


def _rules(_name: str, section: Section, pages: Pages) -> None:
    for rule_id, (line, rows) in rules.rules(section).items():
        if pages.named("rule", rule_id, section, line):
            pages.rules[rule_id] = rows


def _products(_name: str, section: Section, pages: Pages) -> None:
    for line, product in lists.products(section):
        if pages.named("product", product.code, section, line):
            pages.products[product.code] = product


def _phrases(name: str, section: Section, pages: Pages) -> None:
    if _named("phrase list", name, section, pages, form=rf"{LOCALE}(\.{NAME})?"):
        locale = name.partition(".")[0]
        if section.has("learned"):
            pages.learned[locale] = phrase_pages.learned(locale, section)
        else:
            pages.phrases.extend(phrase_pages.phrases(locale, section))


def _policies(name: str, section: Section, pages: Pages) -> None:
    if name == policy_pages.KEYS:
        pages.policy_keys.extend(policy_pages.keys(section))
    elif _named("policy", name, section, pages, form=policy_pages.VERSION):
        pages.policies[name] = Found(policy_pages.policy(name, section), section)


def _episodes(name: str, section: Section, pages: Pages) -> None:
    if _named("episode", name, section, pages):
        pages.episodes[name] = Found(episode_pages.episode(name, section), section)


def _articles(name: str, section: Section, pages: Pages) -> None:
    if _named("topic", name, section, pages):
        for line, article, within in article_pages.articles(name, section):
            if pages.named("article", article.name, section, line):
                pages.articles[article.name] = Found(article, within)


def _named(kind: str, name: str, section: Section, pages: Pages, *, form: str = NAME) -> bool:
    """Whether a page's file name is a name, and the first of its kind."""
    if re.fullmatch(form, name) is None:
        section.note(0, f"a {kind} page is named {form}, not {name!r}")
        return False
    return pages.named(kind, name, section, 0)


def _values(found: Mapping[str, Found[Shelved]]) -> dict[str, Shelved]:
    return {name: page.value for name, page in sorted(found.items())}


READERS: dict[str, Callable[[str, Section, Pages], None]] = {
    "playbooks": _playbook,
    "journeys": _journey,
    "texts": _text,
    "sources": _source,
    "rules": _rules,
    "products": _products,
    "phrases": _phrases,
    "policies": _policies,
    "episodes": _episodes,
    "articles": _articles,
}
"""Folder -> how its pages are read."""
