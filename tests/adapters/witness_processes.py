"""Witnesses in processes of their own, as an operator starts them: for tests that kill and revive them."""

import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tongxing.adapters.tlog.exchange import ask
from tongxing.ledger.note_keys import COSIGNATURE, SigningKey, VerifierKey

START_SECONDS_MAX = 60


def witness_keys(count: int) -> list[SigningKey]:
    return [SigningKey(f"w{n}.example", COSIGNATURE, bytes((n,)) * 32) for n in range(1, count + 1)]


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@dataclass
class WitnessProcesses:
    """So many honest witnesses of one log, and of others beside it."""

    folder: Path
    log: VerifierKey
    keys: Sequence[SigningKey]
    ports: Sequence[int]
    also: Sequence[VerifierKey] = ()
    running: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def policy(self, threshold: int) -> str:
        pairs = enumerate(zip(self.keys, self.ports, strict=True), start=1)
        lines = [f"witness w{n} {key.verifier.line} http://127.0.0.1:{port}" for n, (key, port) in pairs]
        names = " ".join(f"w{n}" for n in range(1, len(self.keys) + 1))
        return "\n".join(
            (
                f"log {self.log.line}",
                *(f"log {one.line}" for one in self.also),
                *lines,
                f"group enough {threshold} {names}",
                "quorum enough",
                "",
            )
        )

    def start(self, *numbers: int) -> None:
        for number in numbers:
            secret = self.folder / f"w{number}.key"
            secret.write_text(self.keys[number].secret_line + "\n")
            words = ["-m", "tongxing.cli", "ledger", "witness", "serve", "--port", str(self.ports[number])]
            words += [
                "--key",
                str(secret),
                "--log",
                self.log.line,
                "--store",
                str(self.folder / f"w{number}"),
            ]
            for other in self.also:
                words += ["--log", other.line]
            self.running[number] = subprocess.Popen([sys.executable, *words])  # noqa: S603 - own words
        for number in numbers:
            self._wait(number)

    def kill(self, *numbers: int) -> None:
        for number in numbers:
            process = self.running.pop(number)
            process.kill()
            process.wait()

    def _wait(self, number: int) -> None:
        until = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                ask(f"http://127.0.0.1:{self.ports[number]}/")
            except OSError:
                assert time.monotonic() < until, f"witness {number} did not start"
                assert self.running[number].poll() is None, f"witness {number} ended"
                time.sleep(0.1)
            else:
                return
