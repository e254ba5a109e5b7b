"""`tongxing advise`: facts of clients in, allocations with their reasons out; and signing of the policy."""

import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tongxing.adapters.book_files import BookError, load
from tongxing.adapters.parquet_file import ParquetError, rows
from tongxing.advice.policy_seal import digest, sealed_bytes, why_unsigned
from tongxing.cli.advise_book import whole_book
from tongxing.cli.output import (
    ending,
    errors,
    print_line,
    reject_lines,
    screen,
    stop,
    streamed_lines,
)
from tongxing.domain.book import Book
from tongxing.profile.signs import NAMES
from tongxing.service.advise_ask import AdviseError, ask_from
from tongxing.service.advise_lines import Desk, advise_line, desk_for

SHOWN_EVERY = 10_000
KEY_BYTES = 32
LINE_BYTES_MAX = 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("advise")(advise)
    policy = typer.Typer(no_args_is_help=True, help="The signed policy of allocation.")
    policy.command("key")(key)
    policy.command("sign")(sign)
    policy.command("check")(check)
    app.add_typer(policy, name="policy")


def advise(
    file: Annotated[
        str,
        typer.Argument(
            help="JSON lines (`-`: standard input), or Parquet", metavar="FILE.jsonl|FILE.parquet"
        ),
    ],
    policy: Annotated[str, typer.Option("--policy", help="a version; default: the one in force")] = "",
    locale: Annotated[str, typer.Option("--locale", help="zh-CN or en")] = "zh-CN",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="a whole book at once: weights and deciding limits, into a Parquet file"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines (the only format)")] = True,  # noqa: ARG001, FBT002
) -> None:
    """Allocations for clients of a file; a line for each, in order.

    Example line: {"client_id":"C1","as_of":"2026-05-06","grade":"C4","age":30,"income_month_fen":1500000,
    "repayment_month_fen":500000,"turnover_annual_bp":20000,"horizon_months":60,"reserve_months":6,"goals":[],
    "holdings":[{"code":"510300","value_fen":3000000,"lots":[]}],"cash_fen":20000000,"anxiety_bp":0,
    "exclude":[],"initiative":"client"}
    """
    if locale not in ("zh-CN", "en"):
        stop(f"--locale: zh-CN or en, not {locale!r}")
    whole, desks = _book(None), dict[date, Desk]()
    if out is not None:
        raise typer.Exit(ending(*whole_book(_lines(file), out, whole, policy=policy)))
    good = bad = 0
    for count, (number, data) in enumerate(_lines(file), start=1):
        try:
            ask = ask_from(data)
            desk = desks.get(ask.as_of) or desks.setdefault(
                ask.as_of, desk_for(whole, ask.as_of, version=policy, locale=locale)
            )
            print_line(advise_line(desk, ask))
            good += 1
        except AdviseError as problem:
            bad += reject_lines([(number, str(problem))])
        if count % SHOWN_EVERY == 0 and sys.stderr.isatty():
            errors.print(f"  {count:,}", markup=False)
    if good + bad == 0:
        stop(f"{file}: no lines")
    raise typer.Exit(ending(good, bad))


def _lines(file: str) -> Iterator[tuple[int, bytes]]:
    """JSON lines, or the rows of a Parquet file, with their numbers, one at a time."""
    if not file.endswith(".parquet"):
        yield from streamed_lines(file, longest=LINE_BYTES_MAX)
        return
    try:
        for number, row in enumerate(rows(Path(file)), start=1):
            yield number, msgspec.json.encode(row)
    except ParquetError as problem:
        stop(str(problem))


def key(
    file: Annotated[Path, typer.Argument(help="where the private half is written; must not exist")],
) -> None:
    """Make a key to sign policies with, and print the line for policies/keys.yaml."""
    made = Ed25519PrivateKey.generate()
    try:
        with file.open("xb") as out:
            file.chmod(0o600)
            out.write(made.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    except OSError as problem:
        stop(f"{file}: {problem.strerror or problem}")
    public = b64encode(made.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    screen.print(f'  - {{name: NAME, public: "{public}", from: {date.min.isoformat()}}}', markup=False)


def sign(
    version: Annotated[str, typer.Argument(help="version of the policy, such as 2026-05")],
    file: Annotated[Path, typer.Option("--key", help="the private half")],
    book: Annotated[
        Path | None, typer.Option("--book", help="folder of the book; default: the packaged one")
    ] = None,
) -> None:
    """Print the signature of a policy, for its `signed` line; the page stays as it is."""
    found = _book(book).policies.get(version)
    if found is None:
        stop(f"no policy {version!r} in the book")
    try:
        secret = file.read_bytes()
    except OSError as problem:
        stop(f"{file}: {problem.strerror or problem}")
    if len(secret) != KEY_BYTES:
        stop(f"{file}: is no key of `tongxing policy key`")
    signature = Ed25519PrivateKey.from_private_bytes(secret).sign(sealed_bytes(found))
    screen.print(f'signature: "{b64encode(signature).decode()}"', markup=False)


def check(
    book: Annotated[
        Path | None, typer.Option("--book", help="folder of the book; default: the packaged one")
    ] = None,
) -> None:
    """Say of every policy whether it is the one that was signed; ends with 2 when one is not."""
    whole = _book(book)
    wrong = 0
    for found in whole.policies.values():
        why = why_unsigned(found, whole.policy_keys)
        wrong += bool(why)
        screen.print(
            f"{'✗' if why else '✓'} {found.version} {digest(found)[:16]} {why or found.key}", markup=False
        )
    if not whole.policies:
        stop("the book has no policy")
    raise typer.Exit(2 if wrong else 0)


def _book(root: Path | None) -> Book:
    try:
        return load(root, sign_names=NAMES)
    except BookError as problem:
        stop(str(problem))
