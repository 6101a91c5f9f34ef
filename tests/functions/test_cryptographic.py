"""Hashes against published results."""

from __future__ import annotations

import pytest

from dqlkit.functions import find

SENTENCE = "Nobody inspects the spammish repetition"


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("hashXxHash32", "", 0x02CC5D05),
        ("hashXxHash32", SENTENCE, 0xE2293B2F),
        ("hashXxHash64", "", 0xEF46DB3751D8E999),
        ("hashXxHash64", "a", 0xD24EC4F1A98C6E5B),
        ("hashXxHash64", "abc", 0x44BC2CF5AD770999),
        ("hashXxHash64", SENTENCE, 0xFBCEA83C8A378BF1),
        ("hashCrc32", "123456789", 0xCBF43926),
    ],
)
def test_checksums(name: str, text: str, wanted: int) -> None:
    function = find(name)
    assert function is not None
    bits = 64 if name.endswith("64") else 32
    answer = int(function.evaluate([text]))
    assert answer % 2**bits == wanted
    assert answer < 2 ** (bits - 1) or bits == 32


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("hashMd5", "900150983cd24fb0d6963f7d28e17f72"),
        ("hashSha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("hashSha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ],
)
def test_digests_of_texts_and_bytes(name: str, wanted: str) -> None:
    function = find(name)
    assert function is not None
    assert function.evaluate(["abc"]) == wanted
    assert function.evaluate([b"abc"]) == wanted
    assert function.evaluate([1]) is None
