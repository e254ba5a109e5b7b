"""A witness that lies: it cosigns whatever it is shown and remembers nothing.

tlog_liar.py PORT SECRET_LINE
"""

import sys

import uvicorn

from tongxing.adapters.tlog.witness import WitnessApp
from tongxing.ledger.note_keys import signing_key
from tongxing.ledger.notes import cosign, parse_note
from tongxing.ledger.witnessing import Answer, parse_request

KEY = signing_key(sys.argv[2])


def sign_anything(body: bytes) -> Answer:
    """Each time the same answer: yes."""
    return Answer(200, cosign(parse_note(parse_request(body).checkpoint).text, KEY, at=1).line)


uvicorn.run(WitnessApp(sign_anything), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
