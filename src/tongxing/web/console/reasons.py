"""A reason of a record in the language of the page: what the rule is called, what it means, the figures."""

import re
from dataclasses import dataclass

from tongxing.web.words import has, t

PURPOSE = re.compile(r"(?P<purpose>[a-z_]+) not given")
FIGURES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("rest", re.compile(r"sent (?P<ago>\d+) days ago, rests (?P<rest>\d+)")),
    ("cap", re.compile(r"(?P<count>\d+) touches in seven days, (?P<cap>\d+) allowed")),
    ("above", re.compile(r"(?P<risk>R\d) exceeds (?P<grade>C\d[L]?)")),
    ("above_none", re.compile(r"(?P<risk>R\d) exceeds no assessment")),
    ("under", re.compile(r"under (?P<age>\d+)")),
    ("branch", re.compile(r"from age (?P<age>\d+) such products need a branch")),
)
"""Details that carry figures, as gates write them."""


@dataclass(frozen=True, slots=True)
class Said:
    """One reason as a page shows it."""

    rule: str
    name: str
    what: str
    """Figures where the record has any, else what the rule means; empty where neither has words."""
    record: str
    """The words of the record, as they were sealed."""


def said(reason: str) -> Said:
    """A reason `rule: words`; words that are not known stay as they were recorded."""
    rule, _colon, detail = (part.strip() for part in reason.partition(":"))
    name = t(f"rule.{rule}") if has(f"rule.{rule}") else rule
    return Said(rule=rule, name=name, what=_figures(detail) or _meaning(rule, detail), record=detail)


def _figures(detail: str) -> str:
    purpose = PURPOSE.fullmatch(detail)
    if purpose is not None and has(f"console.consent.{purpose['purpose']}"):
        return t("console.detail.purpose", purpose=t(f"console.consent.{purpose['purpose']}"))
    for key, form in FIGURES:
        found = form.fullmatch(detail)
        if found is not None:
            return t(f"console.detail.{key}", **found.groupdict())
    return ""


def _meaning(rule: str, detail: str) -> str:
    return t(f"console.rule_what.{rule}") if has(f"console.rule_what.{rule}") else detail
