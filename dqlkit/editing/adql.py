"""Completion in ADQL: clauses, fields, functions and aliases, by the clause that the caret stands in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dqlkit.diagnostics import Span
from dqlkit.editing.caret import MARK, Caret
from dqlkit.editing.describe import signature, summary
from dqlkit.editing.items import Completions, Item, words
from dqlkit.languages.adql.canonical import label
from dqlkit.languages.adql.format import AdqlPrinter
from dqlkit.languages.adql.function import Family
from dqlkit.languages.adql.functions import functions
from dqlkit.languages.adql.parse import FOREIGN
from dqlkit.languages.adql.schema import BUILT_IN_DATES
from dqlkit.languages.adql.tree import Clause, FromClause, Having, OrderBy, Query, Select
from dqlkit.languages.syntax.tree import Binary, Call, Name, Node

__all__ = ["complete"]

#: Words that are written together.
_PHRASES = {"ORDER": "ORDER BY ", "IS": "IS NULL", "IN": "IN (", "BETWEEN": "BETWEEN "}
#: The words of clauses in the order in which they stand.
_CLAUSES = ("SELECT", "FROM", "WHERE", "SINCE", "UNTIL", "HAVING", "ORDER", "LIMIT")
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_UNITS = ("minutes", "hours", "days", "weeks")


def complete(caret: Caret) -> Completions:
    """The offers at the caret."""
    if caret.in_comment:
        return Completions(caret.word, ())
    if caret.in_string:
        return _in_text(caret)
    return Completions(caret.word, tuple(_offers(caret)))


def _in_text(caret: Caret) -> Completions:
    span = Span(caret.token[1].start + 1, caret.offset)
    compared = next((node for node in reversed(caret.path) if isinstance(node, Binary)), None)
    if compared is None or not isinstance(compared.left, Name):
        return Completions(span, ())
    values = caret.draft.known.values(_table(caret), compared.left.name)
    return Completions(span, tuple(words((value for value in values if isinstance(value, str)), "value")))


def _offers(caret: Caret) -> Iterator[Item]:
    clause = next((node for node in caret.path if isinstance(node, Clause)), None)
    before = caret.draft.text[: caret.word.start].upper().split()
    if before[-2:-1] in (["SINCE"], ["UNTIL"]) and before[-1].isdigit():
        yield from words(_UNITS, "value", rank=1)
    elif "NAME" in caret.following and before[-1:] not in (["SINCE"], ["UNTIL"]):
        yield from _values(caret, clause)
    yield from _keywords(caret)


def _keywords(caret: Caret) -> Iterator[Item]:
    """The words of the language that may stand here: of the clauses only those that come next."""
    tables = caret.draft.verbs.parser.automaton.tables
    written = caret.draft.text[: caret.word.start].upper().replace("(", " ").split()
    last = max((at for at, word in enumerate(_CLAUSES) if word in written), default=-1)
    for kind in sorted(set(tables.keywords.values())):
        name = tables.terminals[kind]
        if name not in caret.following or name in FOREIGN or name == "BY":
            continue
        if name in ("ASC", "DESC") and "NAME" in caret.following:  # they are names there
            continue
        if name in _CLAUSES and _CLAUSES.index(name) <= last:
            continue
        if name == "UNTIL" and _CLAUSES[last] != "SINCE":
            continue
        text = _PHRASES.get(name, f"{name} ")
        yield Item(text.strip(" ("), "keyword", text, rank=4 if name in _CLAUSES else 5)
    if "COMPARE" in caret.following:
        yield from (Item(sign, "operator", f"{sign} ", rank=3) for sign in _COMPARISONS)


def _values(caret: Caret, clause: Clause | None) -> Iterator[Item]:
    """Fields and functions; in `FROM` event types, behind groups the columns that there are."""
    if isinstance(clause, FromClause):
        yield from words(caret.draft.known.tables, "table", rank=1)
        return
    if isinstance(clause, (Having, OrderBy)):
        yield from _columns(caret)
    if not isinstance(clause, Having):
        yield from _fields(caret)
    if clause is None and caret.draft.part == "query":
        return
    inside = any(isinstance(node, Call) for node in caret.path)
    families: Sequence[Family] = ("metric", "bucket", "scalar") if isinstance(clause, Select) else ("scalar",)
    if inside:
        families = ("metric", "scalar") if _takes_metric(caret.path) else ("scalar",)
    for function in functions().values():
        if function.family in families:
            text = f"{function.name}()"
            yield Item(function.name, "function", text, signature(function), summary(function), back=1, rank=3)
    if "STAR" in caret.following and isinstance(clause, Select):
        yield Item("*", "value", rank=6)


def _takes_metric(path: Sequence[Node]) -> bool:
    """Whether the call around the caret is one of a metric."""
    call = next(node for node in reversed(path) if isinstance(node, Call))
    declared = functions().get(call.function.name.lower())
    return declared is not None and declared.measures_metric


def _fields(caret: Caret) -> Iterator[Item]:
    """The fields of the event type, those that every one has, and those that the text names."""
    schema = caret.draft.known.tables.get(_table(caret))
    kinds = dict.fromkeys(BUILT_IN_DATES, "date") if schema is None else {n: str(k) for n, k in schema.fields.items()}
    met = (f.name for f in caret.marked.references if f.kind == "field" and not f.defines and MARK not in f.name)
    kinds = {**dict.fromkeys(met, "named in the query"), **kinds}
    for name, detail in kinds.items():
        text = ".".join(AdqlPrinter().spelled_name(part) for part in name.split("."))
        yield Item(name, "field", text, detail, rank=1)


def _columns(caret: Caret) -> Iterator[Item]:
    """The columns of the list: aliases, and fields by their names."""
    tree = caret.marked.parsed.tree
    items = tree.select.items if isinstance(tree, Query) and tree.select else []
    for item in items:
        name = item.alias.name if item.alias else label(item.value)
        if MARK not in name:
            yield Item(name, "field", detail="a column of the list", rank=0)


def _table(caret: Caret) -> str:
    tree = caret.marked.parsed.tree
    return tree.source.event_type.name if isinstance(tree, Query) and tree.source else ""
