"""Texts and bytes in other writings: base 16 and 64, escapes, URLs, HTML. What cannot be decoded is null [inferred]."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from html.entities import html5
from urllib.parse import quote_plus, unquote_to_bytes

from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.string.positions import from_units, to_units
from dqlkit.functions.vocabulary import Binary, String
from dqlkit.regex import regex
from dqlkit.types.kinds import BINARY, STRING

__all__ = ["bytes_of"]


def bytes_of(value: str | bytes) -> bytes:
    """Bytes as they are, a text as UTF-8."""
    return value.encode() if isinstance(value, str) else value


def _text(data: bytes | None) -> str | None:
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        return None


# ---- base 16 and 64 -------------------------------------------------------------------------------------------------


@scalar
def encode_base16(expression: Binary | String) -> String:
    """Two lower-case hexadecimal digits for each byte; a text counts as UTF-8.

    >>> encodeBase16("DQL")
    "44514c"
    """
    return bytes_of(expression).hex()


@scalar
def encode_base64(expression: Binary | String) -> String:
    """Base 64 with padding.

    >>> encodeBase64("DQL!")
    "RFFMIQ=="
    """
    return b64encode(bytes_of(expression)).decode()


@scalar
def decode_base16_to_binary(expression: Binary | String) -> Binary | None:
    """The bytes of hexadecimal digits of either case.

    >>> encodeBase64(decodeBase16ToBinary("44514C"))
    "RFFM"
    >>> decodeBase16ToBinary("4")
    null
    """
    return _from_base16(expression)


@scalar
def decode_base16_to_string(expression: Binary | String) -> String | None:
    """The text whose UTF-8 bytes the hexadecimal digits are.

    >>> decodeBase16ToString("44514c")
    "DQL"
    """
    return _text(_from_base16(expression))


@scalar
def decode_base64_to_binary(expression: Binary | String) -> Binary | None:
    """The bytes of a base 64 text; the padding may be missing [inferred].

    >>> encodeBase16(decodeBase64ToBinary("RFFM"))
    "44514c"
    """
    return _from_base64(expression)


@scalar
def decode_base64_to_string(expression: Binary | String) -> String | None:
    """The text whose UTF-8 bytes a base 64 text holds.

    >>> decodeBase64ToString("RFFMIQ==")
    "DQL!"
    >>> decodeBase64ToString("R")
    null
    """
    return _text(_from_base64(expression))


def _from_base16(digits: str | bytes) -> bytes | None:
    try:
        return binascii.unhexlify(bytes_of(digits))
    except binascii.Error:
        return None


def _from_base64(digits: str | bytes) -> bytes | None:
    data = bytes_of(digits)
    padding = b"" if data.endswith(b"=") else b"=" * (-len(data) % 4)
    try:
        return b64decode(data + padding, validate=True)
    except binascii.Error:
        return None


for _function, _base in ((encode_base16, "hex"), (encode_base64, "base64")):
    _function.polars(lambda expression, base=_base: expression.str.encode(base), expression=STRING)
    _function.polars(lambda expression, base=_base: expression.bin.encode(base), expression=BINARY)
decode_base16_to_binary.polars(lambda expression: expression.str.decode("hex", strict=False), expression=STRING)


# ---- URLs -----------------------------------------------------------------------------------------------------------


@scalar(rewrites=True, known_as=("urlencode",))
def encode_url(expression: String) -> String:
    """A text for a URL's query: letters, digits and `.-_*` as they are, a space as `+`, other bytes as `%XX`.

    [inferred: published queries replace the `+` in the result by `%20`.]

    >>> encodeUrl("https://a.b/c d?é")
    "https%3A%2F%2Fa.b%2Fc+d%3F%C3%A9"
    """
    return quote_plus(expression, safe="*").replace("~", "%7E")


_BYTES = [f"%{byte:02X}" for byte in range(0x100)]
_ASCII = {chr(byte): quote_plus(chr(byte), safe="*").replace("~", "%7E") for byte in range(0x80)}


@encode_url.polars
def _(expression):
    # Only texts with other characters take the long way over their bytes.
    other = pl.when(expression.str.contains("[^\0-\x7f]")).then(expression)
    bytewise = other.str.encode("hex").str.to_uppercase().str.replace_all("(..)", "%${1}")
    written = bytewise.str.replace_many({_BYTES[ord(c)]: encoded for c, encoded in _ASCII.items()})
    return pl.coalesce(written, expression.str.replace_many({c: e for c, e in _ASCII.items() if c != e}))


@scalar(rewrites=True, known_as=("urldecode",))
def decode_url(expression: String) -> String | None:
    """The text that was encoded for a URL; null where a `%` has no two digits after it, or the bytes are no UTF-8.

    >>> decodeUrl("a%20b+c%C3%A9")
    "a b cé"
    >>> decodeUrl("100%")
    null
    """
    if re.search("%(?![0-9A-Fa-f]{2})", expression):
        return None
    return _text(unquote_to_bytes(expression.replace("+", " ")))


# ---- escapes --------------------------------------------------------------------------------------------------------

_ESCAPES = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPES = {written[1]: plain for plain, written in _ESCAPES.items()} | {"a": "\a", "v": "\v", "?": "?", "`": "`"}
_ESCAPED = regex(
    r"""\\(?: (?P<plain>["'`\\?abfnrtv])
            | x(?P<byte>[0-9A-Fa-f]{1,2}) | u(?P<unit>[0-9A-Fa-f]{4}) | U(?P<point>[0-9A-Fa-f]{8})
            | (?P<octal>[0-3]?[0-7]{1,2}) )""",
    re.VERBOSE,
)


@scalar(rewrites=True)
def escape(expression: String) -> String:
    r"""The text as it is written in quotes: a backslash before quotes and backslashes, and for control characters.

    These are `\b \f \n \r \t`, else `\xhh`; what is not ASCII is `\uhhhh`.

    >>> escape("a\t'b'")
    "a\\t\\'b\\'"
    """
    return "".join(_ESCAPES.get(unit) or _escaped(ord(unit)) for unit in to_units(expression))


def _escaped(unit: int) -> str:
    return chr(unit) if 0x20 <= unit < 0x7F else f"\\x{unit:02x}" if unit < 0x80 else f"\\u{unit:04x}"


@scalar(rewrites=True)
def unescape(expression: String) -> String:
    r"""The text that an escaped one stands for.

    Besides what `escape` writes, these are read: `\a \v \?` and a backtick, up to three octal digits, `\Uhhhhhhhh`.
    A backslash before anything else stays [inferred].

    >>> unescape("foo\\x40bar\\u002ecom")
    "foo@bar.com"
    """
    return from_units(_ESCAPED.sub(_unescaped, to_units(expression)))


def _unescaped(found: re.Match[str]) -> str:
    kind, digits = found.lastgroup, found[found.lastgroup or 0]
    if kind == "plain":
        return _UNESCAPES[digits]
    point = int(digits, 8 if kind == "octal" else 16)
    return to_units(chr(point)) if point <= 0x10FFFF else found[0]


# ---- HTML -----------------------------------------------------------------------------------------------------------

_REFERENCE = regex(r"&(?:#(?P<decimal>\d{1,7})|#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>[A-Za-z][A-Za-z0-9]*));")


@scalar(rewrites=True)
def unescape_html(expression: String) -> String:
    """The text with HTML's character references resolved; what is none stays.

    >>> unescapeHtml("&lt;b&gt; &#39;x&#x27; &nothing;")
    "<b> 'x' &nothing;"
    """
    return from_units(_REFERENCE.sub(_referenced, to_units(expression)))


def _referenced(found: re.Match[str]) -> str:
    if found["name"]:
        return to_units(html5.get(found["name"] + ";", found[0]))
    point = int(found["decimal"] or found["hex"], 10 if found["decimal"] else 16)
    return to_units(chr(point)) if 0 < point <= 0x10FFFF else found[0]
