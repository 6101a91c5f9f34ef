"""What a function of ADQL is, and the decorators that declare one.

    @metric("x")
    def avg(binder, node, x):
        \"\"\"The mean of a number.\"\"\"
        return …                                        # an expression of the plan, None where the call is wrong

The body binds a call. Its parameters behind `node` are the arguments, bound to values, and say how many there may be;
with `raw` it sees the nodes of the call only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dqlkit.plan.expressions import Expression

if TYPE_CHECKING:
    from dqlkit.languages.adql.expressions import ExpressionBinder
    from dqlkit.languages.syntax.tree import Call

__all__ = ["AdqlFunction", "Family", "bucket", "declared", "metric", "scalar"]

Family = Literal["metric", "bucket", "scalar"]
Bind = Callable[..., Expression | None]

#: The code of a function whose last parameter takes all that is left.
_VARIADIC = 0x04


@dataclass(eq=False)
class AdqlFunction:
    """A declared function. `several` says that a value of it is more than one number, by which nothing is sorted."""

    name: str
    family: Family
    body: Bind
    arguments: str
    several: bool = False
    raw: bool = False

    @property
    def documentation(self) -> str:
        return self.body.__doc__ or ""

    @property
    def is_metric(self) -> bool:
        return self.family == "metric"

    @property
    def counts(self) -> tuple[int, int | None]:
        """How many arguments there have to be at least, and at most; None for any number."""
        code = self.body.__code__
        most = code.co_argcount - 2
        least = most - len(self.body.__defaults__ or ())
        return least, None if code.co_flags & _VARIADIC else most

    def bind(self, binder: ExpressionBinder, node: Call) -> Expression | None:
        """The meaning of a call, None where something is wrong with it."""
        if self.raw:
            return self.body(binder, node)
        least, most = self.counts
        if len(node.arguments) < least or (most is not None and len(node.arguments) > most):
            self.report_count(binder, node)
            return None
        return self.body(binder, node, *(binder.value(argument.value) for argument in node.arguments))

    def report_count(self, binder: ExpressionBinder, node: Call) -> None:
        """Say that a call has too few or too many arguments."""
        least, most = (1, 1) if self.raw else self.counts
        wanted = f"at least {least}" if most is None else f"{least}" if most == least else f"{least} to {most}"
        plural = "s" if wanted != "1" else ""
        message = f"expected {wanted} argument{plural} of `{self.name}()`, found {len(node.arguments)}"
        code = "E010" if len(node.arguments) < least else "E012"
        binder.scope.error(code, node.span, message, f"Write `{self.name}({self.arguments})`.")


_DECLARED: dict[str, AdqlFunction] = {}


def declared() -> Mapping[str, AdqlFunction]:
    """Every function by its lower-case name; complete once the files with functions are imported."""
    return _DECLARED


def _declarer(family: Family) -> Callable[..., Callable[[Bind], AdqlFunction]]:
    def declarer(arguments: str, *, name: str = "", **options: bool) -> Callable[[Bind], AdqlFunction]:
        def declare(body: Bind) -> AdqlFunction:
            function = AdqlFunction(name or body.__name__.rstrip("_"), family, body, arguments, **options)
            _DECLARED[function.name.lower()] = function
            return function

        return declare

    return declarer


metric = _declarer("metric")
"""Declare a function of the events of a group. The text is how its arguments are shown.

Options: `name`; `several`, a value is more than one number; `raw`, the body sees nodes.
"""

bucket = _declarer("bucket")
"""Declare a function that makes groups."""

scalar = _declarer("scalar")
"""Declare a function of one event's values."""
