"""Rules that follow fields through a query: what they find, and where they keep quiet."""

from __future__ import annotations

from pathlib import Path

import pytest

from dqlkit.linting.check import check_text
from dqlkit.linting.linter import lint, picked, subject_of
from dqlkit.linting.schema import read_schema
from dqlkit.linting.settings import Settings, SettingsError


def found(text: str, *codes: str) -> list[tuple[str, str]]:
    """The rules that report, each with the text that it marks."""
    subject = subject_of(text)
    return [(d.code, text[d.span.start : d.span.end]) for d in lint(subject, picked(codes))]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("fetch logs | fields a | filter b == 1", [("B005", "b")]),
        ("fetch logs | fieldsKeep a | filter a == 1", []),
        ('fetch logs | fieldsKeep "a*" | filter ab == 1', []),
        ("fetch logs | fieldsRemove a | filter a == 1 and b == 1", [("B005", "a")]),
        ("fetch logs | fieldsRename b = a | filter a == 1 and b == 1", [("B005", "a")]),
        ("fetch logs | summarize n = count(), by:{a} | sort n | sort m", [("B005", "m")]),
        ("fetch logs | summarize n = count() | append [fetch other] | sort m", []),
        ("fetch logs | fields a | append [fetch x | fields b] | filter c == 1", [("B005", "c")]),
        ("fetch logs | filter a in [fetch x | fields b | filter c == 1]", [("B005", "c")]),
        ("fetch logs | fields a | fieldsAdd b = a, c = b", []),
        ("fetch logs | fields r = record(x = 1) | fields r.x", []),
        ("fetch logs | fields a | {{ stage }} | filter b == 1", []),
        ("fetch logs | fields $names | filter b == 1", []),
        ("fetch logs | fields a | foo b | filter b == 1", []),
        ("timeseries c = avg(dt.host.cpu.usage), by:{host} | filter cpu > 1", [("B005", "cpu")]),
        ("fetch logs | fields a, b | join [fetch x | fields a, c], on:{a} | fields c", [("B004", "c")]),
        ("fetch logs | fields a, b | join [fetch x | fields a, c], on:{a} | fields right.c", []),
        ("fetch logs | fields a | lookup [fetch x], sourceField:a, lookupField:a, fields:{c} | fields c", []),
        ("fetch logs | fields tags | filter tags[cost-center] == 1", [("B006", "cost-center")]),
    ],
)
def test_fields_that_are_not_there(text: str, marked: list[tuple[str, str]]) -> None:
    assert found(text, "B004", "B005", "B006") == marked


@pytest.mark.parametrize(
    ("between", "reports"),
    [
        ("", True),
        ("| fieldsAdd n = 1", True),
        ("| fieldsAdd n = lookup.name", False),
        ("| fieldsRename n = lookup.name", False),
        ("| filter isNotNull(lookup.name)", False),
    ],
)
def test_second_lookup(between: str, reports: bool) -> None:
    lookup = "| lookup [fetch {}], sourceField:a, lookupField:b"
    text = f"fetch logs {lookup.format('x')} {between} {lookup.format('y')}"
    assert bool(found(text, "B003")) is reports


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("fieldsAdd r = a / b", ["a / b"]),
        ("fieldsAdd r = a[] / b[]", []),
        ("fieldsAdd r = a[] / 2 | fieldsAdd s = r * 2", ["r * 2"]),
        ("fieldsAdd r = arrayAvg(a) / 2", []),
        ("fieldsAdd m = arrayMax(a[])", ["a[]"]),
        ("fieldsRename c = a | fieldsAdd r = c + 1", ["c + 1"]),
        ("fieldsAdd a = arrayAvg(a) | fieldsAdd r = a + 1", []),
        ("fieldsAdd r = s + 1", []),
        ("filter a > 5", ["a > 5"]),
        ("filter a[] > 5", []),
    ],
)
def test_arrays_and_numbers(text: str, marked: list[str]) -> None:
    start = "timeseries a = avg(m.a), b = avg(m.b), s = avg(m.s, scalar:true), by:{host} | "
    assert [part for _, part in found(start + text, "B012")] == marked


@pytest.mark.parametrize(
    ("condition", "reports"),
    [
        ('a == "x" and a == "y"', True),
        ('a == "x" and (b == 1 and a == "y")', True),
        ('a == "x" or a == "y"', False),
        ('a != "x" or a != "y"', True),
        ('a != "x" and a != "y"', False),
        ("a > 5 and a < 3", True),
        ("a >= 3 and a <= 3", False),
        ("3 > a and a >= 3", True),
        ("a == a", True),
        ('a == "x" and (a == "y" or b == 1)', False),
    ],
)
def test_conditions_that_are_constant(condition: str, reports: bool) -> None:
    assert bool(found(f"fetch logs | filter {condition}", "B008")) is reports


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fetch logs | limit 5", "B010"),
        ("fetch logs | sort a | limit 5", ""),
        ("fetch logs | sort a | fieldsAdd b = 1 | filter b == 1 | limit 5", ""),
        ("fetch logs | sort a | summarize n = count(), by:{b} | limit 5", "B010"),
        ("fetch logs | summarize n = count() | limit 1", ""),
        ("fetch logs | limit 5 | summarize n = count()", "B009"),
        ("fetch logs | sort a | limit 5 | summarize n = count()", ""),
        ("fetch logs | limit 5000", "B010"),
        ("data record(a = 1) | limit 1", ""),
    ],
)
def test_limits(text: str, code: str) -> None:
    assert [found_code for found_code, _ in found(text, "B009", "B010")] == [code] * bool(code)


@pytest.mark.parametrize("name", ["schema.toml", "schema.json"])
def test_schema_file_closes_the_flow(tmp_path: Path, name: str) -> None:
    content = {
        "schema.toml": '[logs]\nloglevel = "string"\nhost.name = "string"\n[open]\na = "long"\n"*" = "any"\n',
        "schema.json": '{"logs": {"loglevel": "string", "host.name": "string"}, "open": {"a": "long", "*": "any"}}',
    }
    (tmp_path / name).write_text(content[name], "utf-8")
    settings = Settings(select=("B001", "B005"), schema=name, root=str(tmp_path))

    def codes(text: str) -> list[str]:
        return [finding.diagnostic.code for finding in check_text(text, "a.dql", settings)]

    assert codes("fetch logs | filter loglevel == Error | filter host.nam == 1") == ["B001", "B005"]
    assert codes('fetch logs | filter loglevel == "Error" | filter host.name == loglevel') == []
    assert codes("fetch open | filter a == b") == []
    assert codes("fetch unknown | filter a == b") == []


@pytest.mark.parametrize("content", ["[logs\n", "logs = 1\n", '[logs]\na = "strnig"\n'])
def test_schema_file_that_is_wrong(tmp_path: Path, content: str) -> None:
    path = tmp_path / "schema.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=r"schema\.toml"):
        read_schema(path)
