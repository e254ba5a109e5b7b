"""Days of the calendar on which time alone turns a sign: birthdays, ends of documents, retirement."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, date

from tongxing.domain.clock import day_of
from tongxing.profile.record import Last
from tongxing.profile.view import View

MONTHS = 12
FEMALE, MALE = "female", "male"


def next_of(client: View, days: Iterable[date | None]) -> date | None:
    """The first of some days that comes after the view's own; None where none does."""
    return min((day for day in days if day is not None and day > client.on), default=None)


def shifted(day: date, days: int) -> date:
    """The day so many days later; the calendar's last (or first) where it ends: 9999-12-31 means for ever."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def months_after(day: date, months: int) -> date:
    """The day so many months later (earlier if negative); the month's last where it has no such day."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    if not MINYEAR <= year <= MAXYEAR:
        return date.min if year < MINYEAR else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def in_year(day: date, year: int) -> date:
    """The day that is celebrated in a year; 29 February becomes 1 March, as ages are counted here."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def yearly(client: View, day: date | None) -> date | None:
    """The next day a yearly sign turns: the celebrated day itself, or the morning after it."""
    if day is None:
        return None
    celebrated = [in_year(day, client.on.year + more) for more in (0, 1)]
    return next_of(client, [*celebrated, shifted(celebrated[0], 1)])


def day_said(found: Last | None) -> date | None:
    """The day that the last word on something gives first; None where there is none."""
    value = None if found is None else found.value[0]
    return day_of(value) if isinstance(value, int) and not isinstance(value, bool) else None


def opening_day(client: View) -> date | None:
    """The day the account was opened."""
    return day_said(client.last("opened_on"))


def first_document(client: View) -> Last | None:
    """The identity document that ends first; one that is valid for ever does not count."""
    ending = [
        (day, entry) for _type, entry in client.named("document") if (day := day_said(entry)) is not None
    ]
    return min(ending, key=lambda pair: pair[0])[1] if ending else None


def reminder_days(client: View) -> tuple[int, int]:
    """How many days before its end the holder of a document is told, the first and the second time."""
    first, second = sorted((int(word) for word in client.words("id_reminder_days")), reverse=True)[:2]
    return first, second


def retirement_day(client: View) -> tuple[date, Last, str] | None:
    """When the client retires, what says so, and how it is known: `stated`, else by `age` and sex.

    By law the age rises in steps of a month for those who reach the former age after the change. For women
    the later of the two former ages is taken: it is not known which is theirs, and the words say so.
    """
    stated = client.last("life:retirement")
    day = day_said(stated)
    if stated is not None and day is not None and _own(client, stated):
        return day, stated, "stated"
    birth, sex = client.last("birth"), client.last("sex")
    born = day_said(birth)
    if birth is None or born is None or sex is None or sex.value[0] not in (FEMALE, MALE):
        return None
    former = months_after(born, client.rule(f"retirement_months_{sex.value[0]}"))
    since = date.fromisoformat(client.book.rules.text("retirement_rises_from", client.on))
    passed = (former.year - since.year) * MONTHS + former.month - since.month
    step, most = client.rule("retirement_rise_step_months"), client.rule("retirement_rise_months_max")
    later = min(most, passed // step + 1) if passed >= 0 else 0
    return months_after(former, later), birth, "age"


def _own(client: View, stated: Last) -> bool:
    by_client = stated.value[1] == "client"
    return by_client and client.permission.own_record(stated.source, stated.kind)
