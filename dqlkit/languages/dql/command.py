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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias, TypedDict, Unpack, overload

from dqlkit.functions.signature import Parameter, Signature, camel_case, parameter_names, read_signature
from dqlkit.languages.dql.vocabulary import VOCABULARY
from dqlkit.plan.operators import Operator

__all__ = ["Command", "Written", "command", "written"]

Written: TypeAlias = dict[str, Any]
"""Parameters by their Python names, as the body took them; what is empty or None is not written."""

Lifter: TypeAlias = Callable[[Any], Written | None]


def written(**parameters: Any) -> Written:
    """The parameters of a lifted command."""
    return parameters


_CONDITIONS = (VOCABULARY["Condition"], VOCABULARY["Search"])


@dataclass(eq=False)
class Command:
    """A declared command."""

    name: str
    body: Callable[..., Operator]
    signature: Signature
    starting: bool
    excludes: tuple[tuple[str, str], ...] = ()
    experimental: bool = False
    known_as: Mapping[str, str] = field(default_factory=dict)
    akin: Mapping[str, str] = field(default_factory=dict)
    in_processors: bool = False
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

    # ---- traits that follow from the declaration ----------------------------------------------------------------

    @property
    def makes(self) -> tuple[type[Operator], ...]:
        """The operators that are written as this command; what one of them does, its own traits tell."""
        return tuple(self.lifters)

    @cached_property
    def condition(self) -> Parameter | None:
        """The parameter without a name that takes a condition, if there is one."""
        return next((p for p in self.signature.positional if p.kind in _CONDITIONS), None)

    @cached_property
    def aggregates(self) -> bool:
        """Whether aggregations can stand in it."""
        return any(parameter.kind.role in ("aggregated", "series", "metric") for parameter in self.signature.parameters)

    @property
    def documentation(self) -> str:
        return self.body.__doc__ or ""

    def lifts(self, operator: type[Operator]) -> Callable[[Lifter], Lifter]:
        """Declare how an operator is written as this command: a function of it to `written(…)`, or None to pass."""

        def declare(lifter: Lifter) -> Lifter:
            self.lifters[operator] = lifter
            return lifter

        return declare


class Options(TypedDict, total=False):
    """What a declaration may say beyond its signature and its body.

    - `name`: where it is not the body's; `order`: the canonical order of parameters where it is not that of the signature
    - `excludes`: pairs of parameters that may not stand together; `aliases`: other names of parameters in lower case
    - `experimental`
    - `known_as`: what other languages call it, in lower case, each with advice (empty where the name is all)
    - `akin`: commands of other languages that become this one when more is changed than the name, each with advice
    - `in_processors`: processors of OpenPipeline run it
    """

    name: str
    order: Sequence[str]
    excludes: tuple[tuple[str, str], ...]
    aliases: Mapping[str, str]
    experimental: bool
    known_as: Mapping[str, str]
    akin: Mapping[str, str]
    in_processors: bool


@overload
def command(body: Callable[..., Operator], /) -> Command: ...


@overload
def command(**options: Unpack[Options]) -> Callable[[Callable[..., Operator]], Command]: ...


def command(body: Callable[..., Operator] | None = None, /, **options: Unpack[Options]) -> Any:
    """Declare a command."""
    return _declare(body, {**options}) if body else lambda body: _declare(body, {**options})


def _declare(body: Callable[..., Operator], options: dict[str, Any]) -> Command:
    return Command(
        name=options.pop("name", "") or camel_case(body.__name__),
        body=body,
        signature=replace(
            read_signature(body, VOCABULARY, options.pop("order", ())), aliases=options.pop("aliases", {})
        ),
        starting="source" not in parameter_names(body),
        **options,
    )
