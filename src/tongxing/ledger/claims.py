"""Bare proofs as data: somebody claims an inclusion or a consistency, and it is judged alone."""

import re
from collections.abc import Mapping

from tongxing.ledger.hashing import ALGORITHMS, SHA256, HashAlgorithm
from tongxing.ledger.lines import ProofError, TextError, base64_bytes
from tongxing.ledger.merkle import check_consistency, check_inclusion

FIELDS = {
    "inclusion": frozenset({"op", "index", "size", "leaf_hash", "root", "proof"}),
    "consistency": frozenset({"op", "size1", "size2", "root1", "root2", "proof"}),
}
HASH = "hash"
"""A field that may name another algorithm than SHA-256."""
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*", re.ASCII)
_HEX_LETTERS = 64


def judge(claim: Mapping[str, object]) -> str | None:
    """Why a claim does not hold, or None when it does; raises `TextError` for what is no claim.

    A hash is 64 hex digits or base64; one of another length is a claim that does not hold. The tree is one
    of SHA-256, or of the algorithm that the field "hash" names.
    """
    op = claim.get("op")
    if not isinstance(op, str) or op not in FIELDS:
        raise TextError(f"op: {op!r} is neither inclusion nor consistency")
    if set(claim) - {HASH} != FIELDS[op]:
        wrong = ", ".join(sorted(set(claim) - {HASH} ^ FIELDS[op]))
        raise TextError(f"{op}: missing or unknown fields: {wrong}")
    proof = [] if claim["proof"] is None else claim["proof"]
    if not isinstance(proof, list):
        raise TextError("proof: not a list")
    algorithm = _algorithm(claim.get(HASH, SHA256.name))
    hashes = [_hash(digest, f"proof[{at}]") for at, digest in enumerate(proof)]
    try:
        if op == "inclusion":
            leaf, root = _hash(claim["leaf_hash"], "leaf_hash"), _hash(claim["root"], "root")
            check_inclusion(_number(claim, "index"), _number(claim, "size"), leaf, root, hashes, algorithm)
        else:
            root1, root2 = _hash(claim["root1"], "root1"), _hash(claim["root2"], "root2")
            size1, size2 = _number(claim, "size1"), _number(claim, "size2")
            check_consistency(size1, size2, root1, root2, hashes, algorithm)
    except ProofError as wrong:
        return str(wrong)
    return None


def _algorithm(name: object) -> HashAlgorithm:
    found = ALGORITHMS.get(name) if isinstance(name, str) else None
    if found is None:
        raise TextError(f"hash: {name!r} is none of {', '.join(ALGORITHMS)}")
    return found


def _number(claim: Mapping[str, object], name: str) -> int:
    value = claim[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TextError(f"{name}: not a whole number")
    return value


def _hash(value: object, where: str) -> bytes:
    if not isinstance(value, str):
        raise TextError(f"{where}: not a text")
    if len(value) == _HEX_LETTERS and _HEX.fullmatch(value):
        return bytes.fromhex(value)
    try:
        return base64_bytes(value, where)
    except TextError:
        if _HEX.fullmatch(value):
            return bytes.fromhex(value)
        raise TextError(f"{where}: {value[:80]!r} is neither hex nor base64") from None
