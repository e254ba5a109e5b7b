"""The pages of products, phrases, words, tiers, fixed card phrases, statement words and source tables."""

import re

from tongxing.book.nodes import Fields, Node
from tongxing.book.playbooks import GRADES
from tongxing.book.section import Section
from tongxing.domain.bodies import BODIES
from tongxing.domain.pages import Product, SourceMap, StatementWords, TierPage, WordTable

CODE = "[0-9A-Z]{5,12}"
NAME = "[a-z][a-z0-9_]{0,63}"
LABEL = r"[a-z][a-z0-9_]{0,63}(\.[a-z]{2,3}(-[A-Z]{2})?)?"
WHOLE_PPM = 1_000_000
DEGREES = ("mild", "strong", "crisis")
ENCODINGS = {name: name for name in ("utf-8", "utf-8-sig", "gb18030")}
LABELS_NEEDED = ("ai_mark", "human_exit", "human_page", "no_promise")
"""Phrases that every card carries."""


def products(page: Section) -> list[tuple[int, Product]]:
    """What a client can hold; one without a grade is refused."""
    found: list[tuple[int, Product]] = []
    for entry in page.sections("products"):
        code = entry.text("code", pattern=CODE)
        if not entry.has("risk"):
            entry.note(entry.line, f"product {code} has no grade: write risk: R1 to R5")
        found.append((entry.line, _product(code, entry)))
        entry.end()
    page.end()
    return found


def _product(code: str, entry: Section) -> Product:
    shares: dict[str, int] = {}
    if entry.has("look_through"):
        inside = entry.section("look_through")
        shares = {
            sector: inside.integer_of(node, sector, low=1, high=WHOLE_PPM)
            for sector, _line, node in inside.entries()
        }
    if sum(shares.values()) > WHOLE_PPM:
        entry.note(entry.line_of("look_through"), f"look_through: more than the whole ({WHOLE_PPM} ppm)")
    return Product(
        code=code,
        name=entry.text("name"),
        kind=entry.text("kind", pattern=NAME),
        risk=entry.choice("risk", GRADES) if entry.has("risk") else GRADES["R5"],
        sector=entry.text("sector"),
        look_through_ppm=shares,
        term=entry.text("term") if entry.has("term") else "open",
        invented=entry.flag("invented") if entry.has("invented") else False,
    )


def word_lists(section: Section) -> dict[str, tuple[str, ...]]:
    """Name -> words."""
    return {
        name: section.texts_of(node, name, least=1) for name, _line, node in section.entries(pattern=NAME)
    }


def word_table(topics: Section | None, distress: Section | None, fraud: Section | None = None) -> WordTable:
    """Words that hint at a topic (`words/topics.yaml`), at distress or at fraud (pages of those names)."""
    by_topic = word_lists(topics.section("topics")) if topics is not None else {}
    by_degree: dict[str, tuple[str, ...]] = {}
    unless: tuple[str, ...] = ()
    if distress is not None:
        degrees = distress.section("distress")
        by_degree = {degree: degrees.texts(degree, least=1) for degree in DEGREES}
        degrees.end()
        unless = distress.texts("unless") if distress.has("unless") else ()
    patterns: tuple[tuple[tuple[str, ...], ...], ...] = ()
    look_alikes: tuple[str, ...] = ()
    if fraud is not None:
        listed = word_lists(fraud.section("fraud"))
        patterns = tuple(_parts(pattern) for group in listed.values() for pattern in group)
        look_alikes = fraud.texts("unless") if fraud.has("unless") else ()
        if not all(word for pattern in patterns for part in pattern for word in part):
            fraud.note(
                0, "fraud: a pattern is words joined by | and parts joined by ' + ', none of them empty"
            )
    for page in (topics, distress, fraud):
        if page is not None:
            page.end()
    return WordTable(
        topics=by_topic,
        distress=by_degree,
        distress_unless=unless,
        fraud=patterns,
        fraud_unless=look_alikes,
    )


