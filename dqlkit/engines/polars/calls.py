"""How one call of a function becomes a Polars expression.

Tried in this order: a call that can only be null becomes null; a call of constants becomes its value; a lowering for
the argument types; for variant arguments one lowering per type they may have, merged into one column (for an aggregation
one per family of types, for the groups of that family); and last the body itself, row by row, which is always correct
and which `explain` names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any

import polars as pl

from dqlkit.engines.polars.arguments import Given, held, rowwise, types_of
from dqlkit.engines.polars.bodies import over_records, per_group
from dqlkit.engines.polars.by_types import by_types
from dqlkit.engines.polars.checked import CHECKED, check_call
from dqlkit.engines.polars.extras import EXTRAS
from dqlkit.engines.polars.typed import Typed, constant, in_batches, is_kind, narrow, promote
from dqlkit.frozen import field, mutable
from dqlkit.functions.context import Context
from dqlkit.functions.function import ABSENT, Function, Lowering, fits, known
from dqlkit.functions.signature import Parameter
from dqlkit.types.kinds import ANY, BOOLEAN, DOUBLE, LONG, NULL, Array, Type, Variant, members
from dqlkit.types.values import Value

__all__ = ["Calls", "Given"]

_CONDITION = frozenset({"boolean"})
#: A call that reads columns more often than this is compiled over arguments that are computed before.
_MOST_READS = 64
#: More combinations of types than this run row by row: the expression would outgrow what it saves.
_MOST_CASES = 9


@mutable
class Calls:
    """Compiles calls; `row_by_row` collects the functions that found no lowering, for `explain`."""

    context: Context
    row_by_row: dict[str, str] = field(default_factory=dict)
    grouped: bool = True
    """Whether aggregations may be of many groups of records."""
    many_texts: frozenset[str] = frozenset()
    """Columns of many different texts."""

    def compile(self, function: Function[..., Any], given: Sequence[Given]) -> Typed:
        """The column of a call; an aggregation yields an expression for `agg`."""
        if CHECKED:
            check_call(function, given, lambda given: self._compiled(function, given))
        typed = self._compiled(function, given)
        if function.family == "aggregation" or len(typed.expression.meta.root_names()) <= _MOST_READS:
            return typed
        return self._over_held(function, given)

    def _over_held(self, function: Function[..., Any], given: Sequence[Given]) -> Typed:
        """The call over its arguments as columns of their own, which are computed once.

        A lowering may name an argument several times, so that nested calls would grow exponentially.
        """
        given, columns = held(given)
        typed = self._compiled(function, given)

        def run(arguments: pl.Series) -> pl.Series:
            return arguments.struct.unnest().select(typed.expression.alias("value")).to_series()

        arguments = pl.struct(column.expression.alias(name) for name, column in columns.items())
        return Typed(in_batches(arguments, run, typed.kind), typed.kind)

    def _compiled(self, function: Function[..., Any], given: Sequence[Given]) -> Typed:
        return self._on_columns(function, given) or self._by_body(function, given)

    def _on_columns(self, function: Function[..., Any], given: Sequence[Given]) -> Typed | None:
        """The column of a call that needs no body for each record; None for any other."""
        result = _result(function, given)
        if result == NULL:
            return constant(None, NULL)
        if function.family != "aggregation" and not function.volatile and all(map(_is_constant, given)):
            return constant(self._evaluate(function, [_constant(one) for one in given]), result)
        if _gets_only_nulls(function, given):
            return constant(function.aggregate([_emptied(one) for one in given], 0, self.context), result)
        if (
            function.family == "aggregation"
            and function.nulls == "null"
            and function.never_fits(list(map(types_of, given)))
        ):
            return self._empty_result(function, given, result)
        given = _ready(function, given)
        lowered = self._lowered(function, given, result)
        if lowered is None and function.family == "aggregation" and result in (DOUBLE, Array(DOUBLE)):
            given = list(map(_as_doubles, given))
            lowered = self._lowered(function, given, result)
        if lowered is None:
            by = self._by_families if function.family == "aggregation" else self._by_cases
            lowered = by(function, given, result)
        return None if lowered is None else Typed(lowered, result)

    def _empty_result(self, function: Function[..., Any], given: Sequence[Given], result: Type) -> Typed:
        """An aggregation whose arguments never fit: its result for an empty group where a group has no values, else
        null."""
        empty = pl.all_horizontal(column.expression.is_null().all() for column in rowwise(function, given))
        value = constant(function.empty_result(list(map(types_of, given))), result)
        return Typed(pl.when(empty).then(value.expression), result)

    # ---- lowerings ----------------------------------------------------------------------------------------------

    def _lowered(self, function: Function[..., Any], given: Sequence[Given], result: Type) -> pl.Expr | None:
        for lowering in function.lowerings:
            if all(
                _holds(function, lowering, p, one) for p, one in zip(function.signature.parameters, given, strict=True)
            ):
                built = self._build(function, lowering, given, result)
                if built is not None:
                    return built.cast(pl.Int64) if result == LONG else built
        return None

    def _build(
        self, function: Function[..., Any], lowering: Lowering, given: Sequence[Given], result: Type
    ) -> pl.Expr | None:
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for parameter, one in zip(function.signature.parameters, given, strict=True):
            as_value = lowering.where.get(parameter.python) is known
            if isinstance(one, tuple):
                positional.extend(_handed(item, as_value) for item in one)
                continue
            handed = parameter.default if one is None else _handed(one, as_value)
            if parameter.named:
                named[parameter.python] = handed
            else:
                positional.append(handed)
        extras = {name: EXTRAS[name](self, function, given, result) for name in lowering.wants}
        built: pl.Expr | None = lowering.build(*positional, **named, **extras)
        return built

    def _by_cases(self, function: Function[..., Any], given: Sequence[Given], result: Type) -> pl.Expr | None:
        """Variant arguments taken apart: one lowering per combination of types, each where those types are."""
        split = [_options(function, p, one) for p, one in zip(function.signature.parameters, given, strict=True)]
        cases = list(product(*split))
        if function.nulls == "see" or len(cases) > _MOST_CASES or all(o == [None] for o in split):
            return None
        whole: pl.Expr | None = None
        for case in cases:
            narrowed = list(map(_narrowed, given, case))
            kind = _result(function, narrowed)
            if kind == NULL:
                continue
            column = self._lowered(function, narrowed, kind)
            if column is None:
                return None
            column = promote(Typed(column, kind), result).expression
            whole = column if whole is None else pl.coalesce(whole, column)
        return whole

    def _by_families(self, function: Function[..., Any], given: Sequence[Given], result: Type) -> pl.Expr | None:
        """An aggregation of values of several types: one lowering for numbers and one for each other type, each for the
        groups that hold nothing else. A group of types that do not go together has no result."""
        mixed = _mixed_values(function, given)
        if mixed is None:
            return None
        position, families = mixed
        values = given[position]
        assert isinstance(values, Typed)
        present, whole = values.expression.count(), []
        for kinds in families:
            held = pl.any_horizontal(is_kind(values.expression, kind) for kind in kinds)
            column = Typed(pl.when(held).then(values.expression), Variant(kinds))
            column = narrow(column, kinds[0]) if len(kinds) == 1 else column
            made = self._on_columns(function, [*given[:position], column, *given[position + 1 :]])
            if made is None:
                return None
            whole.append(pl.when(held.sum() == present).then(promote(made, result).expression))
        return pl.coalesce(whole)

    def note_row_by_row(self, function: Function[..., Any], given: Sequence[Given]) -> None:
        """Record for `explain` that a function runs row by row."""
        self.row_by_row[function.name] = ", ".join(str(types_of(one)) for one in given if one is not None)

    # ---- the body -----------------------------------------------------------------------------------------------

    def _by_body(self, function: Function[..., Any], given: Sequence[Given]) -> Typed:
        """The body over Python values: per record, or per group for an aggregation. Values of any type are first looked
        at batch by batch: for those of most types there may be a lowering."""
        result, given = _result(function, given), _ready(function, given)
        if function.family == "aggregation":
            self.note_row_by_row(function, given)
            return Typed(per_group(function, given, result, self.context), result)
        columns = held(given)[1]
        if not columns and not function.volatile:
            return constant(self._evaluate(function, [_constant(one) for one in given]), result)
        body = over_records(function, given, result, self.context)
        mixed = by_types(given, result, partial(self._on_columns, function))
        if mixed is not None:
            return Typed(mixed.expression(body), result)
        self.note_row_by_row(function, given)
        arguments = pl.struct(typed.expression.alias(name) for name, typed in columns.items())
        return Typed(in_batches(arguments, lambda batch: body(batch.struct.unnest().get_columns()), result), result)

    def _evaluate(self, function: Function[..., Any], arguments: Sequence[Value]) -> Value:
        return function.evaluate(arguments, self.context)


def _result(function: Function[..., Any], given: Sequence[Given]) -> Type:
    constants = [one.constant if isinstance(one, Typed) and one.is_constant else ABSENT for one in given]
    return function.result([types_of(one) for one in given], constants)


def _is_constant(one: Given) -> bool:
    if isinstance(one, tuple):
        return all(item.is_constant for item in one)
    return not isinstance(one, Typed) or one.is_constant


def _constant(one: Given) -> Value:
    if isinstance(one, tuple):
        return [item.constant for item in one]
    return ABSENT if one is None else one.constant


def _ready(function: Function[..., Any], given: Sequence[Given]) -> list[Given]:
    """Arguments as a lowering takes them."""
    return list(_promoted(function, _unwrapped(given) if function.unwraps else given))


def _unwrapped(given: Sequence[Given]) -> list[Given]:
    """Arrays as their first elements."""
    return [
        Typed(one.expression.list.get(0, null_on_oob=True), one.kind.element)
        if isinstance(one, Typed) and isinstance(one.kind, Array)
        else one
        for one in given
    ]


def _gets_only_nulls(function: Function[..., Any], given: Sequence[Given]) -> bool:
    """Whether an aggregation that skips nulls gets only nulls."""
    nulls = any(isinstance(one, Typed) and one.kind == NULL for one in given)
    return function.family == "aggregation" and function.nulls == "null" and nulls


def _as_doubles(one: Given) -> Given:
    """Cast a column of longs and doubles to doubles, for functions whose result is a double in any case."""
    if not isinstance(one, Typed) or set(members(one.kind)) != {LONG, DOUBLE}:
        return one
    longs = narrow(one, LONG).expression.cast(pl.Float64)
    return Typed(pl.coalesce(longs, narrow(one, DOUBLE).expression), DOUBLE)


def _emptied(one: Given) -> Value:
    """The values that an aggregation gets of an all-null argument: nothing of columns, their value of constants."""
    if isinstance(one, Typed):
        return [one.constant] if one.is_constant and one.constant is not None else []
    return [_emptied(item) for item in one] if isinstance(one, tuple) else ABSENT if one is None else []


def _handed(one: Typed, as_value: bool) -> Any:
    return one.constant if as_value else one.expression


def _narrowed(one: Given, kind: Type | None) -> Given:
    return narrow(one, kind) if kind is not None and isinstance(one, Typed) else one


def _mixed_values(function: Function[..., Any], given: Sequence[Given]) -> tuple[int, list[tuple[Type, ...]]] | None:
    """Where an aggregation gets values of several types, if it gets no other values; and which of them go together."""
    positions = [k for k, parameter in enumerate(function.signature.parameters) if parameter.kind.role == "values"]
    rowwise = [k for k in positions if given[k] is not None]
    one = given[rowwise[0]] if len(rowwise) == 1 else None
    if function.nulls == "see" or not isinstance(one, Typed) or not isinstance(one.kind, Variant):
        return None
    accepted = function.accepted(function.signature.parameters[rowwise[0]])
    if not accepted or {"array", "record"} & accepted:
        return None
    held = sorted((kind for kind in members(one.kind) or map(Type, accepted) if kind.name in accepted), key=str)
    numbers = tuple(kind for kind in held if kind in (LONG, DOUBLE))
    families = [numbers] * bool(numbers) + [(kind,) for kind in held if kind not in numbers]
    return None if set(members(one.kind)) == set(numbers) else (rowwise[0], families)


def _holds(function: Function[..., Any], lowering: Lowering, parameter: Parameter, one: Given) -> bool:
    items = one if isinstance(one, tuple) else (one,) if isinstance(one, Typed) else ()
    accepted = function.accepted(parameter)
    wanted = lowering.where.get(parameter.python)
    if isinstance(wanted, Variant):  # the lowering itself takes the encoded values apart
        return all(item.kind == wanted or (wanted == ANY and isinstance(item.kind, Variant)) for item in items)
    return all(_plain(accepted, item) and lowering.holds_for(parameter, item.kind, item.is_constant) for item in items)


def _plain(accepted: frozenset[str], item: Typed) -> bool:
    """Whether every value of the column is of an accepted type, so that none has to be checked."""
    return not accepted or item.kind == NULL or item.kind.name in accepted


def _promoted(function: Function[..., Any], given: Sequence[Given]) -> Iterator[Given]:
    """Convert arguments of one type variable to one physical type, and arguments that can never fit to nulls."""
    bound = function.variables([types_of(one) for one in given])

    def one_of(parameter: Parameter, item: Typed) -> Typed:
        accepted = function.accepted(parameter)
        if not fits(item.kind, accepted):
            return constant(None, NULL)
        if function.nulls == "see" and isinstance(item.kind, Variant) and accepted == _CONDITION:
            return narrow(item, BOOLEAN)  # other types count as null there
        if parameter.kind.variable and not parameter.kind.types:
            return promote(item, bound[parameter.kind.variable])
        element = parameter.kind.element
        if element is not None and element.variable and not element.types and isinstance(item.kind, Array):
            return promote(item, Array(bound[element.variable]))
        return item

    for parameter, one in zip(function.signature.parameters, given, strict=True):
        if isinstance(one, tuple):
            yield tuple(one_of(parameter, item) for item in one)
        else:
            yield one_of(parameter, one) if isinstance(one, Typed) else one


def _options(function: Function[..., Any], parameter: Parameter, one: Given) -> list[Type | None]:
    """The types to split a variant argument into; `[None]` where it needs no split, or cannot be split."""
    accepted = function.accepted(parameter)
    if not isinstance(one, Typed) or not isinstance(one.kind, Variant) or not accepted:
        return [None]
    held = {kind.name for kind in members(one.kind)} or {*accepted, "array", "record"}
    if function.unwraps and "array" in held:  # its elements would count, whatever they are
        return [None]
    options = [kind for kind in members(one.kind) or map(Type, accepted) if kind.name in accepted]
    names = [kind.name for kind in options]
    unclear = one.kind == ANY and {"array", "record"} & accepted  # what is in them?
    return [None] if unclear or len(set(names)) < len(names) else sorted(options, key=str)
