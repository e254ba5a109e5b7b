"""The handlers of this part, as the application takes them."""

from litestar.handlers import BaseRouteHandler

from tongxing.web.client import account, home, person, privacy

ROUTES: tuple[BaseRouteHandler, ...] = (
    home.home,
    home.cards,
    home.search,
    home.ask,
    home.dismiss,
    home.elder,
    account.holdings,
    account.records,
    account.records_table,
    account.messages,
    account.proof,
    person.moments,
    person.add_moment,
    person.profile,
    person.correct,
    person.delete,
    person.restore,
    privacy.privacy,
    privacy.personalisation,
    privacy.contact,
    privacy.consent,
    privacy.withdraw,
    privacy.erasure,
    privacy.data,
)
