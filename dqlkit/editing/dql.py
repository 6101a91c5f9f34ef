"""Completion in DQL: what may stand at the caret, by the command, parameter or function that it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from dqlkit.diagnostics import Span
from dqlkit.editing import dpl
from dqlkit.editing.caret import MARK, Caret
from dqlkit.editing.describe import piece, signature, summary
from dqlkit.editing.expected import Owner, expected, owner_of
from dqlkit.editing.functions import aggregations, scalars
from dqlkit.editing.items import Completions, Item, words
from dqlkit.editing.place import Place, spelled
from dqlkit.frozen import mutable, replace
from dqlkit.functions import Function, family
from dqlkit.functions.signature import Kind, Parameter
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.objects import FETCHED, data_object
from dqlkit.languages.dql.series import METRIC, SERIES
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Argument, Call, Group, Index, Name
from dqlkit.types.text import text_of
from dqlkit.types.units import MONTHS
from dqlkit.types.values import type_of

__all__ = ["complete"]

#: The units that are offered behind a number: the short spelling of each.
_UNITS = ("ns", "us", "ms", "s", "m", "h", "d", "w", *MONTHS)
_LENGTHS = ("1m", "5m", "10m", "1h", "1d")
_FETCHED = tuple(name for name in FETCHED if not data_object(name).deprecated)
#: Where data holds the keys of metrics.
_KEYS = ("metrics", "metric.key")
_MOMENTS = ("now()", "-15m", "-2h", "-24h", "-7d", "-30d", "@d")


def complete(caret: Caret) -> Completions:
    """The offers at the caret."""
    if caret.in_comment:
        return Completions(caret.word, ())
    if caret.in_string:
        return _in_text(Place(caret))
    return Completions(caret.word, tuple(_Offers(Place(caret)).all()))


def _in_text(place: Place) -> Completions:
    """Inside of quotes: matchers of a pattern, the words of an enumeration, values of the field it is compared with."""
    caret, (_, span, piece) = place.caret, place.caret.token
    quote = 3 if piece.startswith('"""') else 1
    whole = isinstance(place.above, Argument)
    kind = place.owner.parameter.kind if place.owner and place.owner.parameter else Kind()
    if whole and kind.role in ("pattern", "nameless pattern"):
        return dpl.complete(piece[quote : caret.offset - span.start]).behind(caret.offset)
    values = kind.options if whole and kind.options else (value for value in place.values if isinstance(value, str))
    return Completions(Span(span.start + quote, caret.offset), tuple(words(values, "value")))


