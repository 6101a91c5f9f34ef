"""Dashboards: tiles on a grid, and variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dqlkit.regex import regex
from dqlkit.reports.document import Document, Place, Section, Variable
from dqlkit.reports.members import Json, number, part, span, text
from dqlkit.reports.visual import visual_of

__all__ = ["read"]


def read(root: Mapping[str, Json], title: str) -> Document | None:
    """A dashboard: an object with tiles by id, or with a list of them."""
    tiles = root.get("tiles")
    if not isinstance(tiles, (Mapping, list)):
        return None
    layouts = part(root, "layouts")
    made = [_tile(tile, _place(layouts.get(key))) for key, tile in _tiles(tiles)]
    made.sort(key=lambda one: (one.place.y, one.place.x) if one.place else (10**6, 0))
    variables = root.get("variables")
    known = (
        tuple(_variable(one) for one in variables if isinstance(one, Mapping)) if isinstance(variables, list) else ()
    )
    default = part(part(root, "settings"), "defaultTimeframe")
    timeframe = span(default.get("value")) if default.get("enabled") is not False else None
    return Document("dashboard", title, tuple(made), known, timeframe)


def _tiles(tiles: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Tiles by id: of a mapping, or of a list of tiles or of such mappings."""
    if isinstance(tiles, Mapping):
        yield from ((key, tile) for key, tile in tiles.items() if isinstance(tile, Mapping))
        return
    for index, item in enumerate(tiles):
        if isinstance(item, Mapping) and "type" not in item:
            yield from _tiles(item)
        elif isinstance(item, Mapping):
            yield str(item.get("id", index)), item


def _tile(given: Mapping[str, Json], place: Place | None) -> Section:
    kind, title = text(given, "type"), text(given, "title")
    if kind == "markdown":
        return Section(title, markdown=text(given, "content"), place=place)
    if kind not in ("data", ""):
        return Section(title, place=place, remark=f"A tile of the kind `{kind}` does not run here.")
    own = part(given, "timeframe")
    name = text(given, "visualization")
    return Section(
        title,
        query=text(given, "query"),
        visual=visual_of(name, given.get("visualizationSettings")),
        timeframe=span(own.get("tileTimeframe")) if own.get("tileTimeframeEnabled") else None,
        most=number(part(given, "querySettings"), "maxResultRecords"),
        place=place,
        remark="The analysis of Davis does not run here." if name == "davis" else "",
    )


def _place(given: Json) -> Place | None:
    if not isinstance(given, Mapping):
        return None
    x, y, width, height = (number(given, name) for name in ("x", "y", "w", "h"))
    if x is None or y is None or not width or not height:
        return None
    return Place(min(x, 23), y, min(width, 24 - min(x, 23)), height)


#: What stands for the choice of all values.
_ALL = regex(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\*")


def _variable(given: Mapping[str, Json]) -> Variable:
    kind, input = text(given, "type"), given.get("input")
    filling = text(input, "query") if isinstance(input, Mapping) else text(given, "input")
    default = given.get("defaultValue")
    chosen = [str(one) for one in (default if isinstance(default, list) else [default]) if one is not None]
    some = bool(chosen) and not any(map(_ALL.fullmatch, chosen))
    return Variable(
        text(given, "key"),
        query=filling if kind == "query" else "",
        values=tuple(one.strip() for one in filling.split(",") if one.strip()) if kind == "csv" else (),
        multiple=given.get("multiple") is True,
        default=tuple(chosen) if some else (filling,) if kind == "text" and filling else None,
        visible=given.get("visible") is not False,
        remark="its values come from JavaScript, which does not run here" if kind == "code" and not some else "",
    )
