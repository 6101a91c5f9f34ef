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

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack, overload

from dqlkit.cached import cached_property
from dqlkit.diagnostics import Span
from dqlkit.frozen import field, mutable, replace
from dqlkit.functions.signature import Parameter, Signature, camel_case, parameter_names, read_signature
from dqlkit.languages.dql.vocabulary import VOCABULARY
from dqlkit.plan.operators import Operator

if TYPE_CHECKING:
    from dqlkit.languages.dql.bind import Binder
    from dqlkit.languages.dql.declaration import Options

__all__ = ["Command", "Written", "command", "written"]

Written: TypeAlias = dict[str, Any]
"""Parameters by their Python names, as the body took them; what is empty or None is not written."""

Lifter: TypeAlias = Callable[[Any], Written | None]


def written(**parameters: Any) -> Written:
    """The parameters of a lifted command."""
    return parameters


_CONDITIONS = (VOCABULARY["Condition"], VOCABULARY["Search"])


@mutable(eq=False, slots=False)
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
    phrases: Mapping[str, str] = field(default_factory=dict)
    in_processors: bool = False
    lifters: dict[type[Operator], Lifter] = field(default_factory=dict)
    recognizers: dict[type[Operator], Lifter] = field(default_factory=dict)

    @cached_property
    def leading(self) -> tuple[str, ...]:
        """The parameters that the body takes by position: those before a variadic one."""
        code = self.body.__code__
        return tuple(name for name in code.co_varnames[: code.co_argcount] if name != "bind")

    @cached_property
    def values(self) -> Parameter | None:
        """The parameter that takes any number of values, if there is one."""
        return next((parameter for parameter in self.signature.parameters if parameter.variadic), None)

    @cached_property
    def hints(self) -> tuple[Parameter, ...]:
        """The parameters that do not reach the body."""
        return tuple(parameter for parameter in self.signature.parameters if parameter.kind.hint)

    @cached_property
    def needed(self) -> frozenset[str]:
        """The Python names of the parameters that the body cannot do without."""
        return frozenset(parameter.python for parameter in self.signature.required)

    @cached_property
    def binds(self) -> bool:
        """Whether the body asks for the binder."""
        return "bind" in parameter_names(self.body)

    def make(
        self, values: Written, source: Operator | None, bind: Binder | None = None, span: Span | None = None
    ) -> Operator:
        """The operator for parameters by their Python names, over `source` unless the command starts a query."""
        given = dict(values)
        hints = [(p.python, given.pop(p.python)) for p in self.hints if p.python in given] if self.hints else []
        if source is not None and not self.starting:
            given["source"] = source
        if self.binds:
            given["bind"] = bind
        if self.values is None:
            operator = self.body(**given)
        else:
            rest = given.pop(self.values.python, ())
            lead = [given.pop(name) for name in self.leading if name in given]
            operator = self.body(*lead, *rest, **given)
        if operator is source:
            operator = replace(operator)
        if hints:  # what was just made is completed in place
            told = tuple((name, value) for name, value in hints if value != self._default(name))
            operator.hints = told  # type: ignore[misc]
        operator.span = span  # type: ignore[misc]
        return operator

    def _default(self, name: str) -> object:
        return next(parameter.default for parameter in self.hints if parameter.python == name)

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

    @cached_property
    def assigns(self) -> bool:
        """Whether `name = …` can stand in it."""
        return any(parameter.kind.assign for parameter in self.signature.parameters)

    @property
    def documentation(self) -> str:
        return self.body.__doc__ or ""

    def lifts(self, operator: type[Operator]) -> Callable[[Lifter], Lifter]:
        """Declare how an operator is written as this command: a function of it to `written(…)`, or None to pass."""

        def declare(lifter: Lifter) -> Lifter:
            self.lifters[operator] = lifter
            return lifter

        return declare

    def recognizes(self, operator: type[Operator]) -> Callable[[Lifter], Lifter]:
        """Declare how several operators are written as this command; `operator` is the last of them.

        The function may give a `source` too: the operator before them all. It may guess, for what it gives is made again
        and compared with the operators (`Command.reads`).
        """

        def declare(lifter: Lifter) -> Lifter:
            self.recognizers[operator] = lifter
            return lifter

        return declare

    def reads(self, operator: Operator) -> tuple[Written, Operator | None] | None:
        """How an operator is written as this command, and the operator before it; None where it cannot be.

        What is lifted is made again: only parameters that give the very same operator count.
        """
        for lifters in (self.recognizers, self.lifters):
            lifter = lifters.get(type(operator))
            values = lifter(operator) if lifter else None
            if values is None:
                continue
            values |= dict(operator.hints)
            before: Operator | None = operator.inputs[0] if operator.inputs and not self.starting else None
            source: Operator | None = values.pop("source", before)
            known = {parameter.python for parameter in self.signature.parameters}
            if values.keys() <= known and self.make(_said(values), source) == operator:
                return values, source
        return None


def _said(values: Written) -> Written:
    return {name: value for name, value in values.items() if value is not None}


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
