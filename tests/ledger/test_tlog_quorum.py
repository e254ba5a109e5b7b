"""Policies: what tlog-policy allows, and what it does not."""

import pytest

from tongxing.ledger.lines import TextError
from tongxing.ledger.note_keys import COSIGNATURE, ED25519, SigningKey
from tongxing.ledger.quorum import NONE, parse_policy

LOG = SigningKey("log.example/records", ED25519, bytes(32)).verifier
W = [SigningKey(f"w{n}.example", COSIGNATURE, bytes((n,)) * 32).verifier for n in range(1, 7)]
NAMED = "".join(
    f"witness {name} {key.line}\n" for name, key in zip(("X1", "X2", "X3", "Y1", "Y2", "Y3"), W, strict=True)
)
TWO_LEVELS = (
    f"# who must have seen it\n\n log\t{LOG.line}  https://log.example/ \n{NAMED}"
    "group X 2 X1 X2 X3\ngroup Y any Y1 Y2 Y3\ngroup X-and-Y all X Y\nquorum X-and-Y\n"
)


@pytest.mark.parametrize(
    ("seen", "enough"),
    [
        ((0, 1, 3), True),
        ((0, 2, 5), True),
        ((0, 1, 2, 3, 4, 5), True),
        ((0, 1, 2), False),
        ((0, 3, 4, 5), False),
        ((), False),
    ],
)
def test_a_quorum_of_two_levels(seen: tuple[int, ...], *, enough: bool) -> None:
    assert parse_policy(TWO_LEVELS.encode()).satisfied([W[at] for at in seen]) is enough


def test_a_witness_alone_or_nobody_can_be_the_quorum() -> None:
    assert parse_policy(f"{NAMED}quorum Y1\n".encode()).satisfied([W[3]])
    assert not parse_policy(f"{NAMED}quorum Y1\n".encode()).satisfied([W[4]])
    assert parse_policy(b"quorum none\n").quorum == NONE
    assert parse_policy(b"quorum none\n").satisfied([])


def test_addresses_are_kept() -> None:
    policy = parse_policy(TWO_LEVELS.encode())
    assert policy.logs[0].url == "https://log.example/"
    assert policy.witnesses["X1"].url is None


def test_names_are_octets_and_not_letters() -> None:
    data = (
        b"witness \xe2\x84\xaa " + W[0].line.encode() + b"\nwitness K " + W[1].line.encode() + b"\nquorum K\n"
    )
    assert parse_policy(data).satisfied([W[1]])
    assert not parse_policy(data).satisfied([W[0]])
    raw = b"witness \xff\xfe " + W[0].line.encode() + b"\nquorum \xff\xfe\n"
    assert parse_policy(raw).satisfied([W[0]])


@pytest.mark.parametrize(
    "text",
    [
        "",
        NAMED,
        f"{NAMED}quorum X1\nquorum X1\n",
        f"quorum X1\n{NAMED}",
        "quorum\n",
        "quorum none none\n",
        f"{NAMED}quorum nobody\n",
        f"{NAMED}group g 4 X1 X2 X3\nquorum g\n",
        f"{NAMED}group g 0 X1 X2 X3\nquorum g\n",
        f"{NAMED}group g 01 X1 X2 X3\nquorum g\n",
        f"{NAMED}group g -1 X1 X2 X3\nquorum g\n",
        f"{NAMED}group g most X1 X2 X3\nquorum g\n",
        f"{NAMED}group g any\nquorum g\n",
        f"{NAMED}group g any g\nquorum g\n",
        f"{NAMED}group g any none\nquorum g\n",
        f"{NAMED}group none any X1\nquorum none\n",
        f"{NAMED}group X1 any X2\nquorum X1\n",
        f"{NAMED}group g any X1 X1\nquorum g\n",
        f"{NAMED}group g any X1\ngroup h any X1 g\nquorum h\n",
        f"{NAMED}witness X1 {W[0].line}\nquorum X1\n",
        f"{NAMED}witness Z {W[0].line}\nquorum X1\n",
        f"witness none {W[0].line}\nquorum none\n",
        f"log {LOG.line}\nlog {LOG.line}\nquorum none\n",
        f"log {W[0].line}\nquorum none\n",
        f"witness w {LOG.line}\nquorum w\n",
        f"log {LOG.line} url url\nquorum none\n",
        "log\nquorum none\n",
        "log nonsense\nquorum none\n",
        "quorum none\r\n",
        "quorum\vnone\n",
        "quorum none\x7f\n",
        "Quorum none\n",
        "unknown line\nquorum none\n",
    ],
)
def test_a_wrong_policy_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(TextError, match="policy: "):
        parse_policy(text.encode())


def test_the_refusal_names_the_line() -> None:
    with pytest.raises(TextError, match=r"policy: line 7: 'Z' is not defined above"):
        parse_policy(f"{NAMED}quorum Z\n".encode())


def test_one_key_under_two_names_is_a_duplicate() -> None:
    again = SigningKey("elsewhere.example", COSIGNATURE, bytes((1,)) * 32).verifier
    with pytest.raises(TextError, match="line 7: a second witness"):
        parse_policy(f"{NAMED}witness Z {again.line}\nquorum X1\n".encode())


def test_thirty_two_of_each_are_taken() -> None:
    keys = [SigningKey(f"k{n}", COSIGNATURE, bytes((n + 1,)) * 32).verifier for n in range(32)]
    logs = [SigningKey(f"l{n}", ED25519, bytes((n + 1,)) * 32).verifier for n in range(32)]
    text = "".join(f"log {key.line}\n" for key in logs)
    text += "".join(f"witness w{n} {key.line}\ngroup g{n} any w{n}\n" for n, key in enumerate(keys))
    policy = parse_policy((text + "quorum g31\n").encode())
    assert policy.satisfied([keys[31]])
