"""Pages under `policies/`: the policy of allocation by version, and the keys it may be signed with."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from tongxing.book.section import NO_DAY, Section
from tongxing.domain.grades import ProductRisk, Tolerance
from tongxing.domain.policy import Block, Episode, GradePolicy, Policy, PolicyKey

KEYS = "keys"
"""Name of the page of keys."""
NAME = r"[a-z][a-z0-9_]{0,39}"
VERSION = r"\d{4}-\d{2}(\.\d{1,2})?"
BASE64 = r"[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}=="
BP = 10_000
KINDS = {kind: kind for kind in ("money", "bond", "equity", "commodity")}
RELAXED = {name: name for name in ("turnover", "duration", "tickets")}
"""What may give way; a grade, an exclusion and a stress never do."""
STEPS = (100, 500)


def keys(section: Section) -> tuple[PolicyKey, ...]:
    """The keys that may sign."""
    found = []
    for entry in section.sections("keys"):
        starts = entry.day("from")
        ends = entry.day("to") if entry.has("to") else None
        found.append(
            PolicyKey(
                name=entry.text("name", pattern=NAME),
                public=entry.text("public", pattern=BASE64),
                starts=starts,
                ends=ends,
            )
        )
        if ends is not None and ends < starts:
            entry.note(entry.line_of("to"), "the key ends before it begins")
        entry.end()
    section.end()
    return tuple(found)


def policy(version: str, section: Section) -> Policy:
    """One version of the policy, strictly read."""
    blocks = tuple(_block(entry) for entry in section.sections("blocks"))
    names = tuple(block.name for block in blocks)
    if len(set(names)) != len(names) or len({block.code for block in blocks}) != len(blocks):
        section.note(section.line_of("blocks"), "a block or its product stands here twice")
    if not any(block.kind == "money" for block in blocks):
        section.note(section.line_of("blocks"), "one block of kind money is needed")
    correlation = _correlations(section, names)
    episodes = tuple(_episode(entry, names) for entry in section.sections("episodes"))
    grades = _grades(section.section("grades"))
    limits, signed = section.section("limits"), section.section("signed")
    found = Policy(
        version=version,
        starts=section.day("from"),
        source=section.text("source"),
        owner=section.text("owner"),
        blocks=blocks,
        correlation_bp=correlation,
        episodes=episodes,
        grades=grades,
        abroad_bp=limits.integer("abroad_bp", high=BP),
        fund_bp=limits.integer("fund_bp", low=1, high=BP),
        slow_bp=limits.integer("slow_bp", high=BP),
        duration_years_min_cy=limits.integer("duration_years_min_cy", high=3_000),
        duration_years_max_cy=limits.integer("duration_years_max_cy", high=3_000),
        turnover_bp=limits.integer("turnover_bp", low=1, high=2 * BP),
        smoothing_milli=limits.integer("smoothing_milli", high=1_000),
        anxiety_bp_max=limits.integer("anxiety_bp_max", high=BP),
        step_bp=limits.integer("step_bp", low=STEPS[0], high=STEPS[1]),
        ticket_fen=limits.integer("ticket_fen"),
        relax=section.choices("relax", RELAXED),
        key=signed.text("key", pattern=NAME),
        signature=signed.text("signature", pattern=BASE64),
    )
    if found.step_bp not in STEPS:
        limits.note(limits.line_of("step_bp"), f"step_bp: one of {STEPS[0]} and {STEPS[1]}")
    for inner in (limits, signed, section):
        inner.end()
    return found


def _block(entry: Section) -> Block:
    found = Block(
        name=entry.text("name", pattern=NAME),
        code=entry.text("code"),
        kind=entry.choice("kind", KINDS),
        risk=entry.choice("risk", {one.name: one for one in ProductRisk}),
        mean_bp=entry.integer("mean_bp", low=-BP, high=BP),
        vol_bp=entry.integer("vol_bp", low=1, high=2 * BP),
        duration_cy=entry.integer("duration_cy", high=4_000),
        slow=entry.flag("slow"),
        abroad=entry.flag("abroad"),
        index=entry.flag("index"),
        buy_ppm=entry.integer("buy_ppm", high=100_000),
        sell_ppm=entry.integer("sell_ppm", high=100_000),
    )
    entry.end()
    return found


def _correlations(section: Section, names: tuple[str, ...]) -> Mapping[str, int]:
    inner = section.section("correlation_bp")
    found: dict[str, int] = {}
    for key, line, node in inner.entries():
        one, _bar, other = key.partition("|")
        if one not in names or other not in names or names.index(one) >= names.index(other):
            inner.note(line, f"{key!r} is no pair one|other of blocks in their order")
        found[key] = inner.integer_of(node, key, low=-BP, high=BP)
    return found


def _episode(entry: Section, names: tuple[str, ...]) -> Episode:
    changes = entry.section("change_bp")
    change = {
        key: changes.integer_of(node, key, low=-BP, high=100 * BP)
        for key, _line, node in changes.entries(pattern=NAME)
    }
    if set(change) != set(names):
        changes.note(changes.line, "a change of every block is needed, and of nothing else")
    assumed = entry.texts("assumed")
    if not set(assumed) <= set(names):
        entry.note(entry.line_of("assumed"), "assumed: names of blocks")
    found = Episode(
        name=entry.text("name", pattern=NAME),
        title=entry.text("title"),
        title_en=entry.text("title_en"),
        first=entry.day("first"),
        last=entry.day("last"),
        change_bp=change,
        assumed=frozenset(assumed),
    )
    if NO_DAY not in (found.first, found.last) and found.last <= found.first:
        entry.note(entry.line_of("last"), "the episode ends before it begins")
    entry.end()
    return found


def _grades(section: Section) -> Mapping[Tolerance, GradePolicy]:
    found: dict[Tolerance, GradePolicy] = {}
    for grade in Tolerance:
        entry = section.section(grade.name)
        found[grade] = GradePolicy(
            loss_bp=entry.integer("loss_bp", high=BP),
            aversion_milli=entry.integer("aversion_milli", low=1, high=100_000),
            commodity_bp=entry.integer("commodity_bp", high=BP),
        )
        entry.end()
    section.end()
    if any(found[lower].loss_bp > found[higher].loss_bp for lower, higher in pairwise(Tolerance)):
        section.note(section.line, "a higher grade may not carry less than a lower one")
    return found


def in_force(policies: Mapping[str, Policy], on: date) -> Policy | None:
    """The latest version that has begun by a day."""
    begun = [one for one in policies.values() if one.starts <= on]
    return max(begun, key=lambda one: (one.starts, one.version), default=None)
