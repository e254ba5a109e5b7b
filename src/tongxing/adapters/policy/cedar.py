"""The port `Access` over Cedar: the policies of one book, parsed once; what cannot be judged is denied."""

import json
import re
from functools import lru_cache

import cedarpy
import structlog

from tongxing.domain.access import AccessAnswer, AccessQuestion
from tongxing.domain.book import Book
from tongxing.domain.person import Role

NOBODY = "nobody"
"""The role of whoever has not signed in."""
DENIED = AccessAnswer(allowed=False, policies=())
JUDGED_MAX = 8_192
"""Answers kept: the same question to the same policies has the same answer, and a page asks for each way it
shows."""
NAMED = re.compile(r'@id\("([a-z0-9_]+)"\)')
log = structlog.get_logger()


class CedarAccess:
    """The policies of a book; a book without any permits nothing."""

    def __init__(self, book: Book, *, demo: bool) -> None:
        self._demo = demo
        self._names = tuple(NAMED.findall(book.access))
        self._policies = cedarpy.PolicySet.from_str(book.access)
        self._schema = cedarpy.Schema.from_str(book.access_schema) if book.access_schema else None
        names = (NOBODY, *(role.value for role in Role))
        self._entities = {name: self._entity(name) for name in names}
        self._judge = lru_cache(maxsize=JUDGED_MAX)(self._judged)

    def decide(self, question: AccessQuestion) -> AccessAnswer:
        """Judge one question; never raises."""
        try:
            return self._decide(question)
        except Exception as mistake:
            log.exception("an access question could not be judged", exc_info=mistake)
            return DENIED

    def _decide(self, question: AccessQuestion) -> AccessAnswer:
        role = NOBODY if question.person is None else question.person.role.value
        said = bool(question.reason.strip())
        return self._judge(
            role,
            question.act,
            question.client_id,
            question.relation,
            question.purpose,
            question.consents,
            said,
        )

    def _judged(
        self,
        role: str,
        act: str,
        touched: str | None,
        relation: frozenset[str],
        purpose: str,
        consents: frozenset[str],
        reasoned: bool,  # noqa: FBT001 - a key of kept answers
    ) -> AccessAnswer:
        request = {
            "principal": {"type": "Person", "id": role},
            "action": {"type": "Action", "id": act},
            "resource": {"type": "Client", "id": touched} if touched else {"type": "House", "id": "house"},
            "context": {
                "relation": sorted(relation),
                "purpose": purpose,
                "consents": sorted(consents),
                "reasoned": reasoned,
                "demo": self._demo,
            },
        }
        entities = self._entities[role]
        answer = cedarpy.is_authorized(request, self._policies, entities, schema=self._schema)
        if answer.diagnostics.errors or not answer.allowed:
            return DENIED
        return AccessAnswer(allowed=True, policies=tuple(map(self._named, answer.diagnostics.reasons)))

    def _named(self, policy: str) -> str:
        """Cedar numbers policies in the order of the page."""
        number = policy.removeprefix("policy")
        known = number.isdecimal() and int(number) < len(self._names)
        return self._names[int(number)] if known else policy

    def _entity(self, role: str) -> cedarpy.Entities:
        """A person stands in the graph by role alone: policies know no names."""
        person = {
            "uid": {"type": "Person", "id": role},
            "attrs": {},
            "parents": [{"type": "Role", "id": role}],
        }
        group = {"uid": {"type": "Role", "id": role}, "attrs": {}, "parents": []}
        return cedarpy.Entities.from_json_str(json.dumps([person, group]), self._schema)
