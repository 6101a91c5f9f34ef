"""Tells whether a text is a query where nothing around it says so: strings of code, fences without a language,
settings."""

from __future__ import annotations

import re
from functools import cache

from dqlkit.functions.signature import camel_case
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.objects import FETCHED
from dqlkit.languages.language import LanguageName
from dqlkit.regex import regex

__all__ = ["SOURCES", "begins_query", "clear_language", "likely_language", "may_hold"]

#: Commands that a DQL query begins with.
SOURCES = tuple(map(camel_case, commands.SOURCES))

_ANY_SOURCE = rf"(?:{'|'.join(SOURCES)})\b"
_COMMENT = r"//[^\n]*(?:\n|\Z)|/\*(?:[^*]|\*(?!/))*\*/"
_LEAD = rf"\ufeff?(?>\s|{_COMMENT})*+"
_FIRST = regex(rf"{_LEAD}{_ANY_SOURCE}", re.I)
_SELECT = regex(rf"(?:{_LEAD}--[^\n]*\n)*+{_LEAD}SELECT\b(?!\s*=)", re.I)


def begins_query(text: str) -> bool:
    """Whether a text that is meant to be DQL, or a piece of it, begins as a query does."""
    return _FIRST.match(text) is not None


def likely_language(text: str) -> LanguageName:
    """The language of a text that is meant to be a query. Only ADQL begins with SELECT. [decided]"""
    return "adql" if _SELECT.match(text) else "dql"


def may_hold(text: str) -> bool:
    """Whether a text is worth a closer look: a word of a query is somewhere in it."""
    return any(word in text for word in SOURCES) or "SELECT" in text


def clear_language(text: str) -> str:
    """The language of a text that is clearly a query: `dql`, `adql`, or nothing.

    The word a query begins with is a word of English too, so what follows it has to be as in a query: `fetch logs`,
    `fetch x | filter`, `timeseries a = avg(`, but neither `fetch the logs` nor `data from the server`. SELECT is ADQL
    where it reads from an event type of the product or uses what SQL has not.
    """
    clear = _clear()
    return next((language for language, pattern in clear.items() if pattern.match(text)), "")


@cache
def _clear() -> dict[str, re.Pattern[str]]:
    """What a clear query begins with, by language. Compiled when the first text of unknown kind is met."""
    names = rf"(?i:{'|'.join(name.replace('_', '') for name in commands.NAMES)})\b(?!\s*[=:(])"
    hole = r"(?:\{\{[^}]*\}\}|\$?\$\{[^}]*\}|<\w[\w .|-]*>|\{\w+\}|\$\w+|%[sqv]\b)"
    known = rf"(?:{'|'.join(map(re.escape, FETCHED))}|dt\.[\w.]*\w)(?![\w.])"
    table = rf"(?:`[^`\n]+`|(?:[A-Za-z_][\w.:-]*|{hole})++)"
    parameter = r",\s*\w+\s*:"
    blank = rf"(?>\s|{_COMMENT}|[)\]}}])*+"  # a bracket too many is a mistake in a query, not in English
    after_known = rf"(?=\s*\Z|{blank}(?:\||{parameter}|\]|{names}|{hole})|\s*\n)"
    after_any = rf"(?={blank}(?:\|\s*(?:{names}|{hole})|{parameter}|{names}|{hole}))"
    named = r"(?:[\w.]+|`[^`\n]+`|\"[^\"\n]+\")\s*="
    dql = (
        rf"(?:fetch|FETCH)\s(?:\s|[)\]}}])*(?:{known}{after_known}|{table}{after_any})",
        rf"timeseries\s+(?:\{{|\[|\w+\s*:\s*\S|(?:{named}\s*)?\w+\()",
        r"data\s+(?:record\s*\(|json\s*:)",
        rf"describe\s+{known}\s*(?:\||\Z)",
        r"load\s+[\"`]/",
        rf"metrics\s*(?:,?\s*\w+\s*:[^|]*)?\|\s*{names}",
        r"smartscape(?:Nodes|Edges)\s+\S",
        r"fieldsSnapshot\s+\S",
    )
    types = (
        "transactions|browser_records|session_records|mobile_snapshots|mobile_crash_reports|mobile_session_records"
        "|synth_session_records|web_session_records|log_v1|dbmon_wait_time"
    )
    only_there = r"eventTimestamp|series\s*\(|segments\.|\bSINCE\b"
    reads = rf"(?=.*\bFROM\s+(?:{types})\b)(?!.*\b(?:JOIN|GROUP\s+BY)\b)|(?=.*\bFROM\s+\w)(?=.*(?:{only_there}))"
    return {
        "dql": re.compile(rf"{_LEAD}(?:{'|'.join(dql)})"),
        "adql": re.compile(rf"\s*SELECT\s+(?:{reads})", re.S),
    }
