"""`tongxing keys`: the root key of a store, changed without stopping anybody."""

from dataclasses import asdict
from typing import Annotated

import typer

from tongxing.app import keys
from tongxing.cli.opening import StorePath, place_named
from tongxing.cli.output import errors, print_line

app = typer.Typer(no_args_is_help=True, help="The root key of a store: how it stands, and how it is changed.")


@app.command()
def show(store: StorePath = None) -> None:
    """Tell which roots there are (by check value, never the key), and how many keys are alive or destroyed.

    Example: tongxing keys show --store house.db
    """
    found = asdict(keys.state(place_named(store)))
    print_line({**found, "counts": [one._asdict() for one in found["counts"]]})


@app.command()
def rotate(store: StorePath = None) -> None:
    """Put a new root in force and wrap every data key under it, while pages and workers go on.

    Killed in between, the same command goes on. The old root stays in the key file until `drop-old`.

    Example: tongxing keys rotate --store house.db
    """

    def tell(done: int, total: int) -> None:
        errors.print(f"{done} of {total} keys", markup=False)

    print_line({"wrapped": keys.rotate(place_named(store), progress=tell)})


@app.command("drop-old")
def drop_old(store: StorePath = None) -> None:
    """Forget the roots that are no longer in force; backups made under them need a copy of the old file.

    Example: tongxing keys drop-old --store house.db
    """
    print_line({"dropped": keys.drop_old(place_named(store))})


@app.command()
def index(store: StorePath = None) -> None:
    """Make clients of a store of an earlier version findable by phone and identity number; once is enough.

    Example: tongxing keys index --store house.db
    """
    print_line({"events": keys.index(place_named(store))})


@app.command("to-service")
def to_service(
    url: Annotated[str, typer.Option(help="address of the key service, https")],
    name: Annotated[str, typer.Option(help="name of the key there")],
    store: StorePath = None,
) -> None:
    """Have a key service wrap the roots; its token comes from TONGXING_KMS_TOKEN.

    Example: tongxing keys to-service --url https://kms.example/v1 --name house --store house.db
    """
    keys.to_service(place_named(store), url, name)
    print_line({"service": url, "name": name})
