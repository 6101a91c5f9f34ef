"""Addresses and identifiers of a network."""

from __future__ import annotations

from dqlkit.functions.lazy import pl
from dqlkit.languages.dpl.matchers.matcher import matcher
from dqlkit.types.kinds import IP, SMARTSCAPE_ID
from dqlkit.types.order import encode
from dqlkit.types.values import Ip, SmartscapeId

_OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
#: The last number takes all digits there are; whether they are too many shows in the value.
_V4 = rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.[0-9]+"
_H = "[0-9A-Fa-f]{1,4}"
_EMBEDDED = rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}"
#: Eight groups, or fewer around one `::`; the forms that go furthest come first.
_V6 = "|".join(
    (
        rf"(?:{_H}:){{6}}{_EMBEDDED}",
        rf"::(?:[Ff]{{4}}(?::0{{1,4}})?:)?{_EMBEDDED}",
        rf"(?:{_H}:){{1,4}}:{_EMBEDDED}",
        rf"(?:{_H}:){{7}}{_H}",
        rf"::(?:{_H}:){{0,6}}{_H}",
        rf"{_H}:(?::{_H}){{1,6}}",
        *(rf"(?:{_H}:){{1,{k}}}(?::{_H}){{1,{7 - k}}}" for k in range(2, 7)),
        rf"(?:{_H}:){{1,7}}:",
        "::",
    )
)

_WIDE_V4 = r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]+"
#: How any IPv6 address begins: with `::` in it, or with six groups and more.
_WIDE_V6 = rf"(?-u:\b{{start-half}})(?:(?:{_H}(?::{_H}){{0,6}})?::|(?:{_H}:){{6}}[0-9A-Fa-f])"


def _v6(counted: bool) -> str:
    """An IPv6 address neither begins nor ends inside a word: `std::cout` holds none [decided].

    On whole columns, where the body reads all of them, the words around do not matter.
    """
    return rf"(?<![0-9A-Za-z_])(?:{_V6})(?!:?[0-9A-Za-z_])" if counted else _V6


def _read(text: str) -> Ip | None:
    if ":" in text:
        return Ip.parse(text)
    octets = text.split(".")
    if len(octets[3]) > 3 or int(octets[3]) > 255:
        return None
    return Ip(4, int.from_bytes(bytes(map(int, octets)), "big"))


#: What the bytes of an IPv4 address follow where values are encoded.
_LEAD_V4 = encode(Ip(4, 0))[:-4]


def _address_columns(text: pl.Expr) -> pl.Expr:
    """IPv4 addresses, in the encoding of values; an IPv6 address is left to the body."""
    octets = text.str.split(".").cast(pl.List(pl.UInt8), strict=False).cast(pl.Binary)
    return pl.when(text.str.contains(rf"^{_EMBEDDED}$")).then(pl.lit(_LEAD_V4) + octets)


def _address_text(text: pl.Expr) -> pl.Expr:
    """An IPv4 address without needless zeros is written as it was read."""
    octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    return pl.when(text.str.contains(rf"^{octet}\.{octet}\.{octet}\.{octet}$")).then(text)


@matcher(
    "IP",
    regex=lambda counted: f"{_V4}|{_v6(counted)}",
    wide=(_WIDE_V4, _WIDE_V6),
    exports=IP,
    first="0-9A-Fa-f:",
    more="0-9A-Fa-f:.",
)
def ipaddr(text: str) -> Ip | None:
    """An address of either version.

    >>> IPADDR:ip ':' INT:port <- "192.168.33.1:443"
    {"ip": "192.168.33.1", "port": 443}
    >>> IPADDR:ip <- "1080:0:0:0:8:800:200C:417A"
    {"ip": "1080::0008:0800:200c:417a"}
    >>> IPADDR:ip <- "192.168.33.256"
    null
    >>> LD IPADDR:ip <- "std::cout 10.0.0.1"
    {"ip": "10.0.0.1"}
    """
    return _read(text)


@matcher("IPV4ADDR", regex=_V4, wide=(_WIDE_V4,), exports=IP, first="0-9", more="0-9")
def ipv4(text: str) -> Ip | None:
    """An IPv4 address: four numbers up to 255.

    >>> IPV4:ip ' ' <- "10.0.0.1 ::1"
    {"ip": "10.0.0.1"}
    """
    return _read(text)


@matcher("IPV6ADDR", regex=_v6, exports=IP, first="0-9A-Fa-f:", more="0-9A-Fa-f:.")
def ipv6(text: str) -> Ip | None:
    """An IPv6 address, shortened or not, its end in the form of IPv4 or not.

    >>> IPV6:ip EOS <- "2a00:1450:4010:c05::69"
    {"ip": "2a00:1450:4010:0c05::0069"}
    """
    return _read(text)


ipaddr.polars(_address_columns)
ipv4.polars(_address_columns)
ipaddr.writes(_address_text)
ipv4.writes(_address_text)


@matcher(regex="[A-Z][A-Z0-9_]{0,127}-[0-9A-F]{16}", exports=SMARTSCAPE_ID, first="A-Z")
def smartscapeid(text: str) -> SmartscapeId:
    """An identifier of a topology node.

    >>> SMARTSCAPEID:host <- "HOST-000000000000007B is up"
    {"host": "HOST-000000000000007B"}
    """
    return SmartscapeId(text)


smartscapeid.polars(lambda text: pl.lit(b"\xb0") + text.cast(pl.Binary) + pl.lit(b"\x00"))
