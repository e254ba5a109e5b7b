"""The part of a worker that calls receivers of webhooks.

It is a thread of its own, so that no slow receiver keeps the house from folding.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Self

import structlog

from tongxing.adapters.clock import machine_time
from tongxing.adapters.policy.cedar import CedarAccess
from tongxing.adapters.webhooks.sender import WebhookSender
from tongxing.domain.clock import BEIJING
from tongxing.service import access as policies
from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.service.ports_webhooks import Sender
from tongxing.service.webhooks_calls import CallsReport, May, send_due, tell

LOOK_SECONDS = 1.0
READ = "api.clients.read"
JOIN_SECONDS = 2.0
CLOCK, MARKET_CLOCK = "clock", "market"
log = structlog.get_logger()


class Calling:
    """Looks for news and for due calls until it is stopped; by the machine's clock, as receivers check it."""

    def __init__(
        self,
        house: House,
        may: May,
        *,
        sender: Sender | None = None,
        machine: Callable[[], datetime] = machine_time,
    ) -> None:
        self._house, self._may, self._machine = house, may, machine
        self._sender = sender or sender_for(house)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        """End after the call under way; what is not done by then is done by the next worker."""
        self._stop.set()
        self._thread.join(timeout=JOIN_SECONDS)

    def look(self) -> CallsReport:
        """One look: news become calls, due calls are sent. Raises `StoreError`."""
        queued = tell(self._house, self._may, now=self._machine())
        report = send_due(self._house, self._sender, now=self._machine, stop=self._stop.is_set)
        report.queued = queued
        return report

    def _run(self) -> None:
        told = ""
        while not self._stop.is_set():
            busy = False
            try:
                report = self.look()
                busy = report.queued + report.sent + report.failed + report.dead > 0
                told = ""
                if report.dead:
                    log.warning("webhook calls given up", calls=report.dead)
            except StoreError as problem:
                if str(problem) != told:
                    told = str(problem)
                    log.error("webhooks wait for the store", why=told)  # noqa: TRY400 - for a person
            except Exception:
                log.exception("a look at webhooks failed")
            self._stop.wait(0 if busy else LOOK_SECONDS)


def calling_of(house: House) -> Calling:
    """The calls of a house: a receiver is told of a client whom its owner may read at that moment."""
    access = CedarAccess(house.book, demo=house.store.setting(CLOCK) == MARKET_CLOCK)

    def may(person_id: str, client_id: str) -> bool:
        person = house.store.people.person(person_id)
        return person is not None and policies.may(house, access, person, READ, client_id=client_id).allowed

    return Calling(house, may)


def sender_for(house: House) -> WebhookSender:
    """The sender of a house: into this machine itself from a demo store alone."""
    on = house.clock.now().astimezone(BEIJING).date()
    return WebhookSender(
        loopback=house.store.setting(CLOCK) == MARKET_CLOCK,
        seconds_max=float(house.book.rules.number("webhook_seconds_max", on)),
    )