def _parts(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The parts of a pattern `a|b + c`, each with its words."""
    return tuple(tuple(word.strip() for word in part.split("|")) for part in pattern.split(" + "))


def tiers(page: Section) -> tuple[TierPage, ...]:
    """Service tiers, lowest first; the first begins at nothing."""
    found: list[TierPage] = []
    names: set[str] = set()
    for entry in page.sections("tiers"):
        tier = TierPage(
            name=entry.text("name", pattern=NAME),
            title=entry.text("title"),
            assets_from_fen=entry.integer("assets_from_fen"),
        )
        entry.end()
        if not found and tier.assets_from_fen != 0:
            entry.note(entry.line, "the lowest tier begins at 0")
        if found and tier.assets_from_fen <= found[-1].assets_from_fen:
            entry.note(entry.line, f"tier {tier.name} does not begin above tier {found[-1].name}")
        if tier.name in names:
            entry.note(entry.line, f"tier {tier.name} stands here twice")
        names.add(tier.name)
        found.append(tier)
    page.end()
    return tuple(found)


def labels(page: Section) -> dict[str, str]:
    """Fixed phrases of cards: `name` in Chinese, `name.en` in English."""
    section = page.section("phrases")
    found = {name: section.text_of(node, name) for name, _line, node in section.entries(pattern=LABEL)}
    page.end()
    for name in LABELS_NEEDED:
        if name not in found:
            page.note(section.line, f"missing phrase {name!r}, which every card carries")
    return found


def statement_words(page: Section) -> StatementWords:
    """Column synonyms and business words of broker statements; one heading means one field."""
    columns = word_lists(page.section("columns"))
    kinds = _words_to_names(page.section("kinds"))
    totals = page.texts("totals", least=1)
    page.end()
    meaning: dict[str, str] = {}
    for name, headings in columns.items():
        for heading in headings:
            other = meaning.setdefault(heading, name)
            if other != name:
                page.note(page.line_of("columns"), f"heading {heading!r} means both {other} and {name}")
    return StatementWords(columns=columns, kinds=kinds, totals=totals)


def _words_to_names(section: Section) -> dict[str, str]:
    return {word: section.text_of(node, word, pattern=NAME) for word, _line, node in section.entries()}


def source_map(name: str, page: Section) -> SourceMap:
    """How a broker's own table becomes events of one kind."""
    kind = page.choice("kind", {kind: kind for kind in BODIES})
    found = SourceMap(
        name=name,
        kind=kind,
        encoding=page.choice("encoding", ENCODINGS),
        source=page.text("source"),
        source_seq=page.texts("source_seq", least=1),
        client_id=page.text("client_id"),
        ts=page.text("ts"),
        ts_format=page.text("ts_format"),
        columns=texts_by_name(page, "columns"),
        constants=texts_by_name(page, "constants"),
        values=values(page),
        money=page.texts("money") if page.has("money") else (),
    )
    page.end()
    _fields_known(found, page)
    return found


def texts_by_name(page: Section, key: str) -> dict[str, str]:
    """Field of ours -> a word of the page; empty where the key is left out."""
    if not page.has(key):
        return {}
    section = page.section(key)
    return {name: section.text_of(node, name) for name, _line, node in section.entries(pattern=NAME)}


def values(page: Section) -> dict[str, dict[str, str]]:
    """Field of ours -> (their word -> our word)."""
    if not page.has("values"):
        return {}
    return {
        name: _value_words(page, name, node)
        for name, _line, node in page.section("values").entries(pattern=NAME)
    }


def _value_words(page: Section, name: str, node: Node) -> dict[str, str]:
    if not isinstance(node, Fields):
        page.note(node.line, f"values {name}: their word: our word is needed")
        return {}
    words = page.within(node)
    return {theirs: words.text_of(ours, theirs) for theirs, _line, ours in words.entries()}


def _fields_known(found: SourceMap, page: Section) -> None:
    body, _retention = BODIES[found.kind]
    known = set(body.__struct_fields__)
    for key, names in (
        ("columns", found.columns),
        ("constants", found.constants),
        ("values", found.values),
        ("money", found.money),
    ):
        for name in names:
            if re.fullmatch(NAME, name) and name not in known:
                page.note(page.line_of(key), f"{key}: {found.kind} has no field {name!r}")
