"""The small chart of the home page: path data made on the server, drawn by the browser as plain SVG."""

from collections.abc import Sequence
from datetime import date

from tongxing.service.views import PointView
from tongxing.web.figures import signed_percent_ppm

WIDTH, HEIGHT, EDGE = 320, 96, 6
PPM = 1_000_000
LEAST_SPAN = 2_000
"""0.2 percent: a flat account is drawn flat, not as noise blown up."""


def spark(points: Sequence[PointView]) -> dict[str, object] | None:
    """Paths of unit value and benchmark on one scale; None where there are fewer than two points."""
    if len(points) <= 1:
        return None
    values = [point.unit_ppm for point in points]
    marks = [point.benchmark_ppm for point in points]
    known = [*values, *(mark for mark in marks if mark is not None), PPM]
    low, high = min(known), max(known)
    if high - low < LEAST_SPAN:
        middle = (high + low) // 2
        low, high = middle - LEAST_SPAN // 2, middle + LEAST_SPAN // 2

    def y(ppm: int) -> str:
        return f"{EDGE + (HEIGHT - 2 * EDGE) * (high - ppm) / (high - low):.1f}"

    def x(place: int) -> str:
        return f"{EDGE + (WIDTH - 2 * EDGE) * place / (len(points) - 1):.1f}"

    line = [(x(place), y(value)) for place, value in enumerate(values)]
    path = _path(line)
    return {
        "viewbox": f"0 0 {WIDTH} {HEIGHT}",
        "width": WIDTH,
        "height": HEIGHT,
        "path": path,
        "area": f"{path}L{line[-1][0]} {HEIGHT}L{line[0][0]} {HEIGHT}Z",
        "benchmark": _path([(x(place), y(mark)) for place, mark in enumerate(marks) if mark is not None]),
        "zero": y(PPM),
        "last_x": line[-1][0],
        "last_y": line[-1][1],
        "min": signed_percent_ppm(min(values) - PPM),
        "max": signed_percent_ppm(max(values) - PPM),
        "change": signed_percent_ppm(values[-1] - PPM),
        "change_ppm": values[-1] - PPM,
        "benchmark_change": None if marks[-1] is None else signed_percent_ppm(marks[-1] - PPM),
        "first_day": _day(points[0].day),
        "last_day": _day(points[-1].day),
    }


def _path(line: Sequence[tuple[str, str]]) -> str:
    return "".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y) in enumerate(line))


def _day(on: date) -> str:
    return f"{on.month}/{on.day}"
