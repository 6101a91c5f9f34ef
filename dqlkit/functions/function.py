"""What a function is, and the decorators that declare one.

    @scalar
    def lower(expression: String) -> String:
        \"\"\"Convert all letters to lower case.

        >>> lower("STRASSE")
        "strasse"
        \"\"\"
        return expression.lower()

    lower.polars(lambda expression: expression.str.to_lowercase())

The body is the executable specification: plain values, one row at a time (an aggregation sees the values of one group,
in order). By default a null or a value of a wrong type makes the result null, so bodies see neither; `nulls="see"`
passes `None` for both. A lowering is optional; `where` words say for which argument types it holds:

    to_string.polars(lambda value: value.cast(pl.String), value=LONG)
    contains.polars(lambda expression, substring: …, substring=known)     # the lambda gets the Python value

A parameter named `context` is given the `Context` of the query and is not part of the signature.

Further options are traits: facts that linter, translation and optimiser rely on, so that none of them lists functions
by name. `Options` explains them; `never_null`, `tests` and the like follow from the signature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    ParamSpec,
    TypeAlias,
    TypeVar,
    Unpack,
    cast,
    overload,
)

from dqlkit.cached import cached_property
from dqlkit.frozen import field, frozen, mutable
from dqlkit.functions.signature import Kind, Parameter, Signature, camel_case, parameter_names, read_signature
from dqlkit.functions.vocabulary import VOCABULARY
from dqlkit.types.kinds import ANY, NULL, Array, Type, join, join_all, members
from dqlkit.types.values import Value, type_name, type_of

if TYPE_CHECKING:
    import polars as pl

    from dqlkit.functions.declaration import Decorator, Options

__all__ = [
    "ABSENT",
    "Constants",
    "Family",
    "Function",
    "InParts",
    "JsonPlace",
    "Lowering",
    "Part",
    "Piece",
    "aggregation",
    "fits",
    "iterative",
    "known",
    "operator",
    "restricted",
    "scalar",
]

Family = Literal["scalar", "aggregation", "iterative", "operator", "series", "metric"]

P = ParamSpec("P")
R = TypeVar("R")

Constants: TypeAlias = Mapping[str, Value]
"""The values of literal arguments by name, `ABSENT` for what is no literal."""

ArgumentTypes: TypeAlias = Sequence[Type | tuple[Type, ...] | None]
"""Types of the arguments, aligned with the parameters: a tuple for a variadic one, None where nothing was given."""


def known(kind: Type) -> bool:
    """As a `where` word: the argument must be a literal, which is known before the query runs; the lowering gets its value."""
    raise AssertionError("only ever compared")  # pragma: no cover


#: So many results are kept of each function.
_REMEMBERED = 1000

#: What a lowering may ask for besides its arguments.
_EXTRAS = frozenset(
    {
        "as_result",
        "by_row",
        "comparable",
        "constants",
        "context",
        "element_key",
        "encoded",
        "grouped",
        "joined",
        "keys",
        "of_type",
        "parted",
        "result",
        "series",
        "types",
    }
)

Where: TypeAlias = Type | tuple[Type, ...] | Callable[[Type], bool]


@frozen
class Lowering:
    """One way to run a function on whole columns."""

    build: Callable[..., Any]
    where: Mapping[str, Where]
    wants: frozenset[str]

    def holds_for(self, parameter: Parameter, kind: Type, constant: bool) -> bool:
        """Whether an argument of that type may be given to it."""
        where = self.where.get(parameter.python)
        if where is None:
            return True
        return constant if where is known else _is(kind, where)


@frozen
class JsonPlace:
    """At `found` in a result stands what is at `path` in a JSON object in a text: the one that `pattern` reads, or, where
    that is empty, the one that starts the text, with or without blanks before it."""

    found: tuple[str, ...]
    path: tuple[str, ...]
    pattern: str


@frozen
class Piece:
    """Results for some rows of a column: a column of one type, or values of any types where `kind` is None."""

    rows: pl.Series
    values: pl.Series | Sequence[Value]
    kind: Type | None


@frozen
class Part:
    """A part of an aggregation's work: `of` aggregates some of the records, and `merged` aggregates what several parts
    yielded, in their order. Both get those arguments of the aggregation whose names they know; the first parameter of
    `merged` gets the results. `bounded` says of results that are arrays that their length has a limit."""

    of: Function[..., Any]
    merged: Function[..., Any]
    bounded: bool = False


@frozen
class InParts:
    """How an aggregation is computed where its records are in several places: the parts, and what is computed of their
    merged results; without `finish` that is the one part's. `where` says for which types of arguments, as for a
    lowering, and `disjoint` that the parts may have no values in common."""

    parts: tuple[Part, ...]
    finish: Function[..., Any] | None
    where: Mapping[str, Where]
    disjoint: bool = False


def fits(kind: Type, accepted: frozenset[str]) -> bool:
    """Whether a value of this static type can be of one of the accepted types (of any, where there are none)."""
    if not accepted or kind.name in accepted or kind in (NULL, ANY):
        return True
    return any(option.name in accepted for option in members(kind))


def first_type(kind: Any) -> Any:
    """Replace array types by their element type; other types stay."""
    if not isinstance(kind, Type) or kind == ANY:
        return kind
    return join_all(option.element if isinstance(option, Array) else option for option in members(kind))


def _is(kind: Type | None, where: Where) -> bool:
    if kind is None:
        return False
    if isinstance(where, Type):
        return kind == where
    return kind in where if isinstance(where, tuple) else where(kind)


@mutable(eq=False, slots=False)
class Function(Generic[P, R]):
    """A declared function. Calling it calls the body with plain Python values."""

    name: str
    family: Family
    body: Callable[P, R]
    signature: Signature
    category: str
    nulls: Literal["null", "see"]
    overloads: tuple[tuple[tuple[str, ...], str], ...] = ()
    experimental: bool = False
    deprecated: str = ""
    online: bool = False
    volatile: bool = False
    only: str = ""
    unwraps: bool = False
    symbol: str = ""
    known_as: tuple[str, ...] = ()
    akin: Mapping[str, str] = field(default_factory=dict)
    opposite: Function[..., Any] | None = None
    mirror: Function[..., Any] | None = None
    by_order: bool = False
    once: bool = False
    scales: bool = False
    in_series: bool = False
    of_metrics: bool = False
    rewrites: bool = False
    converts: bool = False
    classic: bool = False
    successor: Function[..., Any] | None = None
    lowerings: list[Lowering] = field(default_factory=list)
    result_hook: Callable[..., Type] | None = None
    column_hook: Callable[..., str] | None = None
    json_hook: Callable[..., JsonPlace | None] | None = None
    together: Callable[..., Sequence[Sequence[Piece]]] | None = None
    ways_in_parts: list[InParts] = field(default_factory=list)
    _accepted: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False)
    _results: dict[tuple[Type | tuple[Type, ...] | None, ...], Type] = field(
        default_factory=dict, init=False, repr=False
    )

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.body(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<{self.family} {self.name}>"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled by the place of its declaration, so that plans can travel to other processes."""
        return _declared_in, (self.body.__module__, self.family, self.name)

    @property
    def documentation(self) -> str:
        return self.body.__doc__ or ""

    @overload
    def polars(self, build: Callable[..., Any], /, **where: Where) -> Callable[..., Any]: ...

    @overload
    def polars(self, /, **where: Where) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...

    def polars(self, build: Callable[..., Any] | None = None, /, **where: Where) -> Callable[..., Any]:
        """Add a lowering: a function of the arguments (Polars expressions) to a Polars expression, or None to pass.

        Call it with the lambda, or use it as a decorator. The lowering may ask for `context`, `result` (the static type
        wanted), `types` (those of the arguments, by name), `constants` (the values of those that are literals),
        `comparable`, which yields the arguments in one form that
        Polars compares as DQL does, `parted`, which yields columns that together have the values of the first one, each
        other ones, `keys`, which yields each as the bytes of its order, `series`, which makes a
        column of the result's type from values, `joined`, which makes one of a type from pieces, and `by_row`, to be
        called where it goes from value to value in Python: `explain` says so then. An argument of several types
        comes as encoded values where `where` names that very `Variant`, or any (`ANY`); `as_result` makes such values a
        column of the result's type; `of_type` yields those of the first
        argument, or the elements of its arrays, that have one type.
        """
        if build is None:
            return partial(self.polars, **where)
        code = build.__code__
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        self.lowerings.append(Lowering(build, where, frozenset(names) & _EXTRAS))
        return build

    def returns(self, hook: Callable[..., Type]) -> Callable[..., Type]:
        """Declare the static result type where the annotation cannot say it: a function of the argument types.

        Where it asks for `constants` it gets the values of literal arguments by name.
        """
        self.result_hook = hook
        return hook

    def names_column(self, hook: Callable[..., str]) -> Callable[..., str]:
        """Declare what the column of a call is called by default where that is not the text of the call.

        The hook is a function of the arguments that were given, each as a text: the value of a string literal, the
        default column name of anything else.
        """
        self.column_hook = hook
        return hook

    def reads_json(self, hook: Callable[..., JsonPlace | None]) -> Callable[..., JsonPlace | None]:
        """Declare where in the result the value of a JSON text stands that the first argument is, so that of the text
        only the members are read that are asked for. The hook is a function of the values of the other arguments,
        `ABSENT` for those that were not given; it is asked where all of them are literals."""
        self.json_hook = hook
        return hook

    def all_together(self, read: Callable[..., Sequence[Sequence[Piece]]]) -> Callable[..., Sequence[Sequence[Piece]]]:
        """Declare how several calls over one column are answered together, with types that each batch finds.

        `read` gets the column, for each call the values of its other arguments, which must be literals, and the context.
        """
        self.together = read
        return read

    def in_parts(
        self, *parts: Part, finish: Function[..., Any] | None = None, disjoint: bool = False, **where: Where
    ) -> None:
        """Declare how an aggregation is computed of parts of its records, for arguments of the types that `where` says.

        The answer is that over all records at once, but for the last digits of sums of doubles. An aggregation that does
        not say it needs its records in one place.
        """
        self.ways_in_parts.append(InParts(parts, finish, where, disjoint))

    def parts_for(self, types: ArgumentTypes, disjoint: bool = False) -> InParts | None:
        """How a call with arguments of these types is computed in parts, which may be `disjoint`; None where it is not."""
        names = [parameter.python for parameter in self.signature.parameters]
        given = {name: kind for name, kind in zip(names, types, strict=True) if isinstance(kind, Type)}
        ways = (way for way in self.ways_in_parts if disjoint or not way.disjoint)
        return next((w for w in ways if all(_is(given.get(n), k) for n, k in w.where.items())), None)

    def accepted(self, parameter: Parameter) -> frozenset[str]:
        """The names of the types that a parameter takes, by the overloads or by its annotation; empty for any."""
        known = self._accepted.get(parameter.python)
        if known is None:
            position = self.signature.parameters.index(parameter)
            named = frozenset(wanted[position] for wanted, _ in self.overloads if position < len(wanted))
            known = self._accepted[parameter.python] = named or parameter.kind.types
        return known

    # ---- traits that follow from the signature ------------------------------------------------------------------

    @property
    def never_null(self) -> bool:
        """Whether every call yields a value, whatever its arguments are."""
        admits_all = self.nulls == "see" or not self.signature.parameters
        return admits_all and not self.signature.nullable and self.family != "series"

    @property
    def tests(self) -> bool:
        """Whether it tests its first argument against others, as `contains` does."""
        several = len(self.signature.parameters) > 1
        return several and self.family == "scalar" and self.signature.result.types == frozenset({"boolean"})

    @property
    def collapses(self) -> bool:
        """Whether it makes one value of an array."""
        result = self.signature.result
        return self.accepts(0) == {"array"} and self.family == "scalar" and "array" not in result.types

    def accepts(self, position: int) -> frozenset[str]:
        """The names of the types that an argument takes which is written at a position; empty for any, or for none."""
        positional = self.signature.positional
        if position >= len(positional) and not (positional and positional[-1].variadic):
            return frozenset()
        return self.accepted(positional[min(position, len(positional) - 1)])

    # ---- static typing ------------------------------------------------------------------------------------------

    def result(self, types: ArgumentTypes, constants: Sequence[Value] = ()) -> Type:
        """The static type of a call whose arguments have these types; `NULL` where it can only be null.

        `constants` are the values of arguments that are literals, `ABSENT` for the others.
        """
        if self.reads_constants:
            return self._result(types, constants)
        asked = tuple(types)
        known = self._results.get(asked)
        if known is None:
            if len(self._results) >= _REMEMBERED:
                self._results.clear()
            known = self._results[asked] = self._result(asked, constants)
        return known

    def _result(self, types: ArgumentTypes, constants: Sequence[Value]) -> Type:
        types = list(map(first_type, types)) if self.unwraps else types
        if self.nulls == "null" and self._limited and self._forbids(constants):
            return NULL
        if self.nulls == "null" and self.never_fits(types):
            return type_of(self.empty_result(types)) if self.family == "aggregation" else NULL
        if self.result_hook is not None:
            if not self._hook_reads_constants:
                return self.result_hook(*types)
            names = (p.python for p in self.signature.parameters)
            given = dict(zip(names, constants or [ABSENT] * len(types), strict=True))
            return self.result_hook(*types, constants=given)
        if self.overloads:
            return join_all(map(_named, self._fitting([kind for kind in types if isinstance(kind, Type)])))
        return self._fixed_result or _construct(self.signature.result, self.variables(types))

    @cached_property
    def _fixed_result(self) -> Type | None:
        """The result type of every call, where it does not depend on the arguments."""
        kind: Kind | None = self.signature.result
        while kind is not None and not kind.variable:
            kind = kind.element
        return _construct(self.signature.result, {}) if kind is None else None

    def gives(self, accepted: frozenset[str]) -> bool:
        """Whether every result is of one of these types, or null."""
        fixed = None if self.result_hook is not None or self.overloads else self._fixed_result
        return fixed is not None and fixed.name in accepted

    @cached_property
    def _has_variables(self) -> bool:
        kinds = [parameter.kind for parameter in self.signature.parameters]
        for kind in kinds:  # which grow
            kinds += [kind.element] if kind.element is not None else []
        return any(kind.variable for kind in kinds)

    @cached_property
    def takes_blocks(self) -> bool:
        """Whether an argument may be a sub-query."""
        return any(parameter.kind.role == "block" for parameter in self.signature.parameters)

    @cached_property
    def reads_constants(self) -> bool:
        """Whether the result type depends on the values of literal arguments."""
        return self._limited or self._hook_reads_constants

    @cached_property
    def _limited(self) -> bool:
        return any(parameter.kind.limited for parameter in self.signature.parameters)

    @cached_property
    def _hook_reads_constants(self) -> bool:
        return self.result_hook is not None and "constants" in parameter_names(self.result_hook)

    def never_fits(self, types: ArgumentTypes) -> bool:
        """Whether some argument has a type of which no value is ever accepted."""
        nothing = self.family != "aggregation"  # which sees a group without values, and may count them
        for parameter, kind in zip(self.signature.parameters, types, strict=True):
            if kind is None:
                continue
            accepted = self.accepted(parameter)
            for one in kind if isinstance(kind, tuple) else (kind,):
                if one is not ANY and ((nothing and one == NULL) or not fits(one, accepted)):
                    return True
        return False

    def _forbids(self, constants: Sequence[Value]) -> bool:
        """Whether a literal is outside of the limits of its parameter."""
        given = zip(self.signature.parameters, constants, strict=False)
        return any(value is not ABSENT and not parameter.kind.allows(value) for parameter, value in given)

    def _fitting(self, kinds: Sequence[Type]) -> Iterator[str]:
        """The result types of the overloads that arguments of these types may match."""
        options = [None if kind == ANY else {option.name for option in members(kind)} for kind in kinds]
        for wanted, result in self.overloads:
            if all(option is None or name in option for name, option in zip(wanted, options, strict=False)):
                yield result

    def variables(self, types: ArgumentTypes) -> dict[str, Type]:
        """The type bound to each type variable of the signature."""
        bound: dict[str, Type] = {}
        if not self._has_variables:
            return bound
        for parameter, kind in zip(self.signature.parameters, types, strict=True):
            for one in kind if isinstance(kind, tuple) else () if kind is None else (kind,):
                _bind(parameter.kind, one, bound)
        return bound

    # ---- the executable specification ---------------------------------------------------------------------------

    def evaluate(self, arguments: Sequence[Value], context: object = None) -> Value:
        """The value of a call, for arguments aligned with the parameters (a tuple for a variadic one).

        Optional parameters that were not given are absent: pass `ABSENT`.
        """
        positional: list[Value] = []
        named: dict[str, Value] = {}
        for parameter, argument in zip(self.signature.parameters, arguments, strict=True):
            if argument is ABSENT:
                continue
            value = self._admit(parameter, argument)
            if value is _REFUSED:
                return None
            if parameter.variadic:
                positional.extend(value)
            elif parameter.named:
                named[parameter.python] = value
            else:
                positional.append(value)
        if self.overloads and self.family != "aggregation" and not self._overloaded(positional):
            return None
        if "context" in parameter_names(self.body):
            named["context"] = context
        return self.body(*positional, **named)

    def _overloaded(self, values: Sequence[Value]) -> bool:
        names = tuple(map(type_name, values))
        return any(wanted == names[: len(wanted)] for wanted, _ in self.overloads)

    def aggregate(self, columns: Sequence[Value], count: int, context: object = None) -> Value:
        """The value of an aggregation: a list of values per parameter, aligned with one another; `count` records.

        Records in which a parameter is null are left out; values of a wrong type, or of types that do not go together,
        make the result null.
        """
        parameters = self.signature.parameters
        rowwise = [c for p, c in zip(parameters, columns, strict=True) if p.kind.role == "values" and c is not ABSENT]
        if self.nulls == "null" and rowwise:
            rows = [row for row in zip(*rowwise, strict=True) if None not in row]
            rowwise = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in rowwise]
        taken = iter(rowwise)
        arguments: list[Value] = []
        for parameter, column in zip(parameters, columns, strict=True):
            if column is ABSENT:
                arguments.append(ABSENT)
            elif parameter.kind.role == "values":
                values = next(taken)
                if not _one_family(values, self.accepted(parameter)):
                    return None
                arguments.append(values)
            else:
                arguments.append(_first(column, parameter.variadic))
        if "records" in parameter_names(self.body):
            body: Callable[..., Value] = self.body
            return body(records=count)
        return self.evaluate(arguments, context)

    def empty_result(self, types: ArgumentTypes) -> Value:
        """The result of an aggregation for a group that has only nulls, in columns of these types."""

        def emptied(parameter: Parameter, kind: Type | tuple[Type, ...] | None) -> Value:
            if kind is None or (parameter.kind.role != "values" and not parameter.required):
                return ABSENT
            return [[] for _ in kind] if isinstance(kind, tuple) else []

        return self.aggregate(list(map(emptied, self.signature.parameters, types)), 0)

    def _admit(self, parameter: Parameter, argument: Value) -> Value:
        if parameter.variadic:
            admitted = [self._admit_one(parameter, item) for item in argument]
            return _REFUSED if any(item is _REFUSED for item in admitted) else admitted
        return self._admit_one(parameter, argument)

    def _admit_one(self, parameter: Parameter, value: Value) -> Value:
        if parameter.kind.role in ("values", "block"):
            return value
        accepted = self.accepted(parameter)
        if self.unwraps and type(value) is list:
            value = value[0] if value else None
        if value is not None and (not accepted or type_name(value) in accepted) and parameter.kind.allows(value):
            return value
        return None if self.nulls == "see" else _REFUSED


