"""Questions of clients as others may read them: without secrets, names, numbers, codes and addresses."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from tongxing.assistant.masking import MASK, masked
from tongxing.service.assistant_turns import Turn
from tongxing.service.client_acts import SOURCE
from tongxing.service.client_names import client_names
from tongxing.service.desk_reach import people_names
from tongxing.service.house import House
from tongxing.service.personal import Names, redact

_FOUND = re.compile(r"\[(?:id_number|phone|bank_card|name)\]")
_TELLING = re.compile(
    r"[\w.+-]+@[\w.-]+|(?:https?://|www\.)\S+|\d+(?:[.,:/-]*\d+)*", re.ASCII | re.IGNORECASE
)
_WIDE_DIGITS = str.maketrans({chr(0xFF10 + digit): str(digit) for digit in range(10)})
NUMERALS_MIN = 3
"""Numerals of a script in a row that write a number; one or two stand in many common words."""


def words_of(house: House, turns: Sequence[Turn]) -> Mapping[str, str]:
    """Question -> its words, masked; those that were erased are left out."""
    clients = {turn.client_id for turn in turns}
    if not clients:
        return {}
    names = Names((*client_names(house, clients).values(), *people_names(house).values()))
    secrets = house.book.rules.words("converse_secret_words", _today(house))
    asked = house.store.own.named(clients, {(SOURCE, turn.of) for turn in turns})
    return {
        one.event.source_seq: faceless(str(one.event.body["text"]), names, secrets)
        for one in asked
        if one.event.kind == "asked"
    }


def faceless(text: str, names: Names, secrets: Sequence[str]) -> str:
    """One line that tells nobody who wrote it; each thing taken out leaves one mark."""
    safe, _found = masked(" ".join(text.split()).translate(_WIDE_DIGITS), secrets)
    return _without_numerals(_TELLING.sub(MASK, _FOUND.sub(MASK, redact(safe, names))))


def _without_numerals(text: str) -> str:
    """Numbers written in characters, such as those of hundreds and thousands, are figures as well."""
    runs = [(numeral, "".join(run)) for numeral, run in groupby(text, key=_is_numeral)]
    return "".join(MASK if numeral and len(run) >= NUMERALS_MIN else run for numeral, run in runs)


def _is_numeral(char: str) -> bool:
    return not char.isascii() and unicodedata.numeric(char, None) is not None


def _today(house: House) -> date:
    return house.clock.now().date()
