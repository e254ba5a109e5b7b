"""The contract and its adapter on a real EVM: only the owner anchors, and sizes only grow."""

import hashlib

import pytest

pytest.importorskip("web3", reason="extra [chain] is not installed")
pytest.importorskip("eth", reason="py-evm is not installed")

from eth_account import Account
from eth_tester.exceptions import TransactionFailed
from web3 import Web3

from chain_server import KEY, OTHER_KEY, chain_with
from tongxing.adapters.chain.anchor import ABI, AnchorError, ChainAnchor, chain_at

ORIGIN = "log.example/records"
ROOT, OTHER = hashlib.sha256(b"root of 300").digest(), hashlib.sha256(b"another").digest()


@pytest.fixture(scope="module")
def chain() -> tuple[Web3, str]:
    return chain_with(ORIGIN)


def test_the_chain_holds_what_was_anchored_and_sizes_only_grow(chain: tuple[Web3, str]) -> None:
    web3, address = chain
    anchor = ChainAnchor(web3, address, ORIGIN, web3.eth.chain_id)
    assert anchor.newest().size == 0
    anchor.anchor(300, ROOT, KEY)
    assert anchor.newest() == (held := anchor.newest())
    assert (held.size, held.root) == (300, ROOT)
    with pytest.raises(AnchorError, match="holds size 300 already"):
        anchor.anchor(300, OTHER, KEY)
    assert anchor.newest() == held


def test_the_contract_itself_refuses_a_stranger_and_a_smaller_size(chain: tuple[Web3, str]) -> None:
    web3, address = chain
    contract = web3.eth.contract(address=address, abi=ABI)
    owner, stranger = Account.from_key(KEY).address, web3.eth.accounts[0]
    cases = ((stranger, 301, "NotOwner()"), (owner, 299, "NotGrowing(uint64,uint64)"))
    for sender, size, error in cases:
        with pytest.raises(TransactionFailed) as refused:
            contract.functions.anchor(size, bytes(32)).call({"from": sender})
        assert repr(bytes(Web3.keccak(text=error)[:4]))[2:-1] in str(refused.value)


def test_another_log_another_chain_and_a_foreign_key_are_told_apart(chain: tuple[Web3, str]) -> None:
    web3, address = chain
    here = web3.eth.chain_id
    with pytest.raises(AnchorError, match="made for another log"):
        ChainAnchor(web3, address, "other.example/records", here)
    with pytest.raises(AnchorError, match="has id"):
        ChainAnchor(web3, address, ORIGIN, here + 1)
    with pytest.raises(AnchorError, match="no contract"):
        ChainAnchor(web3, web3.eth.accounts[3], ORIGIN, here)
    with pytest.raises(AnchorError, match="no address"):
        ChainAnchor(web3, "0x12", ORIGIN, here)
    with pytest.raises(AnchorError, match="not that of the contract's owner"):
        ChainAnchor(web3, address, ORIGIN, here).anchor(1_000, OTHER, OTHER_KEY)


@pytest.mark.parametrize("url", ["127.0.0.1:1", "ftp://127.0.0.1", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(AnchorError, match="begins with http"):
        chain_at(url)


def test_a_chain_that_is_down_is_said_to_be_down() -> None:
    with pytest.raises(AnchorError, match="does not answer"):
        ChainAnchor(chain_at("http://127.0.0.1:9"), "0x" + "1" * 40, ORIGIN, 1)
