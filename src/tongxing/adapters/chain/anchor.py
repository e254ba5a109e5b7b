"""The contract `CheckpointAnchor` read and written through web3 (extra `[chain]`)."""

import hashlib
from dataclasses import dataclass
from typing import Any

from web3 import Web3

RECEIPT_SECONDS = 120
_NEWEST = [
    {"type": "function", "name": name, "inputs": [], "outputs": [{"name": "", "type": kind}]}
    | {"stateMutability": "view"}
    for name, kind in (
        ("owner", "address"),
        ("origin", "bytes32"),
        ("size", "uint64"),
        ("checkpoint", "bytes32"),
    )
]
_ANCHOR = {
    "type": "function",
    "name": "anchor",
    "inputs": [{"name": "size_", "type": "uint64"}, {"name": "checkpoint_", "type": "bytes32"}],
    "outputs": [],
    "stateMutability": "nonpayable",
}
ABI = [*_NEWEST, _ANCHOR]


class AnchorError(Exception):
    """The chain did not take or does not hold an anchor; the text says why, and trying again is safe."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """What the contract holds: entries covered, and SHA-256 of the checkpoint's signed text."""

    size: int
    digest: bytes


class ChainAnchor:
    """One contract for one log on one chain; refuses a contract made for another log."""

    def __init__(self, chain: Web3, address: str, origin: str, chain_id: int) -> None:
        found = chain.eth.chain_id
        if found != chain_id:
            raise AnchorError(f"the chain has id {found}, not {chain_id}")
        if not chain.eth.get_code(Web3.to_checksum_address(address)):
            raise AnchorError(f"{address}: no contract stands there")
        self._chain, self._chain_id = chain, chain_id
        self._contract: Any = chain.eth.contract(address=Web3.to_checksum_address(address), abi=ABI)
        if bytes(self._contract.functions.origin().call()) != hashlib.sha256(origin.encode()).digest():
            raise AnchorError(f"{address}: the contract was made for another log than {origin}")

    def newest(self) -> Anchored:
        """The newest anchor; size 0 before the first."""
        calls = self._contract.functions
        return Anchored(int(calls.size().call()), bytes(calls.checkpoint().call()))

    def anchor(self, size: int, text: str, key: bytes) -> str:
        """Write the checkpoint of this size, signed by the owner's key; returns the transaction's hash."""
        account = self._chain.eth.account.from_key(key)
        if account.address != self._contract.functions.owner().call():
            raise AnchorError("the key is not that of the contract's owner")
        held = self.newest()
        if size <= held.size:
            raise AnchorError(f"the chain holds size {held.size} already; {size} does not grow it")
        call = self._contract.functions.anchor(size, hashlib.sha256(text.encode()).digest())
        nonce = self._chain.eth.get_transaction_count(account.address, "pending")
        made = call.build_transaction({"from": account.address, "nonce": nonce, "chainId": self._chain_id})
        sent = self._chain.eth.send_raw_transaction(account.sign_transaction(made).raw_transaction)
        done = self._chain.eth.wait_for_transaction_receipt(sent, timeout=RECEIPT_SECONDS)
        if done["status"] != 1:
            raise AnchorError(f"the chain reverted the transaction {sent.to_0x_hex()}")
        return str(sent.to_0x_hex())
