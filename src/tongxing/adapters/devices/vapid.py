"""The key by which push services know this house (VAPID, RFC 8292): a file for its owner alone."""

import base64
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

OTHERS = 0o077
OWNER_ONLY = 0o600


class KeyFileError(ValueError):
    """The key file cannot be used or made; the words say why."""


def make(path: Path) -> str:
    """Make a fresh key; its public half, as browsers take it. Never overwrites a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as problem:
        raise KeyFileError(f"{path}: {problem.strerror}") from problem
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return public_of(key)


def read(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key of a file that nobody else may read."""
    try:
        if path.stat().st_mode & OTHERS:
            raise KeyFileError(f"{path} may be read by others: chmod 600")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as problem:
        if isinstance(problem, KeyFileError):
            raise
        raise KeyFileError(f"{path}: {problem}") from problem
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyFileError(f"{path}: no key on P-256")
    return key


def public_of(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half, base64url without padding."""
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
