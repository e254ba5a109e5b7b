"""C2SP tlog-policy: which logs are believed, and which witnesses must have seen a checkpoint."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tongxing.ledger.checkpoints import Opened, open_checkpoint
from tongxing.ledger.hashing import SHA256, HashAlgorithm
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, VerifierKey, verifier_key
from tongxing.ledger.note_schemes import OWN, SignatureScheme

POLICY_BYTES_MAX = 1_000_000
CONTROLS = frozenset({*range(0x20), 0x7F} - {ord("\t")})
"""Octets that no line may have; the rest is opaque."""
MEMBERS_DIGITS_MAX = 6
NONE = "none"
"""The quorum that asks for no witness."""


@dataclass(frozen=True, slots=True)
class Group:
    """Members of which at least `threshold` must have seen a checkpoint."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """A log or a witness: its key, and its address where one was given."""

    key: VerifierKey
    url: str | None


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses by their name in the policy, groups, and the name that must be satisfied."""

    logs: tuple[Party, ...]
    witnesses: dict[str, Party]
    groups: dict[str, Group]
    quorum: str

    def satisfied(self, signed: Collection[VerifierKey]) -> bool:
        """Whether these witnesses make the quorum."""
        return self.quorum == NONE or self._seen(self.quorum, signed)

    def names(self, key: VerifierKey) -> bool:
        """Whether it is for this log: it names the log, or none at all."""
        return not self.logs or any(one.key == key for one in self.logs)

    def open(self, checkpoint: bytes) -> Opened:
        """A checkpoint of a listed log with a quorum; raises `TextError` or `ProofError`."""
        logs = tuple(log.key for log in self.logs)
        opened = open_checkpoint(checkpoint, logs, tuple(one.key for one in self.witnesses.values()))
        if not self.satisfied([one.key for one in opened.witnesses]):
            names = ", ".join(sorted({one.key.name for one in opened.witnesses})) or "no witness"
            raise ProofError(f"policy: quorum {self.quorum!r} is not reached; seen by {names}")
        return opened

    def algorithm(self, origin: str) -> HashAlgorithm:
        """Hash of the tree of a log, as its listed key decides; of an unlisted one SHA-256."""
        return next((log.key.algorithm for log in self.logs if log.key.name == origin), SHA256)

    def _seen(self, name: str, signed: Collection[VerifierKey]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].key in signed
        group = self.groups[name]
        return sum(self._seen(member, signed) for member in group.members) >= group.threshold


class _Reading:
    """A policy as far as it has been read."""

    def __init__(self, schemes: Iterable[SignatureScheme]) -> None:
        self.schemes = tuple(schemes)
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.used: set[str] = set()
        self.quorum: str | None = None

    def line(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                party = _party(verifier_key(vkey, self.schemes), url, ED25519, OWN)
                _new_key(party, self.logs, "log")
                self.logs.append(party)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._new_name(name)
                party = _party(verifier_key(vkey), url, COSIGNATURE)
                _new_key(party, self.witnesses.values(), "witness")
                self.witnesses[name] = party
            case ["group", name, count, *members] if members:
                self._group(name, count, members)
            case ["quorum", name]:
                if self.quorum is not None:
                    raise TextError("a second quorum")
                if name != NONE:
                    self._defined(name)
                self.quorum = name
            case _:
                raise TextError(f"no line of a policy: {' '.join(words)[:60]!r}")

    def _group(self, name: str, count: str, members: list[str]) -> None:
        for member in members:
            self._defined(member)
            if member in self.used:
                raise TextError(f"{member!r} is already a member")
            self.used.add(member)
        self._new_name(name)
        threshold = {"any": 1, "all": len(members)}.get(count) or _threshold(count)
        if not 1 <= threshold <= len(members):
            raise TextError(f"threshold {count} of {len(members)} members")
        self.groups[name] = Group(threshold, tuple(members))

    def _new_name(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise TextError(f"the name {name!r} is taken")

    def _defined(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise TextError(f"{name!r} is not defined above")


def parse_policy(data: bytes, schemes: Iterable[SignatureScheme] = ()) -> Policy:
    """A policy file; raises `TextError` naming the line. A last line without newline is taken.

    `schemes` are the signatures of type 0xff that logs may have.
    """
    if len(data) > POLICY_BYTES_MAX:
        raise TextError(f"policy: more than {POLICY_BYTES_MAX} bytes")
    reading = _Reading(schemes)
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if any(octet in CONTROLS for octet in raw):
            raise TextError(f"policy: line {number}: a control character")
        words = [
            word.decode("utf-8", "surrogateescape") for word in raw.replace(b"\t", b" ").split(b" ") if word
        ]
        if not words or words[0].startswith("#"):
            continue
        try:
            reading.line(words)
        except TextError as wrong:
            raise TextError(f"policy: line {number}: {wrong}") from None
    if reading.quorum is None:
        raise TextError("policy: no quorum line")
    return Policy(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)


def policy_text(policy: Policy, log: VerifierKey) -> str:
    """The policy for whoever checks one log: its key, the witnesses without addresses, and the quorum."""
    lines = [f"log {log.line}"]
    lines += [f"witness {name} {party.key.line}" for name, party in policy.witnesses.items()]
    lines += [f"group {name} {one.threshold} {' '.join(one.members)}" for name, one in policy.groups.items()]
    return "\n".join((*lines, f"quorum {policy.quorum}", ""))


def _party(key: VerifierKey, url: list[str], *kinds: int) -> Party:
    if key.kind not in kinds:
        raise TextError(f"key {key.name} has type 0x{key.kind:02x}, not 0x{kinds[0]:02x}")
    return Party(key, url[0] if url else None)


def _new_key(party: Party, known: Collection[Party], what: str) -> None:
    if any(other.key.public == party.key.public for other in known):
        raise TextError(f"a second {what} with the key of {party.key.name}")


def _threshold(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or text.startswith("0") or len(text) > MEMBERS_DIGITS_MAX:
        raise TextError(f"{text[:40]!r} is neither any, all nor a number of members")
    return int(text)
