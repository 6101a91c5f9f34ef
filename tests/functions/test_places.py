"""`dqlkit/functions/places.py` says where each function is declared. `python tests/functions/test_places.py` writes it."""

from __future__ import annotations

from pathlib import Path

from dqlkit import functions
from dqlkit.functions import places

FILE = Path(places.__file__)


def found() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    for family, declared in sorted(functions.catalogue().items()):
        homes = {
            name: function.body.__module__.removeprefix("dqlkit.functions.")
            for name, function in sorted(declared.items())
        }
        table[family] = homes
    return table


def symbols() -> dict[str, str]:
    """The file of each operator sign."""
    signs = functions.catalogue()["operator"].values()
    homes = {one.symbol: one.body.__module__.removeprefix("dqlkit.functions.") for one in signs if one.symbol}
    assert all(homes[one.symbol] in one.body.__module__ for one in signs if one.symbol), "a sign in two files"
    return dict(sorted(homes.items()))


def test_places_are_where_the_functions_are() -> None:
    assert found() == places.PLACES, "stale: python tests/functions/test_places.py"
    assert symbols() == places.SYMBOLS, "stale: python tests/functions/test_places.py"


if __name__ == "__main__":
    head = FILE.read_text("utf-8").split("PLACES")[0]
    rows = [
        f'    "{family}": {{\n' + "".join(f'        "{n}": "{home}",\n' for n, home in homes.items()) + "    },\n"
        for family, homes in found().items()
    ]
    signs = "".join(f'    "{symbol}": "{home}",\n' for symbol, home in symbols().items())
    tables = "PLACES: dict[str, dict[str, str]] = {\n" + "".join(rows) + "}\n"
    FILE.write_text(head + tables + "\nSYMBOLS: dict[str, str] = {\n" + signs + "}\n", "utf-8")
