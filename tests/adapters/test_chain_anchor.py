import hashlib
import json
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("web3", reason="extra [chain] is not installed")
pytest.importorskip("eth", reason="py-evm is not installed")

from eth_account import Account
from eth_tester.exceptions import TransactionFailed
from web3 import EthereumTesterProvider, Web3

from tongxing.adapters.chain import anchor as room
from tongxing.adapters.chain.anchor import ABI, AnchorError, ChainAnchor

ORIGIN = "log.example/records"
KEY = bytes(31) + b"\x07"
ROOT = Path(__file__).parents[2]
COMPILE = """
const solc = require('solc'), fs = require('fs');
const sources = { 'A.sol': { content: fs.readFileSync(process.argv[1], 'utf8') } };
const settings = { evmVersion: 'london', outputSelection: { '*': { '*': ['evm.bytecode.object'] } } };
const made = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings })));
console.log(JSON.stringify(made.contracts['A.sol'].CheckpointAnchor.evm.bytecode.object));
"""


@pytest.fixture(scope="module")
def bytecode() -> str:
    source = Path(room.__file__).with_name("CheckpointAnchor.sol")
    command = ["node", "-e", COMPILE, str(source)]
    made = subprocess.run(command, cwd=ROOT / "frontend", capture_output=True, check=False)  # noqa: S603
    if b"Cannot find module 'solc'" in made.stderr:
        pytest.skip("the Solidity compiler (npm solc) is not installed")
    return json.loads(made.stdout)


@pytest.fixture
def chain(bytecode: str) -> tuple[Web3, str]:
    web3 = Web3(EthereumTesterProvider())
    owner = Account.from_key(KEY).address
    rich = web3.eth.accounts[0]
    web3.eth.wait_for_transaction_receipt(
        web3.eth.send_transaction({"from": rich, "to": owner, "value": 10**18})
    )
    inputs = [{"name": "origin_", "type": "bytes32"}]
    abi = [*ABI, {"type": "constructor", "inputs": inputs, "stateMutability": "nonpayable"}]
    made = web3.eth.contract(abi=abi, bytecode=bytecode).constructor(hashlib.sha256(ORIGIN.encode()).digest())
    nonce = web3.eth.get_transaction_count(owner)
    signed = Account.sign_transaction(made.build_transaction({"from": owner, "nonce": nonce}), KEY)
    done = web3.eth.wait_for_transaction_receipt(web3.eth.send_raw_transaction(signed.raw_transaction))
    return web3, done["contractAddress"]


def test_the_chain_holds_what_was_anchored_and_sizes_only_grow(chain: tuple[Web3, str]) -> None:
    web3, address = chain
    anchor = ChainAnchor(web3, address, ORIGIN, web3.eth.chain_id)
    assert anchor.newest().size == 0
    anchor.anchor(300, "text of 300", KEY)
    assert anchor.newest().digest == hashlib.sha256(b"text of 300").digest()
    with pytest.raises(AnchorError, match="holds size 300 already"):
        anchor.anchor(300, "another text", KEY)
    assert anchor.newest().size == 300


def test_the_contract_itself_refuses_a_stranger_and_a_smaller_size(chain: tuple[Web3, str]) -> None:
    web3, address = chain
    ChainAnchor(web3, address, ORIGIN, web3.eth.chain_id).anchor(300, "text", KEY)
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
    with pytest.raises(AnchorError, match="not that of the contract's owner"):
        ChainAnchor(web3, address, ORIGIN, here).anchor(1, "text", bytes(31) + b"\x08")
