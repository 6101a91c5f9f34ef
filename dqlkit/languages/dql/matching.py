"""Assigns written arguments to parameters, for commands and functions alike.

Named arguments go by name; positional ones fill the positional parameters in order, the last of which may be variadic.
`{a, b}` are several values of one parameter, and groups may stand in groups: `by:{{bin(timestamp, 1h), alias: t}, host}`. After a
parameter of several values that has no braces (`by: a, b`) further bare values are taken to belong to it, as the vendor's
service does with a notice. `alias: x` names the value before it, or the first one where none is before it, and
`direction: "descending"` sorts the value before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error, info
from dqlkit.frozen import field, mutable, replace
from dqlkit.functions.signature import Parameter, Signature
from dqlkit.languages.dql.fitting import suits
from dqlkit.languages.dql.spelling import nearest
from dqlkit.languages.dql.tree import is_placeholder
from dqlkit.languages.syntax.tree import (
    Argument,
    Binary,
    Call,
    Duration,
    Expression,
    Group,
    Hole,
    Name,
    Node,
    String,
    Variable,
    walk,
)

__all__ = ["Matched", "match"]


@mutable
class Matched:
    """`given` has an entry per parameter that was written, in the order of definition; `named` has those written by name;
    `beyond` are placeholders for further arguments."""

    given: dict[str, list[Argument]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    named: list[tuple[Name, Parameter]] = field(default_factory=list)
    beyond: list[Argument] = field(default_factory=list)


def match(
    signature: Signature,
    arguments: Sequence[Argument],
    owner: str,
    at: Node,
    excludes: Sequence[tuple[str, str]] = (),
) -> Matched:
    """Match the arguments of `owner`, which stands at a node. Errors are reported, and as many arguments as possible
    are still assigned. `excludes` are pairs of parameters that may not stand together."""
    given = _in_order(signature, arguments)
    return _Matching(signature, owner, at, excludes).run(arguments) if given is None else Matched(given)


def _in_order(signature: Signature, arguments: Sequence[Argument]) -> dict[str, list[Argument]] | None:
    """Values without names and braces, as most are, one parameter after the other; None where it is not that simple."""
    for argument in arguments:
        if argument.name is not None or argument.value.__class__ is Group:
            return None
    positional = signature.positional
    given: dict[str, list[Argument]] = {}
    for parameter, argument in zip(positional, arguments, strict=False):
        given[parameter.name] = [argument]
    if len(arguments) > len(positional):
        if not positional or not positional[-1].variadic:
            return None
        given[positional[-1].name] += arguments[len(positional) :]
    for parameter in signature.required:
        if parameter.name not in given:
            return None
    return given


class _Matching:
    def __init__(self, signature: Signature, owner: str, at: Node, excludes: Sequence[tuple[str, str]]) -> None:
        self.signature, self.owner, self.at, self.excludes = signature, owner, at, excludes
        self.arguments: Sequence[Argument] = ()
        self.given: dict[str, list[Argument]] = {}
        self.diagnostics: list[Diagnostic] = []
        self.open: Parameter | None = None
        self.last: list[Argument] | None = None
        self.alias: Argument | None = None
        self.named: list[tuple[Name, Parameter]] = []
        self.beyond: list[Argument] = []
        self.latest = ""
        """The parameter that the last argument names, if it names one."""
        self.nameless: list[Argument] | None = None
        """The values without a name so far: `alias:` names the last of them, also behind a parameter with a name."""

    def run(self, arguments: Sequence[Argument]) -> Matched:
        self.arguments = arguments
        for argument in arguments:
            if argument.name is None:
                self._positional(argument)
            else:
                self._named(argument, argument.name)
                if self.signature.find(argument.name.name) is not None:
                    self.latest = argument.name.name
        if self.alias is not None:
            self._report("E015", self.alias.span, "expected a value for the name, found none", "Write `name = value`.")
        self._missing(arguments)
        given = self.given
        if len(given) > 1:
            given = {p.name: given[p.name] for p in self.signature.parameters if p.name in given}
        return Matched(given, self.diagnostics, self.named, self.beyond)

    # ---- named --------------------------------------------------------------------------------------------------

    def _named(self, argument: Argument, name: Name) -> None:
        parameter = self.signature.find(name.name)
        if parameter is None:
            if not self._modifier(argument, name.name.lower()):
                self._unknown(name, argument)
            return
        meant = self._length(parameter) if isinstance(argument.value, Duration) else ""
        if meant:
            message = f"expected one of {', '.join(f'`{o}`' for o in parameter.kind.options)} for `{parameter.name}`"
            fix = Fix(f"write `{meant}`", (Edit(name.span, meant),), safe=False)
            self._report("E013", argument.value.span, f"{message}, found a duration", f"Write `{meant}:`.", fix)
            self.given.setdefault(meant, []).append(argument)
            return
        self.named.append((name, parameter))
        if parameter.name in self.given:
            self._report(
                "E011",
                name.span,
                f"expected `{parameter.name}` once, found it again",
                "Keep one of them; several values of one parameter go into braces.",
            )
        values = self._values(argument, parameter)
        self.given.setdefault(parameter.name, []).extend(values)
        self.last = self.given[parameter.name]
        self.open = parameter if parameter.kind.many and not isinstance(argument.value, Group) else None

    def _length(self, parameter: Parameter) -> str:
        """The parameter that takes a length of time, where one that takes words was given it."""
        lengths = (
            p.name for p in self.signature.parameters if p.kind.types == {"duration"} and p.name not in self.given
        )
        return next(lengths, "") if parameter.kind.options else ""

    def _modifier(self, argument: Argument, name: str) -> bool:
        """`alias:` and `direction:`, which modify the value before them; `alias:` may precede the first one."""
        if name == "alias" and isinstance(_single(argument.value), (Name, String)):
            values = self.last if self.nameless is None else self.nameless
            if values:
                values[-1] = self._renamed(values[-1], argument)
            elif self.given:
                help = "Write `name = value` inside of the braces."
                self._report(
                    "E015", argument.span, "expected one value before the name, found a group of several", help
                )
            else:
                self.alias = argument
            return True
        value = _single(argument.value)
        if name == "direction" and self.last and isinstance(value, String):
            self.last[-1] = _directed(self.last[-1], value)
            return True
        if name == "direction" and self.last and isinstance(value, Name):
            word = "desc" if value.name.lower().startswith("desc") else "asc"
            help = f'Write `{word}` behind the value, or `direction:"{word}ending"`.'
            self._report("E013", value.span, "expected a direction in quotes, found a name", help)
            return True
        return False

    def _renamed(self, value: Argument, alias: Argument) -> Argument:
        """A value with the name that `alias:` gives it."""
        name = _single(alias.value)
        assert isinstance(name, (Name, String))
        if value.alias is not None:
            help = "Keep either `name = value` or `alias:`."
            self._report("E015", alias.span, "expected one name for the value, found two", help)
        text = name.name if isinstance(name, Name) else name.value
        return replace(value, alias=Name(name.start, name.end, text))

    def _unknown(self, name: Name, argument: Argument) -> None:
        assigns = any(parameter.kind.assign and not parameter.named for parameter in self.signature.parameters)
        if assigns and isinstance(argument.value, Call) and argument.alias is None:
            fix = Fix(f"write `{name.name} =`", (Edit(Span(name.end, argument.value.start), " = "),))
            message = f"expected a parameter of `{self.owner}`, found `{name.name}`"
            self._report("E009", name.span, message, f"A name is given with `=`: `{name.name} = …`.", fix)
            return
        names = [p.name for p in self.signature.parameters if p.kind.role != "names"]
        guess = nearest(name.name, names)
        if self.owner == "count()" and name.name.lower() in ("filter", "condition"):
            self._report("E009", name.span, "expected no value for `count()`, found a condition", "Write `countIf(…)`.")
            return
        known = f"Known: {', '.join(names)}." if names else "There are none."
        meant = Fix(f"Write `{guess}`", (Edit(name.span, guess),), safe=False) if guess else self._nameless(argument)
        meant = meant or self._without(argument)
        help = f"Did the query mean `{guess}`?" if guess else known
        self._report("E009", name.span, f"expected a parameter of `{self.owner}`, found `{name.name}`", help, meant)

    def _nameless(self, argument: Argument) -> Fix | None:
        """The fix that drops a name, where values have none: `fieldsAdd field: x`."""
        if not any(parameter.variadic for parameter in self.signature.positional):
            return None
        start = argument.alias.start if argument.alias is not None else argument.value.start
        return Fix("Drop the name", (Edit(Span(argument.start, start), ""),), safe=False)

    def _without(self, argument: Argument) -> Fix | None:
        """The fix that takes an argument away which follows another one."""
        before = [one for one in self.arguments if one.end <= argument.start]
        if not before or argument not in self.arguments:
            return None
        return Fix("Remove it", (Edit(Span(before[-1].end, argument.end), ""),), safe=False)

    # ---- positional ---------------------------------------------------------------------------------------------

    def _positional(self, argument: Argument) -> None:
        parameter = self._next()
        sorting = self._sorting(argument, parameter)
        if sorting is not None:
            self.given[sorting.name] = self._values(argument, sorting)
        elif self.open is not None and self._continues(argument, parameter):
            self._ungrouped(self.open)
            self.given[self.open.name].append(argument)
        elif parameter is None:
            self._surplus(argument)
        else:
            if self.latest and parameter.name in self.given and _calls(argument.value):
                self._split(argument, parameter)
            self.latest = ""
            self.last = self.given.setdefault(parameter.name, [])
            self.last += self._values(argument, parameter)
            self.nameless = self.last
            if isinstance(argument.value, Group) and len(argument.value.members) > 1:
                self.last, self.nameless = None, []  # an `alias:` behind several values names none of them

    def _sorting(self, argument: Argument, parameter: Parameter | None) -> Parameter | None:
        """The parameter that sorts, for values in braces with a direction (`dedup a, {b desc}`)."""
        value = argument.value
        if parameter is None or parameter.kind.sortable or not isinstance(value, Group):
            return None
        if not value.members or not all(member.direction for member in value.members):
            return None
        sorting = (p for p in self.signature.parameters if p.kind.sortable and p.name not in self.given)
        return next(sorting, None)

    def _next(self) -> Parameter | None:
        for parameter in self.signature.positional:
            if parameter.variadic or parameter.name not in self.given:
                return parameter
        return None

    def _continues(self, argument: Argument, parameter: Parameter | None) -> bool:
        """Whether a bare value after `by: a` is one more value of `by`."""
        if parameter is None:
            return True
        if self.open is not None and self.open.kind.sortable:
            return bool(argument.direction) or parameter.name in self.given
        if parameter.kind.role not in ("aggregated", "series", "metric") or isinstance(argument.value, Group):
            return parameter.kind.role == self.open.kind.role if self.open else False
        return not _calls(argument.value)

    def _ungrouped(self, parameter: Parameter) -> None:
        first = self.given[parameter.name][0]
        message = f"expected braces around several values of `{parameter.name}`"
        help = f"Write `{parameter.name}:{{…}}` around all of them."
        self.diagnostics.append(info("B002", first.span, message, help=help))

    def _split(self, argument: Argument, parameter: Parameter) -> None:
        message = f"expected the values of `{parameter.name}` side by side, found `{self.latest}` between them"
        self.diagnostics.append(info("B002", argument.span, message, help=f"Write it before `{self.latest}`."))

    def _without_colon(self, argument: Argument) -> bool:
        """`from -2h`, `from = -2h`: a parameter whose colon is missing, read as a subtraction or a name."""
        value = argument.value
        name = argument.alias
        if name is None and isinstance(value, Binary) and value.operator in ("+", "-") and isinstance(value.left, Name):
            name = value.left
        parameter = self.signature.find(name.name) if name is not None else None
        if name is None or parameter is None or parameter.name in self.given or self._barred(parameter):
            return False
        start = value.start if argument.alias is not None else value.operator_start if isinstance(value, Binary) else -1
        fix = Fix(f"write `{parameter.name}:`", (Edit(Span(name.end, start), ":"),))
        self._report("E012", argument.span, f"expected `:` behind `{name.name}`", f"Write `{parameter.name}:`.", fix)
        return True

    def _surplus(self, argument: Argument) -> None:
        if self._without_colon(argument):
            return
        if self._is_further_table(argument):
            written = argument.value.name if isinstance(argument.value, Name) else ""
            message = f"expected one `{self.signature.positional[-1].name}` for `{self.owner}`, found another one"
            stage = f"| append [{self.owner} {written}]"
            *_, before, last = self.arguments
            edit = Edit(Span(before.end, argument.end), f" {stage}")
            fix = Fix(f"write `{stage}`", (edit,), safe=False) if last is argument else None
            self._report("E012", argument.span, message, f"Write `{stage}` behind it.", fix)
            return
        rest = [p for p in self.signature.parameters if p.named and p.name not in self.given and not self._barred(p)]
        if rest and not isinstance(argument.value, (Hole, Variable)):
            fitting = [parameter for parameter in rest if not parameter.kind.hint and suits(argument.value, parameter)]
            message = f"expected a name for a further value of `{self.owner}`"
            if not fitting:
                self._report("E012", argument.span, message, "Remove it; further values have names.")
                return
            parameter = self._following(fitting)
            at = Edit(Span(argument.start, argument.start), f"{parameter.name}:")
            fix = Fix(f"Name it `{parameter.name}`", (at,), safe=len(fitting) == 1)
            self._report("E012", argument.span, message, f"Write `{parameter.name}:` in front of it.", fix)
            self.given[parameter.name] = [argument]
        elif isinstance(argument.value, Hole):
            self.beyond.append(argument)
        else:
            count = len(self.signature.positional)
            self._report(
                "E012",
                argument.span,
                f"expected {count or 'no'} value{'s' * (count != 1)} for `{self.owner}`, found one more",
                "Remove this one.",
            )

    def _is_further_table(self, argument: Argument) -> bool:
        """Whether a value too many is the name of one more table, which a query of its own reads."""
        tables = any(parameter.kind.role == "table" for parameter in self.signature.positional[-1:])
        return tables and isinstance(argument.value, Name)

    def _barred(self, parameter: Parameter) -> bool:
        """Whether something is given that a parameter may not stand beside."""
        pairs = (pair for pair in self.excludes if parameter.name in pair)
        return any(name in self.given for pair in pairs for name in pair)

    def _following(self, rest: Sequence[Parameter]) -> Parameter:
        """The parameter that a value without a name is meant for: the one after the last that was given, as declared."""
        declared = list(self.signature.parameters)
        named = [n for n, parameter in enumerate(declared) if parameter.named and parameter.name in self.given]
        return next((p for p in rest if named and declared.index(p) > named[-1]), rest[0])

    def _missing(self, arguments: Sequence[Argument]) -> None:
        if all(parameter.name in self.given for parameter in self.signature.required):
            return
        if any(isinstance(argument.value, (Hole, Variable)) and argument.name is None for argument in arguments):
            return  # a placeholder may stand for the missing argument
        *others, last = (f"`{one.name}`" for one in self.signature.required if one.name not in self.given)
        missing = " and ".join(filter(None, [", ".join(others), last]))
        self._report(
            "E010", self.at.span, f"expected {missing} for `{self.owner}`, found nothing", self._before(arguments)
        )

    def _before(self, arguments: Sequence[Argument]) -> str:
        """What to write where a text alone is given that is meant for a later parameter: `parse "LD:x"`."""
        first, *others = self.signature.positional or (None,)
        value = arguments[0].value if len(arguments) == 1 else None
        if first is None or not others or others[0].kind.role != "pattern" or not isinstance(value, String):
            return ""
        return f"Write the field in front of it: `{self.owner} content, …`."

    # ---- groups -------------------------------------------------------------------------------------------------

    def _values(self, argument: Argument, parameter: Parameter) -> list[Argument]:
        """The values of an argument. Braces group, they do not hide: `{count(), by:{a}}`."""
        found = self._members(argument, parameter)
        for member in found:
            if member.name is not None:
                self._named(member, member.name)
        values = [member for member in found if member.name is None]
        if len(values) > 1 and not (parameter.kind.many or parameter.variadic):
            message = f"expected one value for `{parameter.name}`, found {len(values)}"
            self._report("E012", values[1].span, message, "Remove this one.")
        return values

    def _members(self, argument: Argument, parameter: Parameter) -> list[Argument]:
        """The values an argument brings: those of a group one by one, and its named members that are no `alias:`."""
        value = argument.value
        single = argument.alias is not None or not (parameter.kind.many or parameter.variadic)
        if not isinstance(value, Group) or (single and is_placeholder(value, parameter.kind.is_constant)):
            return [self._first_named(replace(argument, name=None) if argument.name else argument)]
        if argument.alias is not None:
            return self._named_group(argument, value)
        found: list[Argument] = []
        was, self.alias = self.alias, None
        for member in value.members:
            word = member.name.name.lower() if member.name is not None else ""
            said = _single(member.value)
            if word == "direction" and found and isinstance(said, String):
                found[-1] = _directed(found[-1], said)
            elif word == "alias" and isinstance(said, (Name, String)):
                if found:
                    found[-1] = self._renamed(found[-1], member)
                else:
                    self.alias = member
            elif member.name is None and isinstance(member.value, Group):
                found += self._inner(member, parameter)
            else:
                found.append(self._first_named(member))
        self.alias = self.alias or was
        return found

    def _inner(self, group: Argument, parameter: Parameter) -> list[Argument]:
        """The values of a group in a group. Of series, its named members hold for each of them: `{avg(m), default: 0}`."""
        members = self._members(group, parameter)
        own = [member for member in members if member.name is not None]
        if not own or parameter.kind.role not in ("series", "metric"):
            return members
        return [_with_parameters(member, own) for member in members if member.name is None]

    def _named_group(self, argument: Argument, group: Group) -> list[Argument]:
        """`x = {a}` is `x = a`; a name for several values is refused."""
        inner = _single(group)
        if isinstance(inner, Group):
            self._report("E001", group.span, "expected one value, found a group", "Write `array(…)` for an array.")
            return []
        return [replace(argument, value=inner, name=None)]

    def _first_named(self, value: Argument) -> Argument:
        """A value, with the `alias:` that stands before it."""
        alias, self.alias = (self.alias, None) if value.name is None else (None, self.alias)
        return value if alias is None else self._renamed(value, alias)

    def _report(self, code: str, span: Span, message: str, help: str, fix: Fix | None = None) -> None:
        self.diagnostics.append(error(code, span, message, help=help, fix=fix))


def _calls(value: Expression) -> bool:
    return any(isinstance(node, Call) for node in walk(value))


def _single(value: Expression) -> Expression:
    """What stands in braces around one value."""
    while isinstance(value, Group) and len(value.members) == 1:
        (member,) = value.members
        if member.name is not None or member.alias is not None:
            break
        value = member.value
    return value


def _directed(value: Argument, direction: String) -> Argument:
    """A value with the order that `direction:` gives it."""
    return replace(value, direction="desc" if direction.value.lower().startswith("desc") else "asc")


def _with_parameters(series: Argument, own: Sequence[Argument]) -> Argument:
    """A series with further parameters in its call."""
    call = series.value
    return replace(series, value=replace(call, arguments=[*call.arguments, *own])) if isinstance(call, Call) else series
