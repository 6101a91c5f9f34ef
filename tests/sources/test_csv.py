"""CSV: what is a record, what a value, and what is told."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from dqlkit.sources import SourceError, detect, read_table
from dqlkit.sources.table import FrameTable
from dqlkit.types import DOUBLE, LONG, Variant


def read(folder: Path, text: str, format: str | None = None) -> FrameTable:
    path = folder / "export"
    path.write_bytes(text.encode())
    return read_table(path, format=format)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\r1,x\r2,y\r", [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]),
        ("a,b\r\n1,x\r\n\r\n2,y", [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]),
        ("\n\na,b\n1,x\n\n\n", [{"a": 1, "b": "x"}]),
        ('"a;b;c",d\n1,2\n', [{"a;b;c": 1, "d": 2}]),
        ('"a\nb",d\n1,"x\n\ny"\n', [{"a\nb": 1, "d": "x\n\ny"}]),
        ('a,b\n"",\n,""\n', [{"a": "", "b": None}, {"a": None, "b": ""}]),
        ("a,b\n", [{}][:0]),
        ("a\n1\n2\n", [{"a": 1}, {"a": 2}]),
        ("a\n1\n\n2\n", [{"a": 1}, {"a": None}, {"a": 2}]),
        ("a,b,,\n1,2,,\n3,4,,\n", [{"a": 1, "b": 2}, {"a": 3, "b": 4}]),
        ("a,b,\n1,2,\n3,4,5\n", [{"a": 1, "b": 2, "": None}, {"a": 3, "b": 4, "": 5}]),
        ("a,a,a.2\n1,2,3\n", [{"a": 1, "a.3": 2, "a.2": 3}]),
        ('a,b\n5" disk,"say ""hi"""\n', [{"a": '5" disk', "b": 'say "hi"'}]),
    ],
)
def test_records(tmp_path: Path, text: str, expected: list[dict[str, object]]) -> None:
    table = read(tmp_path, text)
    assert table.format == "CSV"
    assert table.frame.records() == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n\n3\n", "line 4: expected 2 values as in the header, found 1 value"),
        ('a,b\n"1\n1",2\n3,4,5\n', "line 4: expected 2 values as in the header, found 3 values"),
        ("a,b\r1,2\r3,4,5\r", "line 3: expected 2 values as in the header, found 3 values"),
        ('a,b\n1,"2\n3,4\n', 'line 2: expected a closing `"`, found the end of the file'),
        ('a\n1\n"2', 'line 3: expected a closing `"`, found the end of the file'),
    ],
)
def test_what_is_no_record_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


def test_a_cut_file_is_an_error_unless_it_is_cut_in_the_last_value(tmp_path: Path) -> None:
    text = 'name,n,c\n"a ""x"" b",1,2\n"multi\nline",22,3\nplain,333,4\n'
    whole = read(tmp_path, text).frame.records()
    ends = [text.index(line) + len(line) for line in ("n,c\n", ",1,2\n", ",22,3\n", ",333,4\n")]
    for end in range(ends[0], len(text) + 1):
        if any(end in (complete - 2, complete - 1, complete) for complete in ends):
            found = read(tmp_path, text[:end]).frame.records()
            assert found[:-1] == whole[: max(len(found) - 1, 0)]
        else:
            with pytest.raises(SourceError, match="line "):
                read(tmp_path, text[:end])


def test_numbers_stay_exact(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b,c,d\n9007199254740993,9007199254740992,18446744073709551616,1e400\n0.5,0.5,1,2\n")
    assert table.schema.fields["a"] == Variant([LONG, DOUBLE])
    first, second = table.frame.records()
    assert first == {"a": 2**53 + 1, "b": 2.0**53, "c": "18446744073709551616", "d": "1e400"}
    assert second == {"a": 0.5, "b": 0.5, "c": "1", "d": "2"}
    assert [notice.message.split(":")[0] for notice in table.notices] == ["`c`", "`d`"]


def test_a_repeated_name_is_told(tmp_path: Path) -> None:
    (notice,) = read(tmp_path, "a,b,a\n1,2,3\n").notices
    assert notice.message == "Two fields are called `a`: the later one is called `a.2` here."


@pytest.mark.parametrize("text", ["hello world\nhow are you\n", "word", "true\nfalse\n", "12\n13\n"])
def test_what_is_no_column_with_a_name_is_no_csv(tmp_path: Path, text: str) -> None:
    path = tmp_path / "export"
    path.write_text(text)
    with pytest.raises(SourceError):
        detect(path)


def test_who_says_that_it_is_csv_is_believed(tmp_path: Path) -> None:
    assert read(tmp_path, "two words\n1\n", format="csv").frame.records() == [{"two words": 1}]


def test_many_columns(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(800)]
    text = io.StringIO()
    text.write(",".join(names) + "\n" + ",".join(map(str, range(800))) + "\n")
    (record,) = read(tmp_path, text.getvalue()).frame.records()
    assert record["c799"] == 799


@pytest.mark.parametrize(
    ("text", "records", "told"),
    [
        ("a,b\n1,2\n3\n4,5\n", [{"a": 1, "b": 2}, {"a": 4, "b": 5}], "1 line cannot be read and is left out."),
        ("a,b\n1\n3,4,5\n6,7", [{"a": 6, "b": 7}], "2 lines cannot be read and are left out."),
        ('a,b\n1,2\n3,"4\n5,6\n', [{"a": 1, "b": 2}, {"a": 5, "b": 6}], "1 line cannot be read and is left out."),
    ],
)
def test_lines_that_cannot_be_read_may_be_left_out(
    tmp_path: Path, text: str, records: list[dict[str, object]], told: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    table = read_table(path, ignore_errors=True)
    assert table.frame.records() == records
    assert [notice.message for notice in table.notices] == [told]
