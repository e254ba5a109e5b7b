"""How figures are written on pages: whole fen and ppm in, words for people out; no floating point."""

from datetime import date, datetime

from tongxing.domain.clock import BEIJING

HUNDRED = 100
PPM_OF_TENTH_PERCENT = 1_000
PPM_OF_HUNDREDTH_PERCENT = 100


def yuan(fen: int | None) -> str:
    """1,234.56; a dash where it is not known."""
    if fen is None:
        return "—"
    whole, rest = divmod(abs(fen), HUNDRED)
    return f"{'−' if fen < 0 else ''}{whole:,}.{rest:02d}"


def signed_yuan(fen: int | None) -> str:
    """+1,234.56 or −1,234.56: red and green are not the only sign."""
    return f"+{yuan(fen)}" if fen is not None and fen > 0 else yuan(fen)


def percent_ppm(ppm: int | None) -> str:
    """61.2%, half away from zero."""
    if ppm is None:
        return "—"
    whole, tenth = divmod((abs(ppm) + PPM_OF_TENTH_PERCENT // 2) // PPM_OF_TENTH_PERCENT, 10)
    return f"{'−' if ppm < 0 and (whole or tenth) else ''}{whole:,}.{tenth}%"


def signed_percent_ppm(ppm: int | None) -> str:
    """+1.23% or −1.23%, half away from zero."""
    if ppm is None:
        return "—"
    rounded = (abs(ppm) + PPM_OF_HUNDREDTH_PERCENT // 2) // PPM_OF_HUNDREDTH_PERCENT
    whole, rest = divmod(rounded, HUNDRED)
    sign = "" if rounded == 0 else "+" if ppm > 0 else "−"
    return f"{sign}{whole:,}.{rest:02d}%"


def bp(value: int | None) -> str:
    """85% from basis points, half up."""
    return "—" if value is None else f"{(value + HUNDRED // 2) // HUNDRED}%"


def instant(at: datetime | None) -> str:
    """5月6日 10:31, Beijing."""
    if at is None:
        return "—"
    local = at.astimezone(BEIJING)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def epoch(seconds: int) -> str:
    """2026-05-06 10:31:00, Beijing, from epoch seconds: as exact as it was sealed."""
    return f"{datetime.fromtimestamp(seconds, BEIJING):%Y-%m-%d %H:%M:%S}"


def day(on: date | datetime | None) -> str:
    """2026年5月6日."""
    if on is None:
        return "—"
    local = on.astimezone(BEIJING) if isinstance(on, datetime) else on
    return f"{local.year}年{local.month}月{local.day}日"


def instant_en(at: datetime | None) -> str:
    """6 May 10:31, Beijing."""
    return "—" if at is None else f"{at.astimezone(BEIJING):%-d %b %H:%M}"


def day_en(on: date | datetime | None) -> str:
    """6 May 2026."""
    if on is None:
        return "—"
    local = on.astimezone(BEIJING) if isinstance(on, datetime) else on
    return f"{local:%-d %b %Y}"


def day_short(on: date | datetime | None) -> str:
    """5月6日."""
    return "—" if on is None else f"{on.month}月{on.day}日"


def day_short_en(on: date | datetime | None) -> str:
    """6 May."""
    return "—" if on is None else f"{on:%-d %b}"