@mutable(slots=False)
class _Offers:
    """What is offered outside of quotes."""

    place: Place

    def all(self) -> Iterable[Item]:
        place, written = self.place, self.place.caret.written
        if written[:1] == "$":
            return words((f"${name}" for name in place.variables), "variable")
        if written[:1] == "@" or written[:1].isdigit():
            return _units(written)
        if "NAME" not in place.caret.following:
            return self._behind_value()
        above = place.above
        if isinstance(above, Command) and above.name is place.path[-1]:
            return self._commands(above)
        if place.owner is not None:
            return self._in_arguments(place.owner)
        return self._expression(Kind(frozenset({"boolean"}))) if place.path else ()

    def _commands(self, node: Command) -> Iterator[Item]:
        """At the beginning of a query those that read a table, behind a pipe the others; in a piece of a query that is still
        empty both, since nothing tells whether it becomes one."""
        pipeline = self.place.pipelines[-1]
        piece = len(self.place.pipelines) == 1 and self.place.caret.draft.part == "stages"
        first = node is pipeline.commands[0] and not pipeline.leading_pipe
        wanted = {True, False} if piece and first and len(pipeline.commands) == 1 else {first and not piece}
        for command in commands.commands().values():
            if command.starting in wanted:
                yield Item(command.name, "command", f"{command.name} ", signature(command), summary(command), rank=3)

    def _behind_value(self) -> Iterator[Item]:
        """Operators, directions and the pipe, as far as they may stand here."""
        following = self.place.caret.following
        before = _before(self.place.caret)
        if "COMPARE" in following and (
            before is None or before.kind.role not in _ROLES or before.kind.role in _COMPUTED
        ):
            for function in family("operator").values():
                if function.symbol and (len(function.signature.parameters) == 2 or function.symbol == "@"):
                    text = function.symbol if function.symbol == "@" else f"{function.symbol} "
                    yield Item(function.symbol, "operator", text, documentation=summary(function))
        if "ASC" in following and before is not None and before.kind.sortable:
            yield from words(("asc", "desc"), rank=1)
        if "VBAR" in following:
            yield Item("|", "operator", "| ", documentation="The next command.", rank=3)

    # ---- arguments ----------------------------------------------------------------------------------------------

    def _in_arguments(self, owner: Owner) -> Iterator[Item]:
        above, word = self.place.above, self.place.path[-1]
        argument = above if isinstance(above, Argument) else None
        metric = self._metric(owner)
        if argument is not None and argument.name is word:
            yield from _parameters(owner, colon=False)
            return
        if argument is not None and argument.alias is word:
            return
        if argument is not None and not argument.name and not argument.alias and argument in owner.node.arguments:
            yield from _parameters(owner, colon=True)
            yield from (Item(name, "parameter", f"{name}: ", rank=3) for name in metric)
        if isinstance(above, Index) and above.index is word:
            yield from self.place.members(above)
        elif metric == METRIC and self._whole:
            yield from self._metrics()
        elif owner.parameter is None:
            yield from self._expression(Kind()) if owner.declared is None else ()
        elif isinstance(owner.declared, Function):
            yield from self._expression(owner.parameter.kind)
        else:
            yield from _ROLES.get(owner.parameter.kind.role, _Offers._expression)(self, owner.parameter.kind)

    def _metric(self, owner: Owner) -> tuple[str, ...]:
        """The parameters that an aggregation takes besides its own, because it fills a time series."""
        if not isinstance(owner.declared, Function) or owner.declared.family != "aggregation":
            return ()
        outer = owner_of(self.place.path[: next(n for n, at in enumerate(self.place.path) if at is owner.node) + 1])
        role = outer.parameter.kind.role if outer and outer.parameter else ""
        return {"series": SERIES, "metric": METRIC}.get(role, ())

    @property
    def _whole(self) -> bool:
        """Whether what stands at the caret is all of a value, and no operand."""
        return all(isinstance(node, (Argument, Group, Name)) for node in self.place.within)

    def _groups(self, kind: Kind) -> Iterator[Item]:
        """Where records are aggregated. Within an aggregation stand values of the records."""
        if not any(isinstance(node, Call) for node in self.place.within):
            yield from aggregations(metrics=kind.role == "metric", series=kind.role != "aggregated")
        if kind.role == "aggregated":
            yield from self._expression(kind)

    def _choice(self, kind: Kind) -> Iterator[Item]:
        yield from words(kind.options, "value")

    def _tables(self, kind: Kind) -> Iterator[Item]:
        """Tables that are known; where no path is wanted, those that the service has as well."""
        paths = kind.reads is not None
        known = [name for name in self.place.caret.draft.known.tables if name.startswith("/") == paths]
        for name in dict.fromkeys((*known, *(() if paths else _FETCHED))):
            yield Item(name, "table", f'"{name}"' if paths else spelled(name), rank=1 if name in known else 2)
        yield from _texts(rank=4)

    def _block(self, kind: Kind) -> Iterator[Item]:
        yield Item("[ … ]", "value", "[  ]", documentation="A sub-query.", back=2)

    def _pattern(self, kind: Kind) -> Iterator[Item]:
        yield from _texts()
        yield from scalars({"string"})

    def _name(self, kind: Kind) -> Iterator[Item]:
        yield from self.place.fields()

    def _constant(self, kind: Kind) -> Iterator[Item]:
        """Values that depend on no record."""
        if not self._whole:
            wanted = self._expected(kind)
            yield from words(_LENGTHS if "duration" in wanted else (), "value", rank=1)
            yield from scalars(wanted)
            return
        if "boolean" in kind.types:
            yield from words(("true", "false"), "value", rank=1)
        frequent = (value for value in self.place.values if not kind.types or type_of(value).name in kind.types)
        yield from words(map(_literal, frequent), "value", rank=0)
        if "timestamp" in kind.types:
            yield from words(_MOMENTS, "value", rank=1)
        elif "duration" in kind.types:
            yield from words(_LENGTHS, "value", rank=1)
        yield from words((f'"{option}"' for option in kind.options), "value", rank=1)
        if kind.options:  # nothing else is taken
            return
        if kind.types == {"string"}:
            yield from _texts()
        if kind.role == "constant":
            yield from scalars(kind.types)
            yield from words((f"${name}" for name in self.place.variables), "variable")

    # ---- expressions --------------------------------------------------------------------------------------------

    def _expected(self, kind: Kind) -> frozenset[str]:
        return expected(self.place.path, self.place.owner) if self.place.owner else kind.types

    def _expression(self, kind: Kind) -> Iterator[Item]:
        wanted = self._expected(kind)
        parameter = self.place.owner.parameter if self.place.owner else None
        if kind.role == "constant" or (self._whole and parameter is not None and isinstance(parameter.default, bool)):
            yield from self._constant(replace(kind, types=wanted))
            return
        yield from words((f'"{option}"' for option in kind.options), "value", rank=1)
        yield from words((_literal(value) for value in self.place.values), "value", rank=0)
        yield from self.place.fields(() if "boolean" in wanted else wanted)  # any field may begin a comparison
        if "duration" in wanted and self._whole:
            yield from words(_LENGTHS, "value", rank=2)
        if not wanted or "boolean" in wanted:
            yield from words(("true", "false"), "value", rank=6)
            yield Item("not", "keyword", "not ", rank=6)
        if not wanted:
            yield from words(("null",), "value", rank=6)
        if kind.role in ("pattern", "nameless pattern"):
            yield from _texts()
        yield from scalars(wanted)
        yield from words((f"${name}" for name in self.place.variables), "variable")

    def _metrics(self) -> Iterator[Item]:
        """Keys of metrics: those of the data, and those that the text names."""
        known = (value for value in self.place.caret.draft.known.values(*_KEYS) if isinstance(value, str))
        met = (one.name for one in self.place.caret.marked.references if one.kind == "metric" and MARK not in one.name)
        yield from (Item(key, "metric", spelled(key), rank=1) for key in dict.fromkeys((*known, *met)))


