"""Functions of IP addresses, given as addresses or as texts.

A text that is no address makes the result null, except where that is what is asked. The lowerings work on the
hexadecimal digits of an address's encoding (`types.order`), of which a network has the first ones in common.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.functions.function import Function, known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Boolean, Ip, Natural, String
from dqlkit.types.kinds import IP, STRING, Type
from dqlkit.types.order import encode
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars

_WIDTHS = {4: 32, 6: 128}


@frozen
class Network:
    """The addresses that share their first bits with one; `192.168.0.0/16`, or an address alone."""

    address: Ip
    bits: int

    @classmethod
    def parse(cls, text: str) -> Network | None:
        """The network that a text spells. Bits of the address beyond the prefix do not matter."""
        prefix, slash, digits = text.partition("/")
        address = Ip.parse(prefix)
        if address is None or (slash and not (digits.isascii() and digits.isdigit())):
            return None
        width = _WIDTHS[address.version]
        bits = int(digits) if slash else width
        return cls(address, bits) if bits <= width else None

    @property
    def bounds(self) -> tuple[Ip, Ip]:
        """The first and the last address."""
        first = _masked(self.address, self.bits)
        rest = _WIDTHS[self.address.version] - self.bits
        return first, Ip(first.version, first.bits | (1 << rest) - 1)

    def __contains__(self, address: Ip) -> bool:
        first, last = self.bounds
        return first <= address <= last


def _masked(address: Ip, bits: int) -> Ip:
    rest = max(_WIDTHS[address.version] - bits, 0)
    return Ip(address.version, address.bits >> rest << rest)


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(network for network in map(Network.parse, texts) if network is not None)


_PRIVATE = _networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
_LOOPBACK = _networks("127.0.0.0/8", "::1")
_LINK_LOCAL = _networks("169.254.0.0/16", "fe80::/10")


def _address(value: Ip | str) -> Ip | None:
    return Ip.parse(value) if isinstance(value, str) else value


def _within(value: Ip | str, networks: Iterable[Network]) -> bool | None:
    address = _address(value)
    return None if address is None else any(address in network for network in networks)


# ---- what an address is ---------------------------------------------------------------------------------------------


@scalar
def is_ip(expression: Ip | String) -> Boolean:
    """Whether this is an address.

    >>> isIp("2001:db8::1")
    true
    >>> isIp("10.0.0.256")
    false
    """
    return _address(expression) is not None


@scalar
def is_ip_v4(expression: Ip | String) -> Boolean:
    """Whether this is an address of four bytes.

    >>> isIpV4("10.0.0.1")
    true
    >>> isIpV4("::1")
    false
    """
    address = _address(expression)
    return address is not None and address.version == 4


@scalar
def is_ip_v6(expression: Ip | String) -> Boolean:
    """Whether this is an address of sixteen bytes.

    >>> isIpV6("::1")
    true
    """
    address = _address(expression)
    return address is not None and address.version == 6


@scalar
def ip_is_private(expression: Ip | String) -> Boolean | None:
    """Whether an address is one of a private network: RFC 1918, and fc00::/7 [inferred].

    >>> ipIsPrivate("172.16.1.1")
    true
    >>> ipIsPrivate("127.0.0.1")
    false
    >>> ipIsPrivate("localhost")
    null
    """
    return _within(expression, _PRIVATE)


@scalar
def ip_is_loopback(expression: Ip | String) -> Boolean | None:
    """Whether an address leads back to the machine itself: 127.0.0.0/8 and ::1.

    >>> ipIsLoopback("127.0.0.1")
    true
    """
    return _within(expression, _LOOPBACK)


@scalar
def ip_is_link_local(expression: Ip | String) -> Boolean | None:
    """Whether an address holds on one link only: 169.254.0.0/16, and fe80::/10 [inferred].

    >>> ipIsLinkLocal("169.254.7.1")
    true
    """
    return _within(expression, _LINK_LOCAL)


@scalar
def ip_is_public(expression: Ip | String) -> Boolean | None:
    """Whether an address is neither private, nor loopback, nor link-local [the last inferred].

    All others are public, also those kept for documentation.

    >>> ipIsPublic("1.2.3.4")
    true
    >>> ipIsPublic("10.0.0.1")
    false
    """
    special = _within(expression, (*_PRIVATE, *_LOOPBACK, *_LINK_LOCAL))
    return None if special is None else not special


# ---- addresses and networks -----------------------------------------------------------------------------------------


@scalar
def ip_in(needle: Array[Anything] | Ip | String, *haystack: Array[Anything] | Ip | String) -> Boolean:
    """Whether an address, or any of an array, is one of the addresses or lies in one of the networks (`10.0.0.0/8`).

    A network is not looked for; what is no address is in nothing.

    >>> ipIn("127.0.0.1", "10.0.0.0/8", "127.0.0.0/8")
    true
    >>> ipIn("127.0.0.1/8", "127.0.0.0/8")
    false
    >>> ipIn(array("1.2.3.4", "10.0.0.1"), array("10.0.0.1"))
    true
    """
    networks = list(_read_networks(haystack))
    wanted = needle if isinstance(needle, list) else [needle]
    return any(_within(one, networks) is True for one in wanted if isinstance(one, (Ip, str)))


def _read_networks(values: Iterable[Value]) -> Iterator[Network]:
    for value in values:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Ip):
                yield Network(one, _WIDTHS[one.version])
            elif isinstance(one, str) and (network := _network(one)) is not None:
                yield network


@lru_cache(maxsize=1024)
def _network(text: str) -> Network | None:
    return Network.parse(text)


@scalar
def ip_mask(expression: Ip | String, mask_bits: Natural, *, ipv6_mask_bits: Natural | None = None) -> Ip | None:
    """The address with all bits after the first `maskBits` cleared; `ipv6MaskBits` holds for IPv6, where it is given.

    More bits than the address has clear none [decided].

    >>> ipMask("10.1.2.3", 16)
    ip("10.1.0.0")
    >>> ipMask("2001:db8:ffff::1", 16, ipv6MaskBits:32)
    ip("2001:db8::")
    """
    address = _address(expression)
    if address is None:
        return None
    return _masked(address, mask_bits if address.version == 4 or ipv6_mask_bits is None else ipv6_mask_bits)


# ---- lowerings ------------------------------------------------------------------------------------------------------

_V4, _V6 = "8004" + "00" * 12, "8006"
_OCTETS = {str(byte): f"{byte:02x}" for byte in range(256)}
_DOTTED = r"^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$"


def digits_of(expression: polars.Expr, kind: Type) -> polars.Expr:
    """The digits of a column of addresses, or of texts: null for what is no address."""
    if kind == IP:
        return expression.bin.encode("hex")
    octets = expression.str.extract_groups(_DOTTED)
    pairs = [
        octets.struct.field(str(k)).replace_strict(_OCTETS, default=None, return_dtype=pl.String) for k in range(1, 5)
    ]
    others = pl.when(expression.str.contains(":", literal=True)).then(expression)
    return pl.coalesce(
        pl.concat_str(pl.lit(_V4), *pairs),
        others.map_batches(_parsed, return_dtype=pl.String, is_elementwise=True),
    )


def _parsed(texts: polars.Series) -> polars.Series:
    """Texts that are not dotted, each different one read once."""
    distinct = texts.drop_nulls().unique().to_list()
    known = {text: encode(address).hex() for text in distinct if (address := Ip.parse(text)) is not None}
    return texts.replace_strict(known, default=None, return_dtype=pl.String)


def _is_in(digits: polars.Expr, networks: Iterable[Network]) -> polars.Expr:
    return digits.str.contains("^(?:" + "|".join(map(_prefix, networks)) + ")" if networks else r"[^\s\S]")


def _prefix(network: Network) -> str:
    """A regular expression for how the digits of a network's addresses begin."""
    digits = encode(network.address).hex()
    whole, rest = divmod(network.bits, 4)
    end = whole + len(_V4 if network.address.version == 4 else _V6)
    return digits[:end] + (_alike(int(digits[end], 16), rest) if rest else "")


