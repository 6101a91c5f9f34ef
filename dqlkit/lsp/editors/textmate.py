"""Grammars for the colours of editors without a language server, in the form of TextMate, made from our own grammars.

    python -m dqlkit.lsp.editors.textmate        # writes them into vscode/syntaxes

What a string, a number, a comment or a variable is, the terminals of `grammars/*.lark` say; which words are commands and
functions, their declarations. A test says when the files are stale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dqlkit.functions import FAMILIES, catalogue
from dqlkit.languages import language_named
from dqlkit.languages.adql.format import AdqlPrinter
from dqlkit.languages.adql.functions import functions as adql_functions
from dqlkit.languages.dql.commands import commands
from dqlkit.languages.dql.format import DqlPrinter

__all__ = ["grammars", "main"]

FOLDER = Path(__file__).parent / "vscode" / "syntaxes"
_CONSTANTS = ("true", "false", "null")
_DIRECTIONS = ("asc", "desc")


def grammars() -> dict[str, dict[str, Any]]:
    """All grammars by the names of their files."""
    return {"dql.tmLanguage.json": _dql(), "adql.tmLanguage.json": _adql(), "markdown.tmLanguage.json": _markdown()}


def _dql() -> dict[str, Any]:
    printer = DqlPrinter
    operators = [word for word in (*printer.operators, *printer.prefixes) if word.isalpha()]
    named = [function.name for family in FAMILIES for function in catalogue()[family].values()]
    names = [command.name for command in commands().values()]
    # A command stands where a line, or a stage behind a pipe or in a sub-query, begins, and is no name of a parameter.
    command = rf"(?i)(?:^|(?<=[|\[]))\s*(\||)\s*({_either(names)})\b(?!\s*[:=(])"
    return _grammar(
        "DQL",
        "source.dql",
        [
            *_comments(),
            {"name": "string.quoted.triple.dql", "begin": '"""', "end": '"""(?!")'},
            _quoted("string.quoted.double.dql", '"'),
            {"name": "variable.other.quoted.dql", "match": r"`(?:[^`\\\n]|\\.)*`?"},
            {"match": command, "captures": _captures("keyword.operator.pipe.dql", "keyword.control.dql")},
            {"name": "keyword.operator.pipe.dql", "match": r"\|(?!\|)"},
            *_of_terminals("dql", VARIABLE="variable.other.readwrite.dql", TIMESTAMP="constant.numeric.timestamp.dql"),
            *_of_terminals("dql", NUMBER="constant.numeric.dql", DURATION="constant.numeric.duration.dql"),
            *_of_terminals("dql", ALIGN="constant.numeric.align.dql"),
            {"name": "variable.parameter.dql", "match": r"[A-Za-z_]\w*(?=\s*:(?!:))"},
            {"name": "support.function.dql", "match": rf"(?i)\b(?:{_either(named)})(?=\s*\()"},
            {"name": "entity.name.function.dql", "match": r"[A-Za-z_]\w*(?=\s*\()"},
            {"name": "constant.language.dql", "match": rf"(?i)\b(?:{_either(_CONSTANTS)})\b(?!\.)"},
            {
                "name": "keyword.operator.word.dql",
                "match": rf"(?i)\b(?:{_either([*operators, *_DIRECTIONS])})\b(?![.:(])",
            },
            {"name": "variable.other.definition.dql", "match": rf"{_terminal('dql', 'NAME')}(?=\s*=(?![=~]))"},
            {"name": "variable.other.dql", "match": _terminal("dql", "NAME")},
            *_of_terminals("dql", COMPARE="keyword.operator.comparison.dql"),
            {"name": "keyword.operator.dql", "match": r"[-+*/%~=]"},
        ],
    )


def _adql() -> dict[str, Any]:
    printer = AdqlPrinter
    known = [function.name for function in adql_functions().values()]
    keywords = language_named("adql").parser.automaton.tables.keywords
    words = [word for word in keywords if word in printer.reserved and word not in (*_CONSTANTS, "orderby")]
    return _grammar(
        "ADQL",
        "source.adql",
        [
            *_comments(),
            _quoted("string.quoted.double.adql", '"'),
            _quoted("string.quoted.single.adql", "'"),
            {"name": "variable.other.quoted.adql", "match": r"`[^`\n]*`?"},
            {"name": "support.function.adql", "match": rf"(?i)\b(?:{_either(known)})(?=\s*\()"},
            {"name": "constant.language.adql", "match": rf"(?i)\b(?:{_either(_CONSTANTS)})\b(?!\.)"},
            {"name": "keyword.control.adql", "match": rf"(?i)\b(?:{_either(words)})\b(?!\.)"},
            {"name": "variable.other.adql", "match": r"[A-Za-z_]\w*(?:\.\w+)*"},
            *_of_terminals("adql", NUMBER="constant.numeric.adql", DURATION="constant.numeric.duration.adql"),
            *_of_terminals("adql", COMPARE="keyword.operator.comparison.adql"),
            {"name": "keyword.operator.adql", "match": r"[-+*/%]"},
        ],
    )


def _markdown() -> dict[str, Any]:
    """Fenced blocks in Markdown."""
    blocks = [
        {
            "begin": rf"(^|\G)(\s*)(`{{3,}}|~{{3,}})\s*(?i:({language})(?=\s|$))[^`]*$",
            "end": r"(^|\G)(\2|\s{0,3})(\3)\s*$",
            "contentName": f"meta.embedded.block.{language}",
            "name": "markup.fenced_code.block.markdown",
            "patterns": [{"include": f"source.{language}"}],
        }
        for language in ("dql", "adql")
    ]
    return {"scopeName": "markdown.dql.codeblock", "injectionSelector": "L:text.html.markdown", "patterns": blocks}


# ---- pieces ---------------------------------------------------------------------------------------------------------


def _grammar(name: str, scope: str, patterns: list[dict[str, Any]]) -> dict[str, Any]:
    schema = "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json"
    return {"$schema": schema, "name": name, "scopeName": scope, "patterns": patterns}


def _comments() -> list[dict[str, Any]]:
    return [
        {"name": "comment.line.double-slash", "match": r"//.*$"},
        {"name": "comment.block", "begin": r"/\*", "end": r"\*/"},
    ]


def _quoted(name: str, quote: str) -> dict[str, Any]:
    escapes = [{"name": "constant.character.escape", "match": r"\\(?:u\{?[0-9A-Fa-f]+\}?|.)"}]
    return {"name": name, "begin": quote, "end": quote, "patterns": escapes}


def _captures(*names: str) -> dict[str, dict[str, str]]:
    return {str(number): {"name": name} for number, name in enumerate(names, 1)}


def _either(words: Iterable[str]) -> str:
    """One of some words, longer ones first."""
    return "|".join(sorted({re.escape(word) for word in words}, key=lambda word: (-len(word), word)))


def _of_terminals(language: str, **scopes: str) -> list[dict[str, str]]:
    """Terminals of the grammar with what they are."""
    return [{"name": scope, "match": _terminal(language, name)} for name, scope in scopes.items()]


def _terminal(language: str, name: str) -> str:
    """The regular expression of a terminal as TextMate takes it."""
    tables = language_named(language).parser.automaton.tables
    return tables.patterns[tables.terminals.index(name)].replace("(?s:", "(?m:")


def main() -> None:
    """Write the grammars."""
    for name, grammar in grammars().items():
        (FOLDER / name).write_text(json.dumps(grammar, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
