"""Makes a statement of clauses, and reports clauses that are repeated, missing or out of order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.frozen import mutable
from dqlkit.languages.adql.tree import Clause, FromClause, Having, Limit, OrderBy, Query, Select, Since, Where
from dqlkit.languages.syntax.tree import Bad, Expression, Node

if TYPE_CHECKING:
    from dqlkit.languages.syntax.parser import Builder

__all__ = ["Grouping", "statement"]

#: Field of the statement, kind and word of each clause, in order.
_CLAUSES: tuple[tuple[str, type[Clause], str], ...] = (
    ("select", Select, "SELECT"),
    ("source", FromClause, "FROM"),
    ("where", Where, "WHERE"),
    ("since", Since, "SINCE"),
    ("having", Having, "HAVING"),
    ("order", OrderBy, "ORDER BY"),
    ("limit", Limit, "LIMIT"),
)
_PLACE = {kind: place for place, (_, kind, _) in enumerate(_CLAUSES)}


@mutable
class Grouping(Clause):
    """`GROUP BY keys`, which only other languages have. `word` is how it is called there."""

    word: str
    keys: list[Expression]


def statement(builder: Builder, clauses: Sequence[Clause | Bad | None]) -> Query:
    """The clauses as a statement; what is missing, superfluous or out of order is reported."""
    text = builder.text
    ends = [clause.end for clause in clauses if clause is not None]
    starts = [clause.start for clause in clauses if clause is not None]
    query = Query(starts[0] if starts else 0, ends[-1] if ends else len(text))
    for clause in clauses:
        if isinstance(clause, Since) and clause.last is not None:
            _until(builder, query, clause)
        elif isinstance(clause, Clause) and not isinstance(clause, Grouping):
            _place(builder, query, clause)
    _order(builder, [c for c in clauses if isinstance(c, Clause) and any(c is placed for placed in query.clauses())])
    for clause in clauses:
        if isinstance(clause, Grouping):
            _ungroup(builder, query, clause)
    if not any(isinstance(clause, Bad) for clause in clauses):
        _missing(builder, query)
    return query


def _place(builder: Builder, query: Query, clause: Clause) -> None:
    field, _, word = _CLAUSES[_PLACE[type(clause)]]
    if getattr(query, field) is None:
        setattr(query, field, clause)
        return
    helps = {"where": "Join the conditions with `AND`.", "having": "Join the conditions with `AND`."}
    help = helps.get(field, "Keep one of them.")
    builder.error("A001", *_head(clause, word), f"expected one `{word}`, found a second one", help=help)


def _head(clause: Clause, word: str) -> Span:
    return Span(clause.start, clause.start + len(word))


def _until(builder: Builder, query: Query, until: Since) -> None:
    """Give the end of the range to its begin."""
    if query.since is None:
        message = "expected `SINCE` before `UNTIL`, found none"
        builder.error("A001", *_head(until, "UNTIL"), message, help="Write `SINCE 1 h UNTIL 15 m`.")
    elif query.since.last is not None:
        builder.error(
            "A001", *_head(until, "UNTIL"), "expected one `UNTIL`, found a second one", help="Keep one of them."
        )
    else:
        query.since.last, query.since.end = until.last, max(query.since.end, until.end)


def _order(builder: Builder, clauses: Sequence[Clause]) -> None:
    """Report the first clause that stands behind one it belongs before; the fix puts all of them right."""
    places = [_PLACE[type(clause)] for clause in clauses]
    late = next((k for k in range(1, len(places)) if places[k] < max(places[:k])), None)
    if late is None:
        return
    clause, word = clauses[late], _CLAUSES[places[late]][2]
    follows = next(k for k in range(late) if places[k] > places[late])
    before = _CLAUSES[places[follows]][2]
    texts = [builder.text[c.start : c.end] for c in sorted(clauses, key=lambda c: _PLACE[type(c)])]
    whole = Span(clauses[0].start, max(c.end for c in clauses))
    fix = Fix("put the clauses in order", (Edit(whole, " ".join(texts)),))
    words = ", ".join(word for _, _, word in _CLAUSES)
    help = f"The order is {words}."
    builder.error(
        "A003", *_head(clause, word), f"expected `{word}` before `{before}`, found it after", help=help, fix=fix
    )


def _ungroup(builder: Builder, query: Query, grouping: Grouping) -> None:
    """Grouping is implicit: dropping the clause is right where its fields lead the list, else they have to go there."""
    listed = [item.value for item in query.select.items] if query.select else []
    missing = [builder.text[key.start : key.end] for key in grouping.keys if not _selected(builder, key, listed)]
    begin = len(builder.text[: grouping.start].rstrip())
    edits = [Edit(Span(begin, grouping.end), "")]
    if missing and query.select:
        at = query.select.items[0].start
        edits.insert(0, Edit(Span(at, at), ", ".join(missing) + ", "))
    fields = f"Put {', '.join(f'`{name}`' for name in missing)} first in the list and drop" if missing else "Drop"
    help = f"{fields} the clause: the fields of the `SELECT` list that stand before an aggregation group it."
    fix = Fix(f"drop `{grouping.word}`", tuple(edits))
    span = Span(grouping.start, grouping.start + len(grouping.word))
    builder.error("A002", *span, f"expected no `{grouping.word}`, which ADQL does not have", help=help, fix=fix)


def _selected(builder: Builder, key: Node, listed: Sequence[Node]) -> bool:
    return any(
        key == item or builder.text[key.start : key.end] == builder.text[item.start : item.end] for item in listed
    )


def _missing(builder: Builder, query: Query) -> None:
    found = f"`{builder.text.split()[0][:40]}`" if builder.text.strip() else builder.end
    if query.select is None:
        at = query.start
        builder.error("A001", at, at, f"expected `SELECT`, found {found}", help="A query is `SELECT … FROM …`.")
    elif query.source is None:
        at = query.select.end
        builder.error(
            "A001", at, at, "expected `FROM` and an event type, found none", help="Add `FROM` and an event type."
        )
