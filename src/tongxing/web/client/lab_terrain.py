"""The walk as a landscape: which days and heights the browser draws, and no day later than the one shown."""

from tongxing.service.lab_play import LabPage
from tongxing.web.words import t

PPM = 1_000_000
DAYS_MAX = 240


def terrain(page: LabPage) -> dict[str, object]:
    """Ridges of a landscape: one's own course first, then each product, in ppm of the first day.

    A long course is thinned to at most `DAYS_MAX` days, evenly, the last one always among them; every day
    stands in the table of the chart below. Empty where only one day is known yet.
    """
    if len(page.days) == 1:
        return {}
    every = -(-len(page.days) // DAYS_MAX)
    places = sorted({*range(len(page.days) - 1, -1, -every), 0})
    start = page.values_fen[0]
    ridges = [(t("lab.yours"), [value * PPM // start for value in page.values_fen])]
    ridges += [(one.name, list(page.levels_ppm[one.code])) for one in page.products]
    return {
        "days": [page.days[place].isoformat() for place in places],
        "ridges": [{"name": name, "ppm": [ppm[place] for place in places]} for name, ppm in ridges],
    }
