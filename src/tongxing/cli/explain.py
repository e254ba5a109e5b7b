"""`tongxing explain`: why a holding rose or fell, from a file or from a store."""

from datetime import date
from typing import Annotated

import msgspec
import typer

from tongxing.app import temporary_house
from tongxing.cli.opening import StorePath, opened
from tongxing.cli.output import ending, errors, print_line, read_bytes, stop
from tongxing.service.client_acts import UnknownClientError
from tongxing.service.explain_client import client_lines
from tongxing.service.explain_file import ExplainError, explain_lines, holdings_of

LOCALES = ("zh-CN", "en")

HELP = """Why a holding rose or fell: causes in fen that add up to the result exactly, and the words for them.

Prices, quantities, rates and money are decimal strings; days are YYYY-MM-DD. A file:

{"holdings": [{"id": "H1",

"question": {"from": "2026-05-06", "to": "2026-05-08", "asked_at": "2026-05-08T20:00:00+08:00"},
(nothing is used that was published after asked_at)

"instrument": {"kind": "stock", "code": "600000", "name": "示例股份", "currency": "CNY"},
(kind: stock, etf, fund, hk)

"opening": {"date": "2026-05-06", "quantity": "1000", "shown_price": "20.00", "shown_price_is": "close"},
(what was held and shown at the close of that day; shown_price_is: close, estimate, nav)

"dates": ["2026-05-06", "2026-05-07", "2026-05-08"], "closes": ["20.00", "15.00", "14.70"],
(trading days in order, the opening's among them; null only on a suspended day)

"published_at": null, (an instant for each date; null: the close of the exchange, a fund's evening)

"market_index": ["4000", "4000", "3960"], "sector_index": ["900", "900", "873"], "fx": null,
(levels by date, null without one; a fund has its benchmark as market_index; fx: CNY per unit of a
currency that is not CNY)

"trades": [{"date": "2026-05-08", "side": "sell", "quantity": "100", "price": "14.80", "fee": "5.75",
"forced": false}], (fee in CNY; left out: by the rates; forced: sold by the margin desk)

"corporate_actions": [{"ex_date": "2026-05-07", "cash": "0.50", "bonus": "0.3"}],
(for each old share; a split of 1 into 4 is a bonus of 3)

"announcements": [{"effective_date": "2026-05-08", "published_at": "2026-05-07T19:00:00+08:00"}],

"locked_limit_down": ["2026-05-08"],

"suspended": {"from": "2026-05-07", "to": "2026-05-07", "prices": [{"date": "2026-05-07",
"price": "19.00"}]}, (null without; prices: a new valuation price from that day)

"display_at_end": {"price": "14.70", "price_date": "2026-05-08", "quantity": "900",
"pending_quantity": "300"}, (what the client sees; pending: owned and not credited yet)

"cost_display": {"average_cost_total": "21000.00", "diluted_cost_total": "20400.00",
"profit_at_start": null, "profit_at_end": null}, (only where the question is about the floating profit)

"other_fees": [{"date": "2026-05-08", "kind": "margin_interest", "amount": "3.20"}],
(dividend_tax, margin_interest, commission, custody, redemption, other)

"rates": {"buy_ppm": "250", "sell_ppm": "760", "fee_min": "5"}}]}
(for trades without a fee; {} or null: none)

A line for each holding: {"id","result_fen","parts_fen":{CAUSE:fen},"ranked":[CAUSE],"hand_over",
"as_of","sentences"}. Holdings that cannot be read are named on standard error; exit code 3 when
others could, 2 when none could.
"""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("explain", help=HELP)(explain)


def explain(
    file: Annotated[
        str | None, typer.Argument(help="one JSON object with holdings; `-` reads standard input")
    ] = None,
    client: Annotated[str | None, typer.Option("--client", help="a client of the store instead")] = None,
    start: Annotated[str | None, typer.Option("--from", help="first day YYYY-MM-DD (with --client)")] = None,
    end: Annotated[str | None, typer.Option("--to", help="last day YYYY-MM-DD (with --client)")] = None,
    locale: Annotated[str, typer.Option("--locale", help="language of the sentences: zh-CN, en")] = "zh-CN",
    json: Annotated[bool, typer.Option("--json", help="JSON lines (the only format)")] = True,  # noqa: ARG001, FBT002
    store: StorePath = None,
) -> None:
    """Why a holding rose or fell: causes in fen that add up to the result exactly."""
    if (file is None) == (client is None):
        stop("name a file of holdings or --client ID")
    if locale not in LOCALES:
        stop(f"{locale!r} is none of {', '.join(LOCALES)}")
    if file is None:
        _of_client(str(client), start, end, locale, store)
    if start is not None or end is not None:
        stop("--from and --to belong to --client; a file has its own question")
    _of_file(str(file), locale)


def _of_file(file: str, locale: str) -> None:
    try:
        raw = msgspec.json.decode(read_bytes(file))
        holdings = holdings_of(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        stop(f"{file}: not JSON: {problem}")
    except ExplainError as problem:
        stop(f"{file}: {problem}")
    good = bad = 0
    with temporary_house() as house:
        for line in explain_lines(holdings, house.book, locale=locale):
            if isinstance(line, ExplainError):
                errors.print(f"✗ {line}", markup=False)
                bad += 1
            else:
                print_line(line)
                good += 1
    raise typer.Exit(ending(good, bad))


def _of_client(client_id: str, start: str | None, end: str | None, locale: str, store: StorePath) -> None:
    first, last = _day(start, "--from"), _day(end, "--to")
    if first > last:
        stop(f"--from {first} lies after --to {last}")
    with opened(store) as (house, _path):
        try:
            lines = client_lines(house, client_id, first, last, now=house.clock.now(), locale=locale)
        except UnknownClientError:
            stop(f"{client_id}: no such client in this store")
        bad = 0
        for line in lines:
            if isinstance(line, ExplainError):
                errors.print(f"✗ {line}", markup=False)
                bad += 1
            else:
                print_line(line)
        raise typer.Exit(ending(len(lines) - bad, bad))


def _day(text: str | None, option: str) -> date:
    if text is None:
        stop(f"{option} is needed with --client")
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"{option}: {text!r} is not a day YYYY-MM-DD")
