"""Parse tables of a `.lark` grammar, computed by Lark once and stored.

A first use leaves them in the user's cache folder, where a later one finds them.

Nothing here imports Lark unless tables have to be built, nor what takes long to import.
"""

from __future__ import annotations

import os
import re
from typing import Any

from dqlkit.kept import kept

__all__ = ["END", "Tables", "build", "find_grammar", "load"]

END = "$END"
_FORMAT = 7
_KEYWORDS = r"(?i)[a-z_]+(?:\|[a-z_]+)*"
_IMPORT = r"(?m)^%import\s+\.(\w+)"


class Tables:
    """A grammar as an LALR automaton. Terminals are numbered in scanning order, ignored ones first, `END` last;
    nonterminals from 1.

    terminals  their names
    patterns   the regular expression of each, "" for words, keywords, `END` and declared ones
    ignored    how many of the first terminals are skipped
    words      fixed texts and the terminal of each
    keywords   the same for words, in lower case: a terminal of one word, or of words between `|`. Words are read by the
               terminal for names, whatever Lark's own scanner would do, and are keywords in any letter case
    rules      (nonterminal, length, builder); builder "" passes the only child on
    actions    for each state {terminal: next state, or -1 - rule}
    gotos      for each state {nonterminal: next state}
    starts     the first state of each start rule
    """

    __slots__ = ("actions", "gotos", "ignored", "keywords", "patterns", "rules", "starts", "terminals", "words")

    terminals: list[str]
    patterns: list[str]
    ignored: int
    words: dict[str, int]
    keywords: dict[str, int]
    rules: list[tuple[int, int, str]]
    actions: list[dict[int, int]]
    gotos: list[dict[int, int]]
    starts: dict[str, int]

    def __init__(self, data: dict[str, Any]) -> None:
        for name in self.__slots__:
            setattr(self, name, data[name])

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def find_grammar(name: str) -> str:
    """The path of `name.lark`: inside the installed package, else beside it in a source tree."""
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for folder in (package, os.path.dirname(package)):
        if os.path.isfile(path := os.path.join(folder, "grammars", f"{name}.lark")):
            return path
    raise FileNotFoundError(f"no grammars/{name}.lark in {package} or beside it")


def load(name: str, starts: tuple[str, ...]) -> Tables:
    """The tables of grammar `name`: the kept ones where they fit its present text, else built and kept."""
    path = find_grammar(name)
    return Tables(kept(name, _source(path, starts), lambda: build(path, starts).to_dict()))


def _source(path: str, starts: tuple[str, ...]) -> str:
    """What the tables depend on, as one text: their format, the start rules, the grammar and what it imports."""
    text = _text(path)
    imported = [os.path.join(os.path.dirname(path), f"{name}.lark") for name in sorted({*re.findall(_IMPORT, text)})]
    return "\n".join([f"// {_FORMAT} {' '.join(starts)}", text, *map(_text, imported)])


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def build(path: str, starts: tuple[str, ...]) -> Tables:
    """Let Lark read the grammar and compute its LALR(1) automaton; number everything."""
    from lark import Lark

    lark = Lark.open(path, parser="lalr", lexer="basic", start=list(starts), maybe_placeholders=False)
    table: Any = lark.parser.parser._parse_table
    definitions = _scanning_order(lark)
    names = [definition.name for definition in definitions]
    declared = sorted({name for row in table.states.values() for name in row if name.isupper()} - {*names})
    terminals = [*names, *declared, END]
    number = {name: index for index, name in enumerate(terminals)}
    number |= {name: index for index, name in enumerate(sorted({rule.origin.name for rule in lark.rules}), start=1)}
    rules = {rule: index for index, rule in enumerate(lark.rules)}
    states = {state: index for index, state in enumerate(table.states)}
    rows = [_row(row, number, rules, states) for row in table.states.values()]
    for state in table.end_states.values():
        rows[states[state]][0].append((number[END], states[state]))  # Lark stops here; our loop reads the end
    keywords = {
        d.name: d.pattern.value.lower().split("|") for d in definitions if re.fullmatch(_KEYWORDS, d.pattern.value)
    }
    words = {d.name: d.pattern.value for d in definitions if d.pattern.type == "str" and d.name not in keywords}
    patterns = {d.name: d.pattern.to_regexp() for d in definitions if d.name not in keywords and d.name not in words}
    return Tables(
        {
            "terminals": [str(name) for name in terminals],
            "patterns": [str(patterns.get(name, "")) for name in terminals],
            "ignored": len(lark.ignore_tokens),
            "words": {str(text): number[name] for name, text in words.items()},
            "keywords": {str(text): number[name] for name, texts in keywords.items() for text in texts},
            "rules": [_rule(rule, number) for rule in lark.rules],
            "actions": [dict(actions) for actions, _ in rows],
            "gotos": [dict(gotos) for _, gotos in rows],
            "starts": {str(name): states[state] for name, state in table.start_states.items()},
        }
    )


def _scanning_order(lark: Any) -> list[Any]:
    """Ignored terminals first, so that they are recognised by number; then Lark's own order: priority, then length."""

    def key(terminal: Any) -> tuple[bool, int, int, int, str]:
        skipped = terminal.name in lark.ignore_tokens
        return not skipped, -terminal.priority, -terminal.pattern.max_width, -len(terminal.pattern.value), terminal.name

    return sorted(lark.terminals, key=key)


def _rule(rule: Any, number: dict[str, int]) -> tuple[int, int, str]:
    """A rule by its alias, else its name; `?rule` with a single child builds nothing."""
    if rule.origin.name.startswith("_"):
        raise ValueError(f"{rule.origin.name}: repetition is written with a template rule, not with `*` or `+`")
    silent = rule.options.expand1 and len(rule.expansion) == 1 and not rule.alias
    builder = "" if silent else rule.alias or rule.options.template_source or rule.origin.name
    return number[rule.origin.name], len(rule.expansion), str(builder)


_Row = list[tuple[int, int]]


def _row(
    row: dict[str, Any], number: dict[str, int], rules: dict[Any, int], states: dict[Any, int]
) -> tuple[_Row, _Row]:
    """Lark's row of a state as (actions, gotos)."""
    actions: _Row = []
    gotos: _Row = []
    for name, (action, argument) in row.items():
        if action.name == "Reduce":
            actions.append((number[name], -1 - rules[argument]))
        else:
            (actions if name.isupper() or name == END else gotos).append((number[name], states[argument]))
    return actions, gotos
