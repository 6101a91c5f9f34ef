"""Hashes of texts (their UTF-8 bytes) and of bytes: checksums as decimal texts, digests as hexadecimal ones."""

from __future__ import annotations

import hashlib
import struct
import zlib

from dqlkit.functions.function import scalar
from dqlkit.functions.string.encoding import bytes_of
from dqlkit.functions.vocabulary import Binary, String


@scalar
def hash_crc32(expression: Binary | String) -> String:
    """The CRC-32 checksum, unsigned.

    >>> hashCrc32("DQL")
    "1410899360"
    """
    return str(zlib.crc32(bytes_of(expression)))


@scalar
def hash_md5(expression: Binary | String) -> String:
    """The MD5 digest.

    >>> hashMd5("")
    "d41d8cd98f00b204e9800998ecf8427e"
    """
    return hashlib.md5(bytes_of(expression), usedforsecurity=False).hexdigest()


@scalar
def hash_sha1(expression: Binary | String) -> String:
    """The SHA-1 digest.

    >>> hashSha1("")
    "da39a3ee5e6b4b0d3255bfef95601890afd80709"
    """
    return hashlib.sha1(bytes_of(expression), usedforsecurity=False).hexdigest()


@scalar
def hash_sha256(expression: Binary | String) -> String:
    """The SHA-256 digest.

    >>> hashSha256("")
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    """
    return hashlib.sha256(bytes_of(expression)).hexdigest()


@scalar
def hash_sha512(expression: Binary | String) -> String:
    """The SHA-512 digest.

    >>> substring(hashSha512(""), to:16)
    "cf83e1357eefb8bd"
    """
    return hashlib.sha512(bytes_of(expression)).hexdigest()


@scalar
def hash_xx_hash32(expression: Binary | String) -> String:
    """The 32-bit xxHash with seed 0, unsigned [inferred: the published result fits both].

    >>> hashXxHash32("")
    "46947589"
    """
    return str(_XXH32.hash(bytes_of(expression)))


@scalar
def hash_xx_hash64(expression: Binary | String) -> String:
    """The 64-bit xxHash with seed 0, as a signed long.

    >>> hashXxHash64("")
    "-1205034819632174695"
    """
    unsigned = _XXH64.hash(bytes_of(expression))
    return str(unsigned - 2**64 if unsigned >= 2**63 else unsigned)


# ---- xxHash ---------------------------------------------------------------------------------------------------------


class _XxHash:
    """The published algorithm for one width: `bits` of a lane, its five primes, its rotations and shifts."""

    def __init__(self, bits: int, primes: tuple[int, ...], round_by: int, shifts: tuple[int, int, int]) -> None:
        self.bits, self.mask, self.primes = bits, (1 << bits) - 1, primes
        self.round_by, self.shifts = round_by, shifts
        self.lanes = "<4I" if bits == 32 else "<4Q"

    def rotated(self, number: int, by: int) -> int:
        number &= self.mask
        return (number << by | number >> (self.bits - by)) & self.mask

    def round(self, lane: int, data: int) -> int:
        return self.rotated(lane + data * self.primes[1], self.round_by) * self.primes[0] & self.mask

    def hash(self, data: bytes) -> int:
        """The unsigned hash of some bytes, seed 0."""
        stripe = struct.calcsize(self.lanes)
        whole = len(data) // stripe * stripe
        mixed = self.stripes(data[:whole]) if whole else self.primes[4]
        mixed = self.tail(mixed + len(data), data[whole:])
        for shift, prime in zip(self.shifts, (*self.primes[1:3], 1), strict=True):
            mixed = (mixed ^ mixed >> shift) * prime & self.mask
        return mixed

    def stripes(self, data: bytes) -> int:
        """Four lanes over the data, made one."""
        one, two = self.primes[:2]
        lanes = [(one + two) & self.mask, two, 0, -one & self.mask]
        for words in struct.iter_unpack(self.lanes, data):
            lanes = [self.round(lane, word) for lane, word in zip(lanes, words, strict=True)]
        mixed = sum(self.rotated(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True))
        for lane in lanes if self.bits == 64 else ():
            mixed = (mixed ^ self.round(0, lane)) * one + self.primes[3]
        return mixed

    def tail(self, mixed: int, rest: bytes) -> int:
        """The bytes after the last stripe mixed in: eight at a time (64 bits only), then four, then one by one."""
        one, two, three, four, five = self.primes
        while self.bits == 64 and len(rest) >= 8:
            lane = self.round(0, int.from_bytes(rest[:8], "little"))
            mixed, rest = self.rotated(mixed ^ lane, 27) * one + four, rest[8:]
        while len(rest) >= 4:
            word = int.from_bytes(rest[:4], "little")
            if self.bits == 64:
                mixed = self.rotated(mixed ^ word * one & self.mask, 23) * two + three
            else:
                mixed = self.rotated(mixed + word * three, 17) * four
            rest = rest[4:]
        for byte in rest:
            if self.bits == 64:
                mixed = self.rotated(mixed ^ byte * five & self.mask, 11) * one
            else:
                mixed = self.rotated(mixed + byte * five, 11) * one
        return mixed & self.mask


_XXH32 = _XxHash(32, (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1), 13, (15, 13, 16))
_XXH64 = _XxHash(
    64,
    (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5),
    31,
    (33, 29, 32),
)