class _Marker:
    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


ABSENT = _Marker("ABSENT")
_REFUSED = _Marker("REFUSED")


def _one_family(values: Sequence[Value], accepted: frozenset[str]) -> bool:
    """Whether all values are accepted and go together: numbers do, otherwise only equal types."""
    names = {type_name(value) for value in values if value is not None}
    if accepted and not names <= accepted:
        return False
    return not accepted or len(names) < 2 or names == {"long", "double"}


def _first(column: Value, variadic: bool) -> Value:
    """A constant argument of an aggregation arrives once per record; any of them will do."""
    return [_first(item, False) for item in column] if variadic else column[0] if column else None


def _named(name: str) -> Type:
    return Array(ANY) if name == "array" else ANY if name in ("any", "record") else Type(name)


def _bind(accepted: Kind, kind: Type, bound: dict[str, Type]) -> None:
    if accepted.element is not None:
        for option in members(kind) or (Array(ANY),):
            if isinstance(option, Array):
                _bind(accepted.element, option.element, bound)
    elif accepted.variable:
        held = kind if not accepted.types else restricted(kind, accepted.types)
        bound[accepted.variable] = join(bound.get(accepted.variable, NULL), held)


def restricted(kind: Type, accepted: frozenset[str]) -> Type:
    """The part of a static type that is accepted."""
    if kind == ANY:
        return join_all(map(_named, sorted(accepted)))
    return join_all(option for option in members(kind) if option.name in accepted)


