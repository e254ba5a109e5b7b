"""The real worker, made to be killed: folds a prepared store in small batches, and says when it begins.

house_victim.py STORE
"""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tongxing.app.house import house_for
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.work import WorkReport, work

START = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
NOW = START + timedelta(days=4)
CLIENTS = 60
BATCH = 20


def events() -> Iterator[Event]:
    """Clients open accounts, half of them consent, and all look for a pension; some are distressed."""
    for number in range(CLIENTS):
        client_id = f"C{number:06d}"
        opened_on = "2026-05-06" if number % 4 == 0 else "2020-01-06"
        yield _event(
            client_id, 0, "client_registered", name="张示例", birth="1985-03-01", opened_on=opened_on
        )
        yield _event(client_id, 1, "assessment_taken", grade="C3", valid_to="2027-05-06")
        if number % 2 == 0:
            yield _event(client_id, 2, "consent_given", purpose="personalised_service")
    for step in range(3, 9):
        for number in range(CLIENTS):
            client_id = f"C{number:06d}"
            text = "亏惨了 睡不着 怎么办" if number % 10 == 0 else "个人养老金 怎么开户"
            yield _event(client_id, step, "searched", text=text)
            yield _event(client_id, step + 100, "logged_in", device="ios")


def _event(client_id: str, number: int, kind: str, **body: object) -> Event:
    at = START + timedelta(minutes=number % 100)
    return Event(
        source="app",
        source_seq=f"{client_id}-{number:03d}",
        client_id=client_id,
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )


def prepare(path: Path) -> House:
    """A house whose log holds everything and whose worker has not begun."""
    house = house_for(path)
    append(house, tuple(events()))
    return house


def work_through(house: House) -> WorkReport:
    """Fold, decide, seal and deliver until nothing is left."""
    return work(house, now=NOW, batch_size=BATCH)


if __name__ == "__main__":
    victim = house_for(Path(sys.argv[1]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    work_through(victim)
    sys.stdout.write("done\n")
