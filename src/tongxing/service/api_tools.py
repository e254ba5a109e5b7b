"""What a broker's own assistants may ask: five read-only tools, judged as the person they work for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import msgspec

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.service.api_clients import client_profile
from tongxing.service.api_next import next_service
from tongxing.service.api_reach import OutOfReachError, Reach
from tongxing.service.api_verdicts import list_verdicts, verdict_detail
from tongxing.service.house import House

ANSWERS_MAX = 50
WORD_MAX = 64


class Reaches(Protocol):
    """How far the person reaches for an act; an entry of the access log is written for what is read."""

    def __call__(self, act: str, client_id: str | None) -> Reach:
        """The reach; raises `OutOfReachError` when the policies say no."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools of one person over one house; each answers plain JSON values."""

    house: House
    reaches: Reaches

    def profile(self, client_id: str, as_of: str = "") -> Mapping[str, object]:
        """The client's profile now, or as of an instant. Raises `OutOfReachError`, `ValueError`."""
        self.reaches("api.profiles.read", client_id)
        at = _instant(as_of)
        return _plain(client_profile(self.house, client_id, as_of=at, now=self.house.clock.now()))

    def next_service(self, client_id: str, moment: str = "") -> Mapping[str, object]:
        """What would be decided, dry. Raises `OutOfReachError`, `ValueError`."""
        self.reaches("api.next.read", client_id)
        at = _instant(moment)
        return _plain(next_service(self.house, client_id, moment=at, now=self.house.clock.now()))

    def why(self, decision_id: str) -> Mapping[str, object]:
        """One decision laid open. Raises `OutOfReachError`, `ErasedError`."""
        reach = self.reaches("api.verdicts.read", None)
        found = verdict_detail(self.house, reach, decision_id[:WORD_MAX])
        self.reaches("api.verdicts.read", found.client_id)
        return _plain(found)

    def verdicts(self, client_id: str = "", limit: int = 20) -> Mapping[str, object]:
        """The latest decisions within reach, of all clients or of one. Raises `OutOfReachError`."""
        reach = self.reaches("api.verdicts.read", client_id or None)
        items, last = list_verdicts(
            self.house,
            reach,
            client_id=client_id or None,
            before="",
            limit=max(1, min(limit, ANSWERS_MAX)),
            scan=self.house.book.rules.number("api_scan_max", self._today()),
        )
        return {"items": [_plain(one) for one in items], "more": last is not None}

    def rules(self, word: str) -> Mapping[str, object]:
        """Rules in force today whose id, unit or source has the word. Raises `OutOfReachError`."""
        self.reaches("rule.read", None)
        found = rules_with(self.house.book, word[:WORD_MAX], self._today())
        return {"items": found[:ANSWERS_MAX], "more": len(found) > ANSWERS_MAX}

    def _today(self) -> date:
        return self.house.clock.now().astimezone(BEIJING).date()


def rules_with(book: Book, word: str, on: date) -> Sequence[Mapping[str, object]]:
    """The rows in force on a day that mention a word, by their ids."""
    wanted = word.casefold()
    found = []
    for rule_id, rows in sorted(book.rules.rows.items()):
        for row in rows:
            text = f"{rule_id} {row.unit} {row.instrument} {row.article} {row.area}".casefold()
            if wanted in text and row.valid_from <= on and (row.valid_to is None or on < row.valid_to):
                found.append(
                    {
                        "rule": rule_id,
                        "value": list(row.value) if isinstance(row.value, tuple) else row.value,
                        "unit": row.unit,
                        "from": row.valid_from.isoformat(),
                        "instrument": row.instrument,
                        "article": row.article,
                        "status": row.status,
                    }
                )
    return found


def _plain(shape: msgspec.Struct) -> Mapping[str, object]:
    plain: Mapping[str, object] = msgspec.to_builtins(shape)
    return plain


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as unreadable:
        raise ValueError(
            f"{text[:WORD_MAX]!r} is no instant such as 2026-05-06T10:30:00+08:00"
        ) from unreadable
    if found.tzinfo is None:
        raise ValueError("an instant needs its zone, such as +08:00 at its end")
    return found


__all__ = ["OutOfReachError", "Reaches", "Tools", "rules_with"]
