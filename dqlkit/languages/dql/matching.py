"""Which written argument belongs to which parameter: one matcher for commands and functions.

Named arguments go by name; positional ones fill the positional parameters in order, the last of which may be variadic.
`{a, b}` are several values of one parameter. After a parameter of several values that has no braces (`by: a, b`) further
bare values are taken to belong to it, as the vendor's service does with a notice. `alias: x` names the value before it,
`direction: "descending"` sorts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error, info
from dqlkit.functions.signature import Parameter, Signature
from dqlkit.languages.syntax.tree import Argument, Call, Group, Hole, Name, String, Variable, walk

__all__ = ["Matched", "is_slip", "match", "nearest"]

#: Shorter names are alike without being meant.
_SHORT = 4


@dataclass(slots=True)
class Matched:
    """`given` has an entry per parameter that was written, in the order of definition."""

    given: dict[str, list[Argument]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that a name was probably meant to be, or nothing."""
    from difflib import get_close_matches  # only for what is wrong

    by_lower = {candidate.lower(): candidate for candidate in candidates}
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def is_slip(written: str, meant: str) -> bool:
    """Whether a name is another one with a slip of the fingers: as long, but for one letter, and not a short one."""
    if abs(len(written) - len(meant)) > 1 or len(meant) < _SHORT:
        return False
    from difflib import SequenceMatcher

    blocks = SequenceMatcher(None, written.lower(), meant.lower(), autojunk=False).get_matching_blocks()
    return max(len(written), len(meant)) - sum(block.size for block in blocks) <= 1


def match(signature: Signature, arguments: Sequence[Argument], owner: str, span: Span) -> Matched:
    """Match the arguments of `owner`, which stands at `span`. Whatever is wrong, every argument finds a place if it can."""
    return _Matching(signature, owner, span).run(arguments)


