"""Network functions over columns of texts and of addresses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.types.values import Ip
from tests.functions.running import bound, on_every_engine
from tests.profiles import examples

ADDRESSES = st.one_of(
    st.integers(0, 2**32 - 1).map(lambda bits: Ip(4, bits)),
    st.integers(0, 2**128 - 1).map(lambda bits: Ip(6, bits)),
    st.sampled_from(["10.255.255.255", "11.0.0.0", "172.31.255.255", "172.32.0.0", "127.0.0.1", "::1", "::2"]).map(
        Ip.parse
    ),
    st.sampled_from(["fe80::1", "fec0::", "fdff::", "169.254.0.0", "::ffff:10.0.0.1"]).map(Ip.parse),
)
TEXTS = st.one_of(
    st.integers(0, 2**32 - 1).map(lambda bits: ".".join(map(str, bits.to_bytes(4, "big")))),
    st.sampled_from(
        ["1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", " 1.2.3.4", "1.2.3.4\n", "::1", "1::2::3", ":", "", "a"]
    ),
    st.sampled_from(["10.0.0.1", "192.168.7.1", "169.254.1.1", "fe80::1", "::ffff:1.2.3.4", "10.0.0.0/8", "١.2.3.4"]),
)
QUESTIONS = [
    *("isIp(s)", "isIpV4(s)", "isIpV6(s)", "ipIsPrivate(s)", "ipIsLoopback(s)", "ipIsLinkLocal(s)", "ipIsPublic(s)"),
    *('ipIn(s, "10.0.0.0/9", "fe80::/10", "::1")', 'ipIn(s, array("192.168.7.1/31", "x"))', 'ipIn(s, "a")'),
    *("ipMask(s, 0)", "ipMask(s, 13)", "ipMask(s, 32)", "ipMask(s, 24, ipv6MaskBits:65)", "ipMask(s, 200)"),
]


def answers(expression: str, *values: Any) -> list[Any]:
    """The answers for each value of the field `s`, on which every engine must agree, and Polars on whole columns."""
    found, row_by_row = on_every_engine(bound(expression), [{"s": value} for value in values])
    assert not row_by_row
    return found


@pytest.mark.parametrize("question", QUESTIONS)
@examples(40)
@given(texts=st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=8), addresses=st.lists(ADDRESSES, min_size=1))
def test_engines_agree(question: str, texts: list[str | None], addresses: list[Ip]) -> None:
    answers(question, *texts)
    answers(question, *addresses, None)


@examples(60)
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_texts_become_addresses(texts: list[str]) -> None:
    assert answers("ip(s)", *texts) == [Ip.parse(text) for text in texts]


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("ipIsPrivate(s)", "10.0.0.0", "10.255.255.255"),
        ("ipIsPrivate(s)", "172.16.0.0", "172.31.255.255"),
        ("ipIsPrivate(s)", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("ipIsLoopback(s)", "127.0.0.0", "127.255.255.255"),
        ("ipIsLinkLocal(s)", "169.254.0.0", "169.254.255.255"),
        ("ipIsLinkLocal(s)", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ('ipIn(s, "8.8.8.9/30")', "8.8.8.8", "8.8.8.11"),
    ],
)
def test_the_ends_of_networks(question: str, first: str, last: str) -> None:
    inside = [Ip.parse(first), Ip.parse(last)]
    outside = [Ip(one.version, one.bits + step) for one, step in zip(inside, (-1, 1), strict=True) if one]
    assert answers(question, *inside, *outside) == [True, True, False, False]
    assert answers(question, first, last) == [True, True]


def test_masks() -> None:
    assert answers("ipMask(s, 20)", "10.1.255.3", "no", None) == [Ip.parse("10.1.240.0"), None, None]
    assert answers("ipMask(s, 8, ipv6MaskBits:33)", "2001:db8:ffff::1", "10.1.2.3") == [
        Ip.parse("2001:db8:8000::"),
        Ip.parse("10.0.0.0"),
    ]


def test_arrays_of_mixed_types() -> None:
    rows = [{"s": ["1.1.1.1", Ip.parse("10.0.0.1")], "h": ["10.0.0.0/8", 5, None]}, {"s": [None, 5], "h": "10.0.0.0/8"}]
    assert on_every_engine(bound("ipIn(s, h)"), rows)[0] == [True, False]