def _construct(kind: Kind, bound: Mapping[str, Type]) -> Type:
    if kind.variable:
        return bound.get(kind.variable, NULL)
    if kind.element is not None:
        return Array(_construct(kind.element, bound))
    return join_all(map(_named, sorted(kind.types))) if kind.types else ANY


def _read_overloads(text: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    rows = (row.split("->") for row in text.split(";") if row.strip())
    return tuple((tuple(name.strip() for name in left.split(",")), right.strip()) for left, right in rows)


_DECLARED: list[Function[..., Any]] = []
_BY_NAME: dict[tuple[Family, str], Function[..., Any]] = {}


def named(family: Family, name: str) -> Function[..., Any] | None:
    """The function of a family with that lower-case name, if its file was imported."""
    return _BY_NAME.get((family, name))


def _declared_in(module: str, family: Family, name: str) -> Function[..., Any]:
    import_module(module)
    return next(f for f in _DECLARED if (f.body.__module__, f.family, f.name) == (module, family, name))


def declared() -> list[Function[..., Any]]:
    """Every function in the order of declaration; complete once the category files are imported."""
    return _DECLARED


def _declarer(family: Family, symbol: str = "") -> Decorator:
    def decorator(body: Callable[..., Any] | None = None, /, **options: Unpack[Options]) -> Any:
        return _declare(family, body, options, symbol) if body else lambda body: _declare(family, body, options, symbol)

    return cast("Decorator", decorator)


def _declare(family: Family, body: Callable[..., Any], given: Options, symbol: str) -> Function[..., Any]:
    options: dict[str, Any] = {**given}
    symmetric, opposite, mirror = (options.pop(name, None) for name in ("symmetric", "opposite", "mirror"))
    function = Function(
        name=options.pop("name", "") or camel_case(body.__name__),
        family=family,
        body=body,
        signature=read_signature(body, VOCABULARY, options.pop("order", ())),
        category=options.pop("category", "") or body.__module__.removeprefix("dqlkit.functions.").partition(".")[0],
        nulls=options.pop("nulls", "null"),
        overloads=_read_overloads(options.pop("overloads", "")),
        symbol=symbol,
        **options,
    )
    _pair("opposite", function, opposite)
    _pair("mirror", function, function if symmetric else mirror)
    _DECLARED.append(function)
    if not function.only:
        _BY_NAME[family, function.name.lower()] = function
    return function


def _pair(trait: str, one: Function[..., Any], other: Function[..., Any] | None) -> None:
    """Record on each of two functions that it is the opposite, or mirror, of the other."""
    if other is not None:
        setattr(one, trait, other)
        setattr(other, trait, one)


scalar = _declarer("scalar")
"""Declare a function of one record's values."""

aggregation = _declarer("aggregation")
"""Declare a function of a group. `Values[…]` parameters arrive as lists, nulls dropped unless `nulls="see"`."""

iterative = _declarer("iterative")
"""Declare a function that consumes a `[]` loop: the body sees the array of what the loop yields."""


series = _declarer("series")
"""Declare a function that only a time series knows how to answer."""


def operator(symbol: str, **options: Unpack[Options]) -> Callable[[Callable[P, R]], Function[P, R]]:
    """Declare an operator: a function that is written as `symbol`."""
    return _declarer("operator", symbol)(**options)
