"""An EVM chain of py-evm for tests: the contract compiled and deployed, its JSON-RPC behind an address."""

import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from eth_account import Account
from web3 import EthereumTesterProvider, Web3

from tongxing.adapters.chain import anchor as room
from tongxing.adapters.chain.anchor import ABI

KEY = bytes(31) + b"\x07"
OTHER_KEY = bytes(31) + b"\x08"
CONTRACTS = Path(__file__).parents[1] / "contracts"
COMPILE = """
const solc = require('solc'), fs = require('fs');
const sources = { 'A.sol': { content: fs.readFileSync(process.argv[1], 'utf8') } };
const settings = { evmVersion: 'london', outputSelection: { '*': { '*': ['evm.bytecode.object'] } } };
const made = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings })));
console.log(JSON.stringify(made.contracts['A.sol'].CheckpointAnchor.evm.bytecode.object));
"""


@cache
def bytecode() -> str:
    """The contract, compiled from its source."""
    source = Path(room.__file__).with_name("CheckpointAnchor.sol")
    command = ["node", "-e", COMPILE, str(source)]
    try:
        made = subprocess.run(command, cwd=CONTRACTS, capture_output=True, check=False)  # noqa: S603
    except FileNotFoundError:
        pytest.skip("node is not installed")
    if b"Cannot find module 'solc'" in made.stderr:
        pytest.skip("the Solidity compiler is not installed: cd contracts && npm ci")
    found: str = json.loads(made.stdout)
    return found


def chain_with(origin: str, key: bytes = KEY) -> tuple[Web3, str]:
    """A chain of its own with a contract for a log, and the contract's address."""
    web3 = Web3(EthereumTesterProvider())
    owner = Account.from_key(key).address
    web3.eth.wait_for_transaction_receipt(
        web3.eth.send_transaction({"from": web3.eth.accounts[0], "to": owner, "value": 10**18})
    )
    return web3, deployed(web3, origin, key)


def deployed(web3: Web3, origin: str, key: bytes = KEY) -> str:
    """Another contract on the same chain."""
    owner = Account.from_key(key).address
    inputs = [{"name": "origin_", "type": "bytes32"}]
    abi = [*ABI, {"type": "constructor", "inputs": inputs, "stateMutability": "nonpayable"}]
    made = web3.eth.contract(abi=abi, bytecode=bytecode()).constructor(
        hashlib.sha256(origin.encode()).digest()
    )
    nonce = web3.eth.get_transaction_count(owner)
    signed = Account.sign_transaction(made.build_transaction({"from": owner, "nonce": nonce}), key)
    done = web3.eth.wait_for_transaction_receipt(web3.eth.send_raw_transaction(signed.raw_transaction))
    return str(done["contractAddress"])


@contextmanager
def served(web3: Web3) -> Iterator[str]:
    """The chain behind an address; methods named in `server.broken` answer with an error."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = {"jsonrpc": "2.0", "id": asked["id"]}
            try:
                answer["result"] = _plain(web3.manager.request_blocking(asked["method"], asked["params"]))
            except Exception as refused:  # noqa: BLE001 - whatever the chain says is the answer
                data = getattr(refused, "data", None)
                answer["error"] = {"code": 3, "message": str(refused), "data": data}
            said = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_given: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _plain(value: object) -> object:
    """As JSON-RPC writes it: numbers and bytes in hexadecimal."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return hex(value) if isinstance(value, int) else "0x" + bytes(value).hex()  # type: ignore[call-overload]
