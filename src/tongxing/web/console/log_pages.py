"""The log of records on the console: checkpoints, witnesses, and a proof of misbehaviour to take away."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.service.console_log import log_view, proof_of
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest

NUMBER_LENGTH_MAX = 3
Drawn = Response[str]


@get("/console/log", act="log.read", sync_to_thread=True)
def log_page(request: PageRequest) -> Drawn:
    """What was published, who cosigned it, and what other places see."""
    front = front_of(request)
    return front.pages.page(request, "console_log.html", {"view": log_view(front.house)})


@get("/console/log/proof/{number:str}", act="log.read", sync_to_thread=True)
def misbehaviour_proof(request: PageRequest, number: FromPath[str]) -> Response[str]:
    """The proof that the log told two histories, as `tongxing ledger misbehaviour` judges it."""
    readable = number.isascii() and number.isdigit() and len(number) <= NUMBER_LENGTH_MAX
    proof = proof_of(front_of(request).house, int(number)) if readable else ""
    if not proof:
        raise NotFoundException(detail="proof")
    headers = {"Content-Disposition": 'attachment; filename="two-histories.txt"', "Cache-Control": "no-store"}
    return Response(proof, media_type="text/plain; charset=utf-8", headers=headers)
