"""Addresses, identifiers, places."""

from __future__ import annotations

from dqlkit.functions.conversion.numbers import matches, where, whole
from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.network import digits_of
from dqlkit.functions.vocabulary import GeoPoint, Ip, Number, SmartscapeId, String, Uid
from dqlkit.regex import regex
from dqlkit.types.kinds import IP, LONG, SMARTSCAPE_ID, STRING, UID
from dqlkit.types.order import RANK

_SMARTSCAPE_ID = r"^[A-Z][A-Z0-9_]*-[0-9A-F]{16}$"
_UIDS = {
    "uid64": r"^[0-9A-Fa-f]{16}$",
    "uid128": r"^[0-9A-Fa-f]{32}$",
    "uuid": r"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
}
_GEOPOINT = regex(r"\s*([+-]?[0-9]+(?:\.[0-9]+)?)(?:\s*,\s*|\s+)([+-]?[0-9]+(?:\.[0-9]+)?)\s*")


@scalar(unwraps=True, converts=True, known_as=("toipaddress",))
def to_ip(value: Number | Ip | String) -> Ip | None:
    """An address from its text, or a version 4 address from its 32 bits, signed or not.

    >>> toString(toIp(1234567890))
    "73.150.2.210"
    >>> toIp("300.0.0.1")
    null
    """
    if isinstance(value, Ip):
        return value
    if isinstance(value, str):
        return Ip.parse(value)
    bits = whole(value)
    return Ip(4, bits % 2**32) if bits is not None and -(2**31) <= bits < 2**32 else None


@scalar(unwraps=True, converts=True)
def to_uid(value: Number | String | Uid) -> Uid | None:
    """An identifier: 16 hexadecimal digits (`uid64`), 32 (`uid128`) or a dashed text (`uuid`), or a number (`uid64`).

    >>> toString(toUid(123))
    "000000000000007b"
    >>> toUid("7b")
    null
    """
    if isinstance(value, Uid):
        return value
    if isinstance(value, str):
        form = next((form for form, pattern in _UIDS.items() if matches(pattern, value)), None)
        return None if form is None else Uid(form, int(value.replace("-", ""), 16))
    bits = whole(value)
    return None if bits is None else Uid("uid64", bits % 2**64)


@scalar(unwraps=True, converts=True)
def to_smartscape_id(value: SmartscapeId | String) -> SmartscapeId | None:
    """A topology id from its text: a type in capitals, a dash and 16 hexadecimal digits in capitals.

    >>> toSmartscapeId("HOST-000000000000007B") == smartscapeId("HOST", 123)
    true
    >>> toSmartscapeId("host-1")
    null
    """
    if isinstance(value, SmartscapeId):
        return value
    return SmartscapeId(value) if matches(_SMARTSCAPE_ID, value) else None


@scalar(unwraps=True, experimental=True, converts=True)
def to_geopoint(value: GeoPoint | String) -> GeoPoint | None:
    """A place from its latitude and longitude in degrees, with a comma or blanks between [decided: undocumented].

    >>> toString(toGeopoint("48.2, 16.37"))
    "48.2 16.37"
    """
    if isinstance(value, GeoPoint):
        return value
    match = _GEOPOINT.fullmatch(value)
    latitude, longitude = map(float, match.groups()) if match else (91.0, 0.0)
    return GeoPoint(latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _of_bits(values: pl.Series) -> pl.Series:
    """Encoded addresses of version 4."""
    digits, bits = pl.Series(f"{byte:02x}" for byte in range(256)), values & 0xFFFFFFFF
    each = [digits.gather((bits // 256**place) & 0xFF).alias(str(place)) for place in (3, 2, 1, 0)]
    made = pl.DataFrame(each).select(pl.concat_str("3", "2", "1", "0").str.decode("hex")).to_series()
    lead = pl.lit(bytes([RANK["ip"], 4]) + bytes(12))
    held = pl.DataFrame({"value": values, "bits": made})
    return held.select(pl.when(pl.col("value").is_between(-(2**31), 2**32 - 1)).then(lead + pl.col("bits"))).to_series()


# Below is how `types.order` writes these: a rank, and text that ends with a zero, or a form and 16 bytes.
to_ip.polars(lambda value: value, value=IP)
to_ip.polars(lambda value: digits_of(value, STRING).str.decode("hex"), value=STRING)
to_uid.polars(lambda value: value, value=UID)
to_ip.polars(lambda value: value.map_batches(_of_bits, return_dtype=pl.Binary, is_elementwise=True), value=LONG)
to_smartscape_id.polars(lambda value: value, value=SMARTSCAPE_ID)


@to_smartscape_id.polars(value=STRING)
def _(value):
    return pl.lit(b"\xb0") + where(value, _SMARTSCAPE_ID).cast(pl.Binary) + pl.lit(b"\x00")


@to_uid.polars(value=STRING)
def _(value):
    leads = {"uid64": b"\x70\x00" + bytes(8), "uid128": b"\x70\x01", "uuid": b"\x70\x02"}
    bits = value.str.replace_all("-", "", literal=True).str.decode("hex", strict=False)
    forms = [pl.when(value.str.contains(_UIDS[form])).then(pl.lit(lead) + bits) for form, lead in leads.items()]
    return pl.coalesce(forms)
