"""Receivers are public hosts by https; nothing of our own network has an address here."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxing.service.webhooks_addresses import Place, is_public, place_of


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.bank.com/", "scheme"),
        ("ftp://hooks.bank.com/", "scheme"),
        ("https://hooks.bank.com:22/", "port"),
        ("https://user:word@hooks.bank.com/", "credentials"),
        ("https://hooks.bank.com/#part", "fragment"),
        ("https://localhost/", "host"),
        ("https://bank/", "host"),
        ("https://db.internal/", "not a public address"),
        ("https://127.0.0.1/", "not a public address"),
        ("https://10.1.2.3/", "not a public address"),
        ("https://192.168.0.1/", "not a public address"),
        ("https://169.254.169.254/latest/meta-data", "not a public address"),
        ("https://100.64.0.1/", "not a public address"),
        ("https://0.0.0.0/", "not a public address"),
        ("https://224.0.0.1/", "not a public address"),
        ("https://[::1]/", "not a public address"),
        ("https://[::ffff:10.0.0.1]/", "not a public address"),
        ("https://[64:ff9b::a00:1]/", "not a public address"),
        ("https://[2002:7f00:1::]/", "not a public address"),
        ("https://[fe80::1]/", "not a public address"),
        ("https://2130706433/", "host"),
        ("https://0x7f.0.0.1/", "host"),
        ("https://127.1/", "host"),
        ("https://hooks.bank.com /", "characters"),
        ("https://hooks.bank.com/\r\nX: 1", "characters"),
        ("https://hooks.bank.com:99999/", "unreadable"),
        ("https:///path", "host"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_by_name(url: str, why: str) -> None:
    assert place_of(url, loopback=False) == why


def test_a_public_https_address_is_taken_with_its_path_and_query() -> None:
    assert place_of("https://Hooks.Bank.com/in?a=1", loopback=False) == Place(
        secure=True, host="hooks.bank.com", port=443, path="/in?a=1", loopback=False
    )


def test_a_demo_store_may_call_this_machine_and_still_no_other_inner_one() -> None:
    own = place_of("http://127.0.0.1:9000", loopback=True)
    assert own == Place(secure=False, host="127.0.0.1", port=9000, path="/", loopback=True)
    assert place_of("http://127.0.0.2:9000", loopback=True) == "scheme"
    assert place_of("https://10.0.0.1/", loopback=True) == "not a public address"


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="fc00::/7"))
def test_no_private_number_is_public_in_whatever_form(
    number: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert not is_public(number)
    if isinstance(number, ipaddress.IPv4Address):
        assert not is_public(ipaddress.ip_address(f"::ffff:{number}"))
        assert not is_public(ipaddress.ip_address(f"64:ff9b::{number}"))
