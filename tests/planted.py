"""Invented personal data, as it may stand in words that people type and files that they send."""

from base64 import urlsafe_b64encode

from hypothesis import strategies as st

SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋知行予安"
DIGITS = "0123456789"

names = st.builds(
    lambda one, two: one + two, st.sampled_from(SURNAMES), st.text(GIVEN, min_size=1, max_size=2)
)
phones = st.builds(
    lambda start, rest, gap: gap.join((start, rest[:4], rest[4:])),
    st.sampled_from(("138", "139", "186", "199")),
    st.text(DIGITS, min_size=8, max_size=8),
    st.sampled_from(("", " ", "-")),
)
identity_numbers = st.builds(
    lambda born, order, last: f"999999{born}{order}{last}",
    st.dates().filter(lambda day: day.year > 1930).map(lambda day: day.strftime("%Y%m%d")),
    st.text(DIGITS, min_size=3, max_size=3),
    st.sampled_from("0123456789X"),
)
cards = st.builds(lambda rest: "622202" + rest, st.text(DIGITS, min_size=10, max_size=13))
mails = st.builds(
    lambda who, where: f"{who}@{where}.example",
    st.text("abcdefgh.xyz", min_size=3, max_size=10).filter(lambda text: text.strip(".") == text),
    st.sampled_from(("mail", "post")),
)
keys = st.binary(min_size=24, max_size=36)
tokens = st.one_of(keys.map(bytes.hex), keys.map(lambda key: urlsafe_b64encode(key).decode().rstrip("=")))
personal = st.one_of(names, phones, identity_numbers, cards, mails, tokens)
"""One value of a person, of any of the kinds."""
