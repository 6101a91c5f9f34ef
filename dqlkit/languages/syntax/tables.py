"""From a `.lark` file to parse tables, computed by Lark once and stored.

The tables are plain data (`Tables`), so they are kept as JSON: reading a stale, broken or foreign file can at worst
fail, and then they are built again. A stored file holds the very grammar it was made from and is used for no other.
They are looked for beside the grammar (where a build put them) and in the user's cache folder, which is also where a
first use leaves them; where nothing can be written, every process builds its own.

Nothing here imports Lark unless tables have to be built.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["END", "Tables", "build", "find_grammar", "load", "store"]

END = "$END"
_FORMAT = 4
_KEYWORDS = re.compile(r"[a-z_]+(?:\|[a-z_]+)*", re.IGNORECASE)
_IMPORT = re.compile(r"^%import\s+\.(\w+)", re.MULTILINE)


@dataclass(slots=True)
class Tables:
    """A grammar as an LALR automaton. Terminals are numbered in scanning order, ignored ones first, `END` last.

    terminals  names; `patterns` the regular expression of each, "" for words, `END` and declared ones
    ignored    how many of the first terminals are skipped
    words      fixed texts and the terminal of each
    keywords   the same for words, in lower case: a terminal of one word, or of words between `|`. Words are read by the
               terminal for names, whatever Lark's own scanner would do, and are keywords in any letter case
    rules      (nonterminal, length, builder); builder "" passes the only child on
    states     for each state {terminal: next state, or -1 - rule} and {nonterminal: next state}
    starts     the first state of each start rule
    """

    source: str
    terminals: list[str]
    patterns: list[str]
    ignored: int
    words: dict[str, int]
    keywords: dict[str, int]
    nonterminals: list[str]
    rules: list[tuple[int, int, str]]
    actions: list[dict[int, int]]
    gotos: list[dict[int, int]]
    starts: dict[str, int]


def find_grammar(name: str) -> Path:
    """The path of `name.lark`: inside the installed package, else beside it in a source tree."""
    package = Path(__file__).parents[2]
    for folder in (package / "grammars", package.parent / "grammars"):
        if (path := folder / f"{name}.lark").is_file():
            return path
    raise FileNotFoundError(f"no grammar {name}.lark in {package} or beside it")


def load(name: str, starts: tuple[str, ...]) -> Tables:
    """The tables of grammar `name`: the stored ones where they fit its present text, else built and stored."""
    path = find_grammar(name)
    source = _source(path, starts)
    for stored in _places(path):
        if tables := _read(stored, source):
            return tables
    tables = build(path, source, starts)
    store(tables, _cache_folder() / f"{name}.tables.json")
    return tables


def store(tables: Tables, path: Path) -> None:
    """Write the tables; another process never sees half a file. A place that cannot be written is no error."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}")
        half.write_text(json.dumps(asdict(tables), separators=(",", ":")), encoding="utf-8")
        half.replace(path)


def _source(path: Path, starts: tuple[str, ...]) -> str:
    """What the tables depend on, as one text: their format, the start rules, the grammar and what it imports."""
    text = path.read_text(encoding="utf-8")
    parts = [f"// {_FORMAT} {' '.join(starts)}", text]
    parts += [path.with_name(f"{name}.lark").read_text(encoding="utf-8") for name in sorted({*_IMPORT.findall(text)})]
    return "\n".join(parts)


def _places(path: Path) -> Iterator[Path]:
    yield path.with_suffix(".tables.json")
    yield _cache_folder() / f"{path.stem}.tables.json"


def _cache_folder() -> Path:
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        root = "~/Library/Caches"
    else:
        root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(root).expanduser() / "dqlkit"


def _read(path: Path, source: str) -> Tables | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["source"] != source:
            return None
        for key in ("actions", "gotos"):
            data[key] = [{int(symbol): target for symbol, target in row.items()} for row in data[key]]
        return Tables(**data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def build(path: Path, source: str, starts: tuple[str, ...]) -> Tables:
    """Let Lark read the grammar and compute its LALR(1) automaton; number everything."""
    from lark import Lark

    lark = Lark.open(str(path), parser="lalr", lexer="basic", start=list(starts), maybe_placeholders=False)
    table: Any = lark.parser.parser._parse_table
    definitions = _scanning_order(lark)
    used = {name for row in table.states.values() for name in row if name.isupper() or name == END}
    declared = sorted(used - {t.name for t in definitions} - {END})
    terminals = [*(t.name for t in definitions), *declared, END]
    number = {name: index for index, name in enumerate(terminals)}
    nonterminals = sorted({rule.origin.name for rule in lark.rules})
    number |= {name: index for index, name in enumerate(nonterminals, start=1)}
    rules = {rule: index for index, rule in enumerate(lark.rules)}
    state_number = {state: index for index, state in enumerate(table.states)}
    states = [_row(row, number, rules, state_number) for row in table.states.values()]
    keywords = {t: t.pattern.value.lower().split("|") for t in definitions if _KEYWORDS.fullmatch(t.pattern.value)}
    for state in table.end_states.values():
        states[state_number[state]][0][number[END]] = state_number[state]  # Lark stops here; our loop reads the end
    words = {t: t.pattern.value for t in definitions if t.pattern.type == "str" and t not in keywords}
    return Tables(
        source=source,
        terminals=terminals,
        patterns=["" if t in words or t in keywords else t.pattern.to_regexp() for t in definitions]
        + [""] * (len(declared) + 1),
        ignored=len(lark.ignore_tokens),
        words={text: number[t.name] for t, text in words.items()},
        keywords={text: number[t.name] for t, texts in keywords.items() for text in texts},
        nonterminals=nonterminals,
        rules=[_rule(rule, number) for rule in lark.rules],
        actions=[actions for actions, _ in states],
        gotos=[gotos for _, gotos in states],
        starts={name: state_number[state] for name, state in table.start_states.items()},
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
    return number[rule.origin.name], len(rule.expansion), builder


def _row(
    row: dict[str, Any], number: dict[str, int], rules: dict[Any, int], states: dict[Any, int]
) -> tuple[dict[int, int], dict[int, int]]:
    actions: dict[int, int] = {}
    gotos: dict[int, int] = {}
    for name, (action, argument) in row.items():
        if action.name == "Reduce":
            actions[number[name]] = -1 - rules[argument]
        else:
            (actions if name.isupper() or name == END else gotos)[number[name]] = states[argument]
    return actions, gotos
