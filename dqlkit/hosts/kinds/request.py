"""Bodies of requests to the vendors' interfaces."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.clear import SOURCES, clear_language
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, get, items, text

#: What stands beside the query that Grail is asked.
_GRAIL = (
    "requestTimeoutMilliseconds",
    "maxResultRecords",
    "maxResultBytes",
    "defaultTimeframeStart",
    "defaultTimeframeEnd",
    "defaultScanLimitGbytes",
    "defaultSamplingRatio",
    "fetchTimeoutSeconds",
    "enablePreview",
    "filterSegments",
    "timezone",
    "locale",
)


@kind("events-request", words=("query", "label", "select"))
def events_request(root: Node, pointer: str) -> Iterator[Embedded]:
    """Several labelled queries for the Events API."""
    for key, one in items(root) if isinstance(root, list) else ():
        if text(one, "label") and text(one, "query").lstrip()[:6].lower() == "select":
            yield from query(get(one, "query"), "file", f"{pointer}/{key}/query", Document("request"), language="adql")


@kind("grail-request", member="query", words=("|".join(SOURCES).lower(), "|".join(_GRAIL).lower()))
def grail_request(root: Node, pointer: str) -> Iterator[Embedded]:
    """A query for Grail, with what it is to run with."""
    if isinstance(root, dict) and any(key in root for key in _GRAIL) and clear_language(text(root, "query")) == "dql":
        yield from query(get(root, "query"), "file", f"{pointer}/query", Document("request"))


@kind("grail-query", member="query", words=("|".join(SOURCES).lower(),), first=True)
def grail_query(root: Node, pointer: str) -> Iterator[Embedded]:
    """A query for Grail as all of a text."""
    if not pointer and isinstance(root, dict) and len(root) == 1 and clear_language(text(root, "query")) == "dql":
        yield from query(get(root, "query"), "file", "/query", Document("request"))
