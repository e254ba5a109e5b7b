"""Whether a policy of allocation is the one that was signed: Ed25519 over its canonical bytes."""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tongxing.domain.policy import Policy, PolicyKey

PURPOSE = b"tongxing policy of allocation v1\n"


def sealed_bytes(policy: Policy) -> bytes:
    """What is signed: the purpose, then the policy without its signature as canonical JSON."""
    bare = replace(policy, signature="")
    grades = {grade.name: page for grade, page in bare.grades.items()}
    episodes = [replace(one, assumed=tuple(sorted(one.assumed))) for one in bare.episodes]  # type: ignore[arg-type]
    told = msgspec.to_builtins(replace(bare, grades={}, episodes=()), str_keys=True)
    told |= {"grades": msgspec.to_builtins(grades), "episodes": msgspec.to_builtins(episodes)}
    return PURPOSE + msgspec.json.encode(told, order="deterministic")


def digest(policy: Policy) -> str:
    """The name of a policy in records: sha256 of what is signed, hex."""
    return sha256(sealed_bytes(policy)).hexdigest()


def why_unsigned(policy: Policy, keys: Sequence[PolicyKey]) -> str:
    """Why a policy may not be used, in one word; empty when it is signed by a key in force on its day."""
    key = next((one for one in keys if one.name == policy.key), None)
    if key is None:
        return "policy_key_unknown"
    if policy.starts < key.starts or (key.ends is not None and policy.starts > key.ends):
        return "policy_key_not_in_force"
    try:
        public = Ed25519PublicKey.from_public_bytes(b64decode(key.public, validate=True))
        public.verify(b64decode(policy.signature, validate=True), sealed_bytes(policy))
    except (InvalidSignature, ValueError, binascii.Error):
        return "policy_signature_wrong"
    return ""
