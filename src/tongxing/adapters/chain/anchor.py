"""The contract `CheckpointAnchor` read and written through web3 (extra `[chain]`).

Transactions are of the first type (a gas price): chains with and without EIP-1559 take them.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_utils.exceptions import ValidationError
from web3 import HTTPProvider, Web3
from web3.exceptions import ContractLogicError, TimeExhausted, Web3Exception

ANSWER_SECONDS = 15
RECEIPT_SECONDS = 60
_VIEWS = (("owner", "address"), ("origin", "bytes32"), ("size", "uint64"), ("root", "bytes32"))
_NEWEST = [
    {"type": "function", "name": name, "inputs": [], "outputs": [{"name": "", "type": kind}]}
    | {"stateMutability": "view"}
    for name, kind in _VIEWS
]
_ANCHOR = {
    "type": "function",
    "name": "anchor",
    "inputs": [{"name": "size_", "type": "uint64"}, {"name": "root_", "type": "bytes32"}],
    "outputs": [],
    "stateMutability": "nonpayable",
}
ABI = [*_NEWEST, _ANCHOR]
REVERTS = {
    bytes(Web3.keccak(text="NotOwner()")[:4]): "only the owner of the contract may anchor",
    bytes(Web3.keccak(text="NotGrowing(uint64,uint64)")[:4]): "the chain holds that size or more already",
}


class AnchorError(Exception):
    """The chain did not take, or does not hold, an anchor; the text says why, and trying again is safe."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """What the contract holds: how many entries, and the root of their tree."""

    size: int
    root: bytes


def chain_at(url: str) -> Web3:
    """A chain by the address of its JSON-RPC interface; nothing is asked yet."""
    if not url.startswith(("http://", "https://")):
        raise AnchorError(f"{url}: an address begins with http:// or https://")
    return Web3(
        HTTPProvider(url, request_kwargs={"timeout": ANSWER_SECONDS}, exception_retry_configuration=None)
    )


class ChainAnchor:
    """One contract for one log on one chain; refuses a contract made for another log.

    Raises:
        AnchorError: the chain is not there, is another one, or holds no such contract.
    """

    def __init__(self, chain: Web3, address: str, origin: str, chain_id: int) -> None:
        with _said():
            found = chain.eth.chain_id
            if found != chain_id:
                raise AnchorError(f"the chain has id {found}, not {chain_id}")
            place = _place(address)
            if not chain.eth.get_code(place):
                raise AnchorError(f"{address}: no contract stands there")
            self._chain, self._chain_id = chain, chain_id
            self._contract: Any = chain.eth.contract(address=place, abi=ABI)
            if bytes(self._contract.functions.origin().call()) != hashlib.sha256(origin.encode()).digest():
                raise AnchorError(f"{address}: the contract was made for another log than {origin}")

    def newest(self) -> Anchored:
        """The newest anchor; size 0 before the first."""
        with _said():
            calls = self._contract.functions
            return Anchored(int(calls.size().call()), bytes(calls.root().call()))

    def anchor(self, size: int, root: bytes, key: bytes) -> str:
        """Write the root of this size, signed by the owner's key; the hash of the transaction.

        Raises `AnchorError`, also for a transaction that was sent and is in no block yet.
        """
        with _said():
            account = Account.from_key(key)
            if account.address != self._contract.functions.owner().call():
                raise AnchorError("the key is not that of the contract's owner")
            held = self.newest()
            if size <= held.size:
                raise AnchorError(f"the chain holds size {held.size} already; {size} does not grow it")
            made = self._contract.functions.anchor(size, root).build_transaction(
                {
                    "from": account.address,
                    "nonce": self._chain.eth.get_transaction_count(account.address, "pending"),
                    "chainId": self._chain_id,
                    "gasPrice": self._chain.eth.gas_price,
                }
            )
            sent = self._chain.eth.send_raw_transaction(account.sign_transaction(made).raw_transaction)
            return self._done(sent)

    def _done(self, sent: Any) -> str:  # noqa: ANN401 - web3's bytes
        name = str(sent.to_0x_hex())
        try:
            done = self._chain.eth.wait_for_transaction_receipt(sent, timeout=RECEIPT_SECONDS)
        except TimeExhausted:
            raise AnchorError(
                f"sent as {name}, in no block after {RECEIPT_SECONDS} s: ask anchor-check later"
            ) from None
        if done["status"] != 1:
            raise AnchorError(f"the chain reverted the transaction {name}")
        return name


def _place(address: str) -> Any:  # noqa: ANN401 - web3's address
    if not Web3.is_address(address):
        raise AnchorError(f"{address}: no address of a contract")
    return Web3.to_checksum_address(address)


@contextmanager
def _said() -> Iterator[None]:
    """What goes wrong on the way to a chain, in words for whoever runs the command."""
    try:
        yield
    except ContractLogicError as refused:
        raise AnchorError(f"the contract refused: {_reason(refused)}") from refused
    except OSError as unreached:
        raise AnchorError(f"the chain does not answer: {type(unreached).__name__}") from unreached
    except (Web3Exception, ValidationError, ValueError) as wrong:
        raise AnchorError(f"the chain answered: {str(wrong)[:200]}") from wrong


def _reason(refused: ContractLogicError) -> str:
    data = refused.data
    if isinstance(data, str) and data.startswith("0x"):
        return str(REVERTS.get(bytes.fromhex(data[2:10]), str(refused)[:200]))
    return str(refused)[:200]
