"""What C012 tells: fields that are made and dropped unread, across records and their members, and over many stages."""

from __future__ import annotations

import pytest

import dqlkit

#: A query, and what the findings underline.
CASES = [
    ("fetch x | fieldsAdd a = 1, b = 2 | summarize n = count(), by:{b}", ["1"]),
    ("fetch x | fieldsAdd a = record(b = 1) | summarize n = count(), by:{a[b]}", []),
    ("fetch x | fieldsAdd a.b = 1, a.c = 2 | summarize n = max(a.b)", ["2"]),
    ("fetch x | fieldsAdd a.b = 1, a.c = 2 | summarize n = takeAny(a)", []),
    ("fetch x | fieldsAdd a = 1 | fieldsAdd a = 2 | fields b", ["2"]),
    ("fetch x | fieldsAdd a = 1 | fieldsAdd a = a + 1 | fields b", []),
    ("fetch x | fieldsAdd a = 1 | fieldsRename c = a | fields b", []),
    ("fetch x | fieldsAdd a = 1, c = 2 | fieldsRemove a | sort b", ["1"]),
    ('fetch x | fieldsAdd a = 1, c = 2 | fieldsKeep "c*" | sort c', []),
    ("fetch x | fieldsAdd a = 1, c = 2 | fieldsKeep a | sort a", ["2"]),
    ("fetch x | fieldsAdd a = 1 | limit 5 | sort b", []),
    ('fetch x | parse m, "INT:u LD:v" | summarize n = count(), by:{v}', []),
    ('fetch x | parse m, "INT:u LD:v" | summarize n = count(), by:{w}', ['parse m, "INT:u LD:v"']),
    ("fetch x | lookup [fetch y], sourceField:i, lookupField:j | fields lookup.k", []),
    (
        "fetch x | lookup [fetch y], sourceField:i, lookupField:j | fields k",
        ["lookup [fetch y], sourceField:i, lookupField:j"],
    ),
    ("fetch x | append [fetch y | fieldsAdd a = 1 | fields b] | fields b", ["1"]),
]


@pytest.mark.parametrize(("text", "unread"), CASES)
def test_what_nothing_reads(text: str, unread: list[str]) -> None:
    found = dqlkit.lint(text, select=["C012"])
    assert [text[one.span.start : one.span.end] for one in found] == unread


def test_each_of_many_stages() -> None:
    """Every other field is read by the stage behind it."""
    stages = [f"fieldsAdd a{n} = {'b' if n % 2 else f'a{n - 1}'} + {n}" for n in range(1, 80)]
    text = " | ".join(["fetch x", *stages, "summarize n = count()"])
    found = dqlkit.lint(text, select=["C012"])
    assert [text[one.span.start : one.span.end] for one in found] == [
        *(f"a{n - 1} + {n}" for n in range(2, 80, 2)),
        "b + 79",
    ]
