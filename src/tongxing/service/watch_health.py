"""Whether this house can take clients: asked by a load balancer every few seconds, and by the console."""

from dataclasses import dataclass

from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.service.watch_figures import alive


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Each check by itself; what was not reached counts as failed."""

    store: bool
    """It answers."""
    migrations: bool
    """Its tables are those of this version."""
    book: bool
    """The pages in force are kept beside the decisions made by them."""
    worker: bool
    """At least one worker gave a sign of life lately."""
    digest: str
    """Of the book in force."""

    @property
    def ready(self) -> bool:
        """Whether all of them hold."""
        return not self.failed

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that do not hold."""
        names = ("store", "migrations", "book", "worker")
        return tuple(name for name in names if not getattr(self, name))


def readiness(house: House) -> Readiness:
    """Ask the store; one that fails is not ready, and that is an ordinary answer."""
    watch, digest = house.store.watch, house.book.digest
    try:
        return Readiness(
            store=True,
            migrations=watch.at_head(),
            book=watch.keeps_book(digest),
            worker=any(alive(beat) for beat in watch.beats()),
            digest=digest,
        )
    except StoreError:
        return Readiness(store=False, migrations=False, book=False, worker=False, digest=digest)
