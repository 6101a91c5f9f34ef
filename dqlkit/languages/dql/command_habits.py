"""Stages of SQL, KQL and SPL that people write in DQL: parsed, reported, and replaced by the DQL that was meant.

The methods are named as the `[habit]` alternatives of `grammars/dql.lark`. Codes: E001 what is missing between, E005 commands.
"""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.diagnostics import Edit, Fix, Span, apply_edits
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.commands import Elsewhere
from dqlkit.languages.dql.habits import Habits, short
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Argument, Bad, Binary, Group, Name, String

__all__ = ["CommandHabits"]

#: As many findings are looked through for those of one argument.
_LAST = 100


class CommandHabits(Habits):
    """Builds the DQL tree for foreign commands."""

    def settle(self, command: Command) -> Command:
        """Give a foreign command its DQL name, and a condition its `==`. Valid text imports no declaration."""
        if not commands.is_command(command.name.name):
            foreign = commands.known_elsewhere().get(command.name.name.lower())
            if foreign is not None and not self._said(command, foreign):
                self._foreign_command(command.name, foreign, command.name.span)
                return self.settle(command)
        elif self.diagnostics or any(map(_has_alias, command.arguments)):
            self._settle_arguments(command)
        if self.left_out:
            self._mark(command)
        return command

    def _settle_arguments(self, command: Command) -> None:
        if not commands.takes_condition(command.name.name):
            self._names_in_quotes(command.arguments)
            return
        for argument in command.arguments:
            if argument.name is None:
                self.condition(argument)

    def _names_in_quotes(self, arguments: Sequence[Argument]) -> None:
        """Read `"Avg (ms)" = avg(d)` as a value with a name, where no condition can be meant."""
        waiting = [*arguments[::-1]]
        while waiting:
            argument = waiting.pop()
            value = argument.value
            if isinstance(value, Group) and not _is_condition(argument):
                waiting += value.members[::-1]
            elif isinstance(value, Binary) and isinstance(value.left, String) and not _is_condition(argument):
                self._name_in_quotes(argument, value, value.left)

    def _name_in_quotes(self, argument: Argument, value: Binary, text: String) -> None:
        found = self.diagnostics
        said = [n for n in range(max(len(found) - _LAST, 0), len(found)) if argument.start <= found[n].span.start]
        if not any(found[n].code == "E003" and found[n].span.start == value.operator_start for n in said):
            return
        for n in reversed(said):
            if found[n].span in (text.span, Span(value.operator_start, value.operator_start + 1)):
                del found[n]
        written = f"`{text.value.replace('`', '')}`"
        fix = Fix(f"write {written}", (Edit(text.span, written),))
        help = f"Names with other characters than letters and digits stand in backticks: {written}."
        self.error("E001", *text.span, "expected a name before `=`, found a string", help=help, fix=fix)
        argument.alias, argument.value = Name(text.start, text.end, text.value), value.right

    def _mark(self, command: Command) -> None:
        """Record on a command the text that was left out in it."""
        inside = [bad for bad in self.left_out if bad.start >= command.start]
        if inside:
            start, end = inside[0].start, inside[-1].end
            command.bad = Bad(start, end, self.text[start:end])
            del self.left_out[-len(inside) :]

    def _said(self, command: Command, foreign: Elsewhere) -> bool:
        """Report a stage of another language that has to change in more than its name and the signs in it: with what to write
        for it, or with advice alone; one finding, for its other parts are right in that language."""
        told = any(d.code == "E001" and d.span.start >= command.start for d in self.diagnostics)
        if foreign.renamed and not told and command.name.name.lower() not in commands.phrases():
            return False
        from dqlkit.languages.dql.phrases import in_dql

        written = in_dql(command.name.name, self.text[command.start : command.end], self.wrong)
        if foreign.renamed and not written:
            return False
        self.forget(command.start)
        span = command.span if written else command.name.span
        fix = Fix(f"write `{short(written)}`", (Edit(span, written),), safe=False) if written else None
        help = f"Write `{short(written)}`." if written else foreign.advice
        self.error("E005", *span, f"expected a DQL command, found `{command.name.name}`", help=help, fix=fix)
        command.bad = Bad(*command.span, self.text[slice(*command.span)])
        command.name, command.arguments = Name(command.start, command.start, ""), []
        return True

    def foreign_query(self, stages: list[Command]) -> None:
        """Report a query of another language once: `FROM logs | WHERE a > 5`, `logs | where a > 5`."""
        first, end = stages[0], max(stage.bad.end if stage.bad else stage.end for stage in stages)
        found = [diagnostic for diagnostic in self.diagnostics if diagnostic.span.start >= first.start]
        foreign = [diagnostic.span.start for diagnostic in found if diagnostic.code == "E005"]
        table = first.bad is None and not (first.hole or first.arguments or commands.is_command(first.name.name))
        if len(foreign) < 2 - table or not (table or foreign[0] == first.start):
            return
        from dqlkit.languages.dql.phrases import mended

        edits = [edit for diagnostic in found for edit in (diagnostic.fix.edits if diagnostic.fix else ())]
        text = apply_edits(self.text[:end], edits)[first.start :]
        written = mended(f"fetch {text}" if table else text, self.wrong) if all(one.fix for one in found) else ""
        if not written:
            return
        self.forget(first.start)
        fix = Fix(f"write `{short(written)}`", (Edit(Span(first.start, end), written),), safe=False)
        message, help = "expected a query, found one of another language", f"Write `{short(written)}`."
        self.error("E005", first.start, end, message, help=help, fix=fix)
        bad = Bad(first.start, end, self.text[first.start : end])
        stages[:] = [Command(first.start, end, Name(first.start, first.start, ""), [], bad)]

    def _foreign_command(self, name: Name, foreign: Elsewhere, span: Span) -> None:
        replacement = foreign.command.name
        fix = Fix(f"write `{replacement}`", (Edit(span, replacement),)) if foreign.renamed else None
        self.error(
            "E005",
            *span,
            f"expected a DQL command, found `{self.text[span.start : span.end]}`",
            help=foreign.advice,
            fix=fix,
        )
        name.name = replacement

    def two_words(self, name: Name, by: Name, arguments: list[Argument]) -> Command:
        """`order by a`, `group by a`."""
        span = Span(name.start, by.end)
        foreign = commands.known_elsewhere()[f"{name.name} by".lower()]
        self._foreign_command(name, foreign, span)
        grouping = foreign.command.signature.find("by") is not None
        return Command(name.start, arguments[-1].end, name, [self._by(by, arguments)] if grouping else arguments)

    def by_words(self, name: Name, arguments: list[Argument], by: Name, groups: list[Argument]) -> Command:
        """`summarize count() by a, b`."""
        braces = not isinstance(groups[0].value, Group)
        if len(arguments) > 1 and _is_word(arguments[-1], "group"):
            arguments.pop()
        edits: tuple[Edit, ...] = (Edit(Span(arguments[-1].end, groups[0].start), ", by:{" if braces else ", by:"),)
        if braces:
            edits += (Edit(Span(groups[-1].end, groups[-1].end), "}"),)
        group = "{" + ", ".join(map(self.written, groups)) + "}" if braces else self.written(groups[0])
        help = f"Write `, by:{short(group)}`."
        fix = Fix("write `by` as a parameter", edits)
        if (
            commands.is_command(name.name) or name.name.lower() in commands.known_elsewhere()
        ):  # else that is the mistake
            self.error("E001", *by.span, f"expected `,` and `by:`, found `{by.name}`", help=help, fix=fix)
        return self.settle(Command(name.start, groups[-1].end, name, [*arguments, self._by(by, groups)]))

    def by_colon(self, name: Name, arguments: list[Argument], by: Name, _colon: int, rest: list[Argument]) -> Command:
        """`summarize count() by:{a}`."""
        at = arguments[-1].end
        help, edit = "Insert `,`.", Edit(Span(at, at), ",")
        if len(arguments) > 1 and _is_word(arguments[-1], "group"):
            group = arguments.pop()
            help, edit = f"Write `{by.name}:`.", Edit(Span(group.start, by.start), "")
        fix = Fix(help[0].lower() + help[1:-1], (edit,))
        self.error("E001", *by.span, f"expected `,` before `{by.name}`", help=help, fix=fix)
        rest[0].name, rest[0].start = by, by.start
        return self.settle(Command(name.start, rest[-1].end, name, [*arguments, *rest]))

    def _by(self, by: Name, groups: list[Argument]) -> Argument:
        if len(groups) == 1:
            value = groups[0].value
            if isinstance(value, Group):
                return Argument(by.start, value.end, value, by)
        group = Group(groups[0].start, groups[-1].end, groups)
        return Argument(by.start, group.end, group, by)


def _has_alias(argument: Argument) -> bool:
    """Whether the argument, or a value in its braces, has an alias: `a = 1`."""
    if argument.alias is not None:
        return True
    return type(argument.value) is Group and any(member.alias is not None for member in argument.value.members)


def _is_word(argument: Argument, word: str) -> bool:
    return (
        isinstance(argument.value, Name)
        and argument.start == argument.value.start
        and argument.value.name.lower() == word
    )


def _is_condition(argument: Argument) -> bool:
    return argument.name is not None and argument.name.name.lower() == "filter"
