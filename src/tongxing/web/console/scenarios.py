"""The scenarios of a playbook, where this installation has them: what it promises, in one line each."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[4] / "scenarios"
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
BYTES_MAX = 256 * 1024


@lru_cache(maxsize=256)
def scenarios_of(playbook: str) -> tuple[tuple[str, str], ...] | None:
    """(name, `sent` or `refused` or `other`) of each; None where scenarios are not installed."""
    path = FOLDER / f"{playbook}.yaml"
    if NAME.fullmatch(playbook) is None or not path.is_file() or path.stat().st_size > BYTES_MAX:
        return None
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(found, list):
        return None
    return tuple(
        (str(one.get("name", "")), _ends(one.get("expect"), playbook))
        for one in found
        if isinstance(one, dict)
    )


def _ends(expect: object, playbook: str) -> str:
    if not isinstance(expect, dict):
        return "other"
    if playbook in (expect.get("sent") or ()):
        return "sent"
    return "refused" if playbook in (expect.get("refused") or ()) else "other"