def _parameters(owner: Owner, colon: bool) -> Iterator[Item]:
    """The parameters that have names and are not given yet, nor excluded by those that are."""
    if owner.declared is None:
        return
    pairs = owner.declared.excludes if not isinstance(owner.declared, Function) else ()
    taken = owner.given.union(*(pair for pair in pairs if owner.given.intersection(pair)))
    for one in owner.declared.signature.parameters:
        if one.named and one.name not in taken:
            text = one.name if not colon else f"{one.name}: {{}}" if one.kind.many else f"{one.name}: "
            about, back = piece(owner.declared, one), int(colon and one.kind.many)
            yield Item(one.name, "parameter", text, about.shown, about.takes, back, rank=3)


def _before(caret: Caret) -> Parameter | None:
    """The parameter that the value before the caret is given to."""
    end = len(caret.draft.text[: caret.word.start].rstrip())
    previous = Caret(caret.draft, end)
    owner = owner_of(previous.path) if previous.path else None
    return owner.parameter if owner else None


def _units(written: str) -> list[Item]:
    """Durations of so many units; units to align to behind `@`."""
    digits = written.rstrip("abcdefghijklmnopqrstuvwxyzM")
    return [Item(f"{digits}{unit}", "value", rank=rank) for rank, unit in enumerate(_UNITS)]


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else text_of(value) or "null"


def _texts(rank: int = 2) -> list[Item]:
    return [
        Item('""', "value", back=1, rank=rank),
        Item('""""""', "value", documentation="A text without escapes.", back=3, rank=rank),
    ]


#: Roles of parameters whose values are expressions.
_COMPUTED = ("aggregated", "series", "metric", "constant", "plain")

_ROLES: Mapping[str, Callable[[_Offers, Kind], Iterator[Item]]] = {
    "aggregated": _Offers._groups,
    "series": _Offers._groups,
    "metric": _Offers._groups,
    "choice": _Offers._choice,
    "table": _Offers._tables,
    "block": _Offers._block,
    "pattern": _Offers._pattern,
    "name": _Offers._name,
    "names pattern": _Offers._name,
    "renamed": _Offers._name,
    "on": _Offers._name,
    "constant": _Offers._constant,
    "plain": _Offers._constant,
}
