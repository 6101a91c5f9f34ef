"""JSON as pages of documentation print it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dqlkit.sources import SourceError, read_table

FEED = """
{
  events: [
    {
      eventId: -5106087015642687000,
      startTime: 1496246212169,
      entityName: "say: \\"x: ...\\", ok",
      tags: [ { context: "CONTEXTLESS", key: "portal" } ]
    },
    ...
  ]
}
"""


def test_a_feed_with_names_without_quotes(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_text(FEED)
    table = read_table(path)
    assert table.format == "Events API v1 feed"
    (record,) = table.frame.records()
    assert record["eventId"] == -5106087015642687000
    assert record["entityName"] == 'say: "x: ...", ok'
    assert record["tags"] == [{"context": "CONTEXTLESS", "key": "portal"}]
    assert [notice.type for notice in table.notices] == ["MORE_RECORDS_EXIST"]


@pytest.mark.parametrize("text", ["{a: 1}", "{events: [b]}", "{a 1}", "{a: 1", "hello: world\n"])
def test_what_is_still_no_json_is_an_error_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "records"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"line 1, column"):
        read_table(path)
