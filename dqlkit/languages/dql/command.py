"""What a command is, and the decorator that declares one.

    @command
    def summarize(source: Operator, *aggregation: Aggregated, by: Many[Assigned] = ()) -> Operator:
        \"\"\"Group records together and aggregate each group.\"\"\"
        return Aggregate(source, by, aggregation)

    @summarize.lifts(Aggregate)
    def _(operator: Aggregate) -> Written:
        return written(aggregation=operator.values, by=operator.keys)

The Python signature is the DQL one, as with functions: the words of `vocabulary` say what each parameter takes, and the
body gets it bound. A command without `source` starts a query. `bind` gives the body the binder, to report findings.
`lifts` says how the operator is written again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeAlias, overload

from dqlkit.functions.signature import Signature, camel_case, parameter_names, read_signature
from dqlkit.languages.dql.vocabulary import VOCABULARY
from dqlkit.plan.operators import Operator

__all__ = ["Command", "Written", "command", "written"]

Written: TypeAlias = dict[str, Any]
"""Parameters by their Python names, as the body took them; what is empty or None is not written."""

Lifter: TypeAlias = Callable[[Any], Written | None]


def written(**parameters: Any) -> Written:
    """The parameters of a lifted command."""
    return parameters


@dataclass(eq=False)
class Command:
    """A declared command."""

    name: str
    body: Callable[..., Operator]
    signature: Signature
    starting: bool
    excludes: tuple[tuple[str, str], ...] = ()
    experimental: bool = False
    lifters: dict[type[Operator], Lifter] = field(default_factory=dict)

    @cached_property
    def leading(self) -> tuple[str, ...]:
        """Parameters that Python wants by position: all that stand before a variadic one."""
        code = self.body.__code__
        return tuple(name for name in code.co_varnames[: code.co_argcount] if name != "bind")

    @cached_property
    def binds(self) -> bool:
        """Whether the body asks for the binder."""
        return "bind" in parameter_names(self.body)

    @property
    def documentation(self) -> str:
        return self.body.__doc__ or ""

    def lifts(self, operator: type[Operator]) -> Callable[[Lifter], Lifter]:
        """Declare how an operator is written as this command: a function of it to `written(…)`, or None to pass."""

        def declare(lifter: Lifter) -> Lifter:
            self.lifters[operator] = lifter
            return lifter

        return declare


@overload
def command(body: Callable[..., Operator], /) -> Command: ...


@overload
def command(**options: Any) -> Callable[[Callable[..., Operator]], Command]: ...


def command(body: Callable[..., Operator] | None = None, /, **options: Any) -> Any:
    """Declare a command.

    Options: `name`; `order`, the canonical order of parameters where it is not the one of the signature; `excludes`,
    pairs of parameters that may not stand together; `aliases`, other names of parameters in lower case; `experimental`.
    """
    if body is None:
        return partial(command, **options)
    return Command(
        name=options.pop("name", "") or camel_case(body.__name__),
        body=body,
        signature=replace(
            read_signature(body, VOCABULARY, options.pop("order", ())), aliases=options.pop("aliases", {})
        ),
        starting="source" not in parameter_names(body),
        **options,
    )
