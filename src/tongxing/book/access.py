"""The policies of access: Cedar pages, validated strictly against the schema beside them."""

from collections.abc import Mapping

import cedarpy

from tongxing.book.problem import Problem

POLICIES = "access.cedar"
SCHEMA = "access.cedarschema"
PAGES = (POLICIES, SCHEMA)


def problems(files: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the pages of access; a book may have none of them, and then permits nothing."""
    given = [path for path in PAGES if path in files]
    if not given:
        return []
    missing = [path for path in PAGES if path not in files]
    if missing:
        return [Problem(path=missing[0], line=0, what=f"this page is missing beside {given[0]}")]
    return _invalid(files[POLICIES], files[SCHEMA]) or _unnamed(files[POLICIES])


def _invalid(policies: str, schema: str) -> list[Problem]:
    """Cedar's own strict validation; a page that cannot be parsed is a problem, never an empty set."""
    try:
        cedarpy.Schema.from_str(schema)
    except ValueError as unreadable:
        return [Problem(path=SCHEMA, line=0, what=_words(unreadable))]
    try:
        found = cedarpy.validate_policies(policies, schema)
    except ValueError as unreadable:
        return [Problem(path=POLICIES, line=0, what=_words(unreadable))]
    return [Problem(path=POLICIES, line=0, what=_words(one)) for one in found.errors]


def _unnamed(policies: str) -> list[Problem]:
    """Every policy has an `@id` of its own, so that an entry of the access log can name it."""
    seen: set[str] = set()
    found: list[Problem] = []
    named, line_of = "", 0
    for number, line in enumerate(policies.splitlines(), start=1):
        words = line.strip()
        if words.startswith('@id("'):
            named, line_of = words.removeprefix('@id("').partition('"')[0], number
            if named in seen:
                found.append(Problem(path=POLICIES, line=line_of, what=f"a second policy named {named!r}"))
            seen.add(named)
        elif words.startswith(("permit", "forbid")):
            if not named:
                found.append(Problem(path=POLICIES, line=number, what="a policy without @id"))
            named = ""
    return found


def _words(mistake: object) -> str:
    return " ".join(str(mistake).split())[:500]
