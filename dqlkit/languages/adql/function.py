"""What a function of ADQL is, and the decorators that declare one.

    @metric
    def avg(x: Number) -> Expression:
        \"\"\"The mean of a number, as a float.

        >>> avg(ms)
        80.0
        \"\"\"
        return aggregate("avg", x)

The Python signature is the ADQL one, as with functions of DQL: the words of `vocabulary` say what each parameter takes,
and the body gets it bound. What it returns is the call's meaning in the plan, whose type is inferred as that of any
expression. `bind` gives the body the binder, to report findings; it may return None then.

How the meaning is written again follows from the body: an expression is a call of the function where the body would make
it of some arguments. A body that looks into its arguments, or that has several meanings, says it itself:

    @to_float.lifts
    def _(node: Call, writer: Writer) -> Written | None:
        return written(x=…)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias, overload

from dqlkit.cached import cached_property
from dqlkit.frozen import frozen, mutable
from dqlkit.functions.signature import Parameter, Signature, camel_case, parameter_names, read_signature
from dqlkit.languages.adql.binding import Binder
from dqlkit.languages.adql.calls import placed
from dqlkit.languages.adql.vocabulary import VOCABULARY, Writer, read
from dqlkit.languages.syntax.tree import Call as CallNode
from dqlkit.plan.expressions import Argument, Call, Expression

__all__ = ["AdqlFunction", "Family", "Written", "bucket", "declared", "metric", "scalar", "written"]

Family = Literal["metric", "bucket", "scalar"]
Bind: TypeAlias = Callable[..., Expression | None]
Written: TypeAlias = Mapping[str, Expression | tuple[Expression, ...] | None]
"""Arguments by the Python names of their parameters; a tuple for a variadic one, None for what is not written."""
Lifter: TypeAlias = Callable[[Call, Writer], Written | None]


def written(**arguments: Expression | tuple[Expression, ...] | None) -> Written:
    """The arguments of a call that is written again."""
    return arguments


@mutable(eq=False, slots=False)
class AdqlFunction:
    """A declared function.

    `several`: a value of it is more than one number, by which nothing is sorted. For those that make groups, `orders`
    says whether their keys have the order of the groups, and `keeps_range` whether the query keeps to the range that it
    is run with, whatever its `SINCE` says.
    """

    name: str
    family: Family
    body: Bind
    signature: Signature
    several: bool = False
    orders: bool = True
    keeps_range: bool = False
    lifter: Lifter | None = None

    @property
    def documentation(self) -> str:
        return self.body.__doc__ or ""

    @property
    def is_metric(self) -> bool:
        return self.family == "metric"

    @cached_property
    def measures_metric(self) -> bool:
        """Whether a parameter is a metric itself."""
        return any(parameter.kind.role == "Metric" for parameter in self.signature.parameters)

    def lifts(self, lifter: Lifter) -> Lifter:
        """Declare how an expression is written as a call of this function; None for one that is not."""
        self.lifter = lifter
        return lifter

    # ---- binding ------------------------------------------------------------------------------------------------

    def bind(self, binder: Binder, node: CallNode) -> Expression | None:
        """The meaning of a call, None where something is wrong with it, which has been reported."""
        arguments = self.arguments(binder, node)
        return None if arguments is None else self.meaning(binder, node, arguments)

    def meaning(self, binder: Binder, node: CallNode, arguments: Sequence[Expression]) -> Expression | None:
        """The meaning of a call whose arguments are bound."""
        extra = {"bind": binder} if "bind" in parameter_names(self.body) else {}
        meaning = self.body(*arguments, **extra)
        return None if meaning is None else placed(meaning, node.span)

    def arguments(self, binder: Binder, node: CallNode) -> list[Expression] | None:
        """The arguments of a call, bound; None where something is wrong with them."""
        if not self._fits(binder, node):
            return None
        bound = [
            read(p.kind, binder, node, argument) for p, argument in zip(self._taken(), node.arguments, strict=False)
        ]
        return [one for one in bound if one is not None] if None not in bound else None

    def _taken(self) -> Iterator[Parameter]:
        """The parameters in the order in which they take arguments; a variadic one is repeated without end."""
        for parameter in self.signature.parameters:
            yield parameter
            while parameter.variadic:
                yield parameter

    def _fits(self, binder: Binder, node: CallNode) -> bool:
        """Whether a call has as many arguments as there may be."""
        parameters = self.signature.parameters
        least, most = len(self.signature.required), len(parameters)
        variadic = any(parameter.variadic for parameter in parameters)
        found = len(node.arguments)
        if least <= found and (variadic or found <= most):
            return True
        wanted = f"at least {least}" if variadic else f"{least}" if most == least else f"{least} to {most}"
        plural = "s" if wanted != "1" else ""
        message = f"expected {wanted} argument{plural} of `{self.name}()`, found {found}"
        code = "E010" if found < least else "E012"
        binder.scope.error(code, node.span, message, f"Write `{self.shown}`.")
        return False

    @property
    def shown(self) -> str:
        """A call with the names of the parameters: `percentile(x, p, …)`."""
        return f"{self.name}({', '.join(map(_shown, self.signature.parameters))})"

    # ---- lifting ------------------------------------------------------------------------------------------------

    @cached_property
    def meanings(self) -> tuple[Call, ...]:
        """The patterns of the function: its body applied to placeholders, for each number of arguments."""
        parameters = self.signature.parameters
        holes = [Hole(p.python, p.variadic) for p in parameters]
        numbers = range(len(self.signature.required), len(parameters) + 1)
        made = (self.body(*holes[:number]) for number in numbers)
        return tuple(meaning for meaning in made if isinstance(meaning, Call))

    def written(self, node: Call, writer: Writer) -> Written | None:
        """The arguments with which a call of this function means the expression; None where none do."""
        if self.lifter is not None:
            return self.lifter(node, writer)
        for meaning in self.meanings:
            arguments: dict[str, Expression | tuple[Expression, ...] | None] = {}
            if _matches(meaning, node, arguments):
                return arguments
        return None


@frozen
class Hole(Expression):
    """A placeholder for the argument of a parameter; a `rest` for all that are left."""

    name: str
    rest: bool = False


def _matches(meaning: Argument, node: Argument, found: dict[str, Expression | tuple[Expression, ...] | None]) -> bool:
    """Whether an expression matches the pattern. What is at the placeholders is put into `found`."""
    if isinstance(meaning, Hole):
        return isinstance(node, Expression) and found.setdefault(meaning.name, node) == node
    if isinstance(meaning, Call) and isinstance(node, Call):
        pairs = zip(meaning.arguments, node.arguments, strict=True)
        return meaning.function is node.function and all(_matches(one, other, found) for one, other in pairs)
    if isinstance(meaning, tuple) and isinstance(node, tuple):
        last = meaning[-1] if meaning else None
        if isinstance(last, Hole) and last.rest:
            head = len(meaning) - 1
            found[last.name] = node[head:]
            meaning, node = meaning[:head], node[:head]
        return len(meaning) == len(node) and all(
            _matches(one, other, found) for one, other in zip(meaning, node, strict=True)
        )
    return meaning == node


def _shown(parameter: Parameter) -> str:
    if parameter.variadic:
        return "…"
    return f"WHERE {parameter.name}" if parameter.kind.role == "Test" else parameter.name


# ---- declaring ------------------------------------------------------------------------------------------------------

_DECLARED: dict[str, AdqlFunction] = {}


def declared() -> dict[str, AdqlFunction]:
    """Every function by its lower-case name; complete once the files with functions are imported."""
    return _DECLARED


class _Declarer:
    """`@scalar`, or `@scalar(option=…)`."""

    def __init__(self, family: Family) -> None:
        self.family = family

    @overload
    def __call__(self, body: Bind, /) -> AdqlFunction: ...

    @overload
    def __call__(self, /, **traits: bool) -> Callable[[Bind], AdqlFunction]: ...

    def __call__(self, body: Bind | None = None, /, **traits: bool) -> AdqlFunction | Callable[[Bind], AdqlFunction]:
        def declare(body: Bind) -> AdqlFunction:
            name, signature = camel_case(body.__name__), read_signature(body, VOCABULARY)
            function = AdqlFunction(name, self.family, body, signature, lifter=None, **traits)
            assert name.lower() not in _DECLARED, f"{name}() is declared twice"
            _DECLARED[name.lower()] = function
            return function

        return declare if body is None else declare(body)


metric = _Declarer("metric")
"""Declare a function of the events of a group; options are the traits of `AdqlFunction`."""

bucket = _Declarer("bucket")
"""Declare a function that makes groups of the values of its first parameter."""

scalar = _Declarer("scalar")
"""Declare a function of one event's values."""
