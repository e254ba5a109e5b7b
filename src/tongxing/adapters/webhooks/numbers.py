"""Which numbers a receiver's name stands for, judged each time it is called.

The call goes to the very number that was judged, so that a name which changes in between (DNS rebinding)
leads nowhere else.
"""

import ipaddress
import socket

from tongxing.service.webhooks_addresses import Number, Place, is_public


def numbers_of(place: Place) -> tuple[Number, ...] | str:
    """Every number the name stands for now, or why it is not called: one that is not public spoils all."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return "no such name"
    numbers = tuple(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))
    if place.loopback:
        return numbers if all(number.is_loopback for number in numbers) else "not this machine"
    return numbers if numbers and all(is_public(number) for number in numbers) else "not a public address"