class _Matching:
    def __init__(self, signature: Signature, owner: str, span: Span) -> None:
        self.signature, self.owner, self.span = signature, owner, span
        self.given: dict[str, list[Argument]] = {}
        self.diagnostics: list[Diagnostic] = []
        self.open: Parameter | None = None
        self.last: list[Argument] | None = None

    def run(self, arguments: Sequence[Argument]) -> Matched:
        for argument in arguments:
            if argument.name is None:
                self._positional(argument)
            else:
                self._named(argument, argument.name)
        self._missing(arguments)
        given = self.given
        if len(given) > 1:
            given = {p.name: given[p.name] for p in self.signature.parameters if p.name in given}
        return Matched(given, self.diagnostics)

    # ---- named --------------------------------------------------------------------------------------------------

    def _named(self, argument: Argument, name: Name) -> None:
        parameter = self.signature.find(name.name)
        if parameter is None:
            if not self._modifier(argument, name.name.lower()):
                self._unknown(name)
            return
        if parameter.name in self.given:
            self._report(
                "E011",
                name.span,
                f"expected `{parameter.name}` once, found it again",
                "Keep one of them; several values of one parameter go into braces.",
            )
        values = _members(argument, parameter)
        self.given.setdefault(parameter.name, []).extend(values)
        self.last = self.given[parameter.name]
        self.open = parameter if parameter.kind.many and not isinstance(argument.value, Group) else None

    def _modifier(self, argument: Argument, name: str) -> bool:
        """`alias:` and `direction:`, which say something of the value before them."""
        if not self.last or name not in ("alias", "direction"):
            return False
        value, last = argument.value, self.last[-1]
        if name == "alias" and isinstance(value, (Name, String)):
            text = value.name if isinstance(value, Name) else value.value
            if last.alias is not None:
                self._report(
                    "E015",
                    argument.span,
                    "expected one name for the value, found two",
                    "Keep either `name = value` or `alias:`.",
                )
            self.last[-1] = replace(last, alias=Name(value.start, value.end, text))
            return True
        if name == "direction" and isinstance(value, String):
            self.last[-1] = replace(last, direction="desc" if value.value.lower().startswith("desc") else "asc")
            return True
        return False

    def _unknown(self, name: Name) -> None:
        names = [p.name for p in self.signature.parameters if p.kind.role != "names"]
        guess = nearest(name.name, names)
        known = f"Known: {', '.join(names)}." if names else "There are none."
        self._report(
            "E009",
            name.span,
            f"expected a parameter of `{self.owner}`, found `{name.name}`",
            f"Did the query mean `{guess}`?" if guess else known,
            Fix(f"Write `{guess}`", (Edit(name.span, guess),), safe=False) if guess else None,
        )

    # ---- positional ---------------------------------------------------------------------------------------------

    def _positional(self, argument: Argument) -> None:
        parameter = self._next()
        sorting = self._sorting(argument, parameter)
        if sorting is not None:
            self.given[sorting.name] = _members(argument, sorting)
        elif self.open is not None and self._continues(argument, parameter):
            self._ungrouped(self.open)
            self.given[self.open.name].append(argument)
        elif parameter is None:
            self._surplus(argument)
        else:
            members = _members(argument, parameter)
            self.last = self.given.setdefault(parameter.name, [])
            self.last += [member for member in members if member.name is None]
            for member in members:
                if member.name is not None:  # braces group, they do not hide: `{count(), by:{a}}`
                    self._named(member, member.name)

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
        if parameter is None or (self.open is not None and self.open.kind.sortable):
            return True
        if parameter.kind.role not in ("aggregated", "series", "metric") or isinstance(argument.value, Group):
            return parameter.kind.role == self.open.kind.role if self.open else False
        return not any(isinstance(node, Call) for node in walk(argument.value))

    def _ungrouped(self, parameter: Parameter) -> None:
        first = self.given[parameter.name][0]
        self.diagnostics.append(
            info(
                "B002",
                first.span,
                f"expected braces around several values of `{parameter.name}`",
                help=f"Write `{parameter.name}:{{…}}` around all of them.",
            )
        )

    def _surplus(self, argument: Argument) -> None:
        rest = [p for p in self.signature.parameters if p.named and p.name not in self.given]
        if rest and not isinstance(argument.value, (Hole, Variable)):
            parameter = self._following(rest)
            self._report(
                "E012",
                argument.span,
                f"expected a name for a further value of `{self.owner}`",
                f"Write `{parameter.name}:` in front of it.",
                Fix(f"Name it `{parameter.name}`", (Edit(Span(argument.start, argument.start), f"{parameter.name}:"),)),
            )
            self.given[parameter.name] = [argument]
        elif not isinstance(argument.value, Hole):
            count = len(self.signature.positional)
            self._report(
                "E012",
                argument.span,
                f"expected {count or 'no'} value{'s' * (count != 1)} for `{self.owner}`, found one more",
                "Remove this one.",
            )

    def _following(self, rest: Sequence[Parameter]) -> Parameter:
        """The parameter that a value without a name is meant for: the one after the last that was given, as declared."""
        declared = list(self.signature.parameters)
        named = [n for n, parameter in enumerate(declared) if parameter.named and parameter.name in self.given]
        return next((p for p in rest if named and declared.index(p) > named[-1]), rest[0])

    def _missing(self, arguments: Sequence[Argument]) -> None:
        if all(parameter.name in self.given for parameter in self.signature.required):
            return
        if any(isinstance(argument.value, (Hole, Variable)) and argument.name is None for argument in arguments):
            return  # what a placeholder will become may well be what is missing
        for parameter in self.signature.required:
            if parameter.name not in self.given:
                self._report("E010", self.span, f"expected `{parameter.name}` for `{self.owner}`, found nothing", "")

    def _report(self, code: str, span: Span, message: str, help: str, fix: Fix | None = None) -> None:
        self.diagnostics.append(error(code, span, message, help=help, fix=fix))


def _members(argument: Argument, parameter: Parameter) -> list[Argument]:
    """The values an argument brings: those of a group one by one."""
    if not isinstance(argument.value, Group):
        return [replace(argument, name=None)] if argument.name else [argument]
    members: list[Argument] = []
    for member in argument.value.members:
        if member.name is not None and member.name.name.lower() == "direction" and members:
            value = member.value
            descending = isinstance(value, String) and value.value.lower().startswith("desc")
            members[-1] = replace(members[-1], direction="desc" if descending else "asc")
        elif member.name is not None and member.name.name.lower() == "alias" and members:
            value = member.value
            if isinstance(value, Name):
                members[-1] = replace(members[-1], alias=value)
        else:
            members.append(member)
    return members