def _alike(digit: int, bits: int) -> str:
    """A regular expression for the hexadecimal digits that share their first bits with one."""
    return "[" + "".join(f"{other:x}" for other in range(16) if other >> 4 - bits == digit >> 4 - bits) + "]"


_BOTH = (IP, STRING)


def _lowered(function: Function[..., bool | None], networks: tuple[Network, ...], wanted: bool = True) -> None:
    @function.polars(expression=_BOTH)
    def _(expression, types):
        inside = _is_in(digits_of(expression, types["expression"]), networks)
        return inside if wanted else ~inside


_lowered(ip_is_private, _PRIVATE)
_lowered(ip_is_loopback, _LOOPBACK)
_lowered(ip_is_link_local, _LINK_LOCAL)
_lowered(ip_is_public, (*_PRIVATE, *_LOOPBACK, *_LINK_LOCAL), wanted=False)

for _function, _start in ((is_ip, ""), (is_ip_v4, _V4), (is_ip_v6, _V6)):
    _function.polars(
        lambda expression, types, start=_start: pl.when(expression.is_not_null()).then(
            digits_of(expression, types["expression"]).str.starts_with(start).fill_null(False)
        ),
        expression=_BOTH,
    )


@ip_in.polars(needle=_BOTH, haystack=known)
def _(needle, *haystack, types):
    inside = _is_in(digits_of(needle, types["needle"]), list(_read_networks(haystack)))
    return pl.when(needle.is_not_null()).then(inside.fill_null(False))


@ip_mask.polars(expression=_BOTH, mask_bits=known, ipv6_mask_bits=known)
def _(expression, mask_bits, ipv6_mask_bits, types):
    digits = _mask(digits_of(expression, types["expression"]), _V4, 8, mask_bits)
    return _mask(digits, _V6, 32, mask_bits if ipv6_mask_bits is None else ipv6_mask_bits).str.decode("hex")


def _mask(digits: polars.Expr, start: str, count: int, bits: int) -> polars.Expr:
    """The `count` digits after a start with all bits after the first ones cleared; other digits as they are."""
    whole, rest = divmod(bits, 4)
    for first in range(0, 16, 16 >> rest) if whole < count else ():
        cut = f"^({start}.{{{whole}}}){_alike(first, rest)}.*"
        digits = digits.str.replace(cut, f"${{1}}{first:x}{'0' * (count - whole - 1)}")
    return digits
