"""Where the fields of a query come from: which occurrences of a name mean one field, and where that field is made.

The stages are walked with a scope, the fields that there are by their names. A stage that gives a field its name begins a
new origin; one that passes a field on keeps it, as the operator's traits say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from dqlkit.cached import cached_property
from dqlkit.diagnostics import Span
from dqlkit.editing.draft import Draft
from dqlkit.editing.place import spelled
from dqlkit.frozen import field, frozen, mutable
from dqlkit.languages.dpl import tree as dpl_tree
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.column_names import column_name
from dqlkit.languages.dql.matching import match
from dqlkit.languages.dql.token_values import offsets
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.syntax.references import Reference
from dqlkit.languages.syntax.tree import Argument, Binary, Index, Name, Node, String, walk
from dqlkit.plan.operators import Operator, Reader
from dqlkit.plan.ops.append import Append
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.parse import Parse

__all__ = ["Origin", "Origins", "Spot"]

Write: TypeAlias = Callable[[str], str]


@frozen
class Spot:
    """An occurrence of a field: its range, and what is written there for a new name."""

    span: Span
    write: Write = spelled


@mutable(eq=False)
class Origin:
    """A field as one stage made it; one of a table where `made` is None.

    `made` is where it gets its name, or the stage that makes it where its name is not written. `spots` are its
    occurrences. `follows` are fields that are named after it, each with their name for a new one. `fixed` says why it
    cannot be renamed, if so.
    """

    name: str
    made: Span | None = None
    spots: dict[Span, Spot] = field(default_factory=dict)
    follows: list[tuple[Origin, Write]] = field(default_factory=list)
    fixed: str = ""

    def at(self, span: Span, write: Write = spelled) -> None:
        """Note an occurrence."""
        self.spots.setdefault(span, Spot(span, write))


Scope: TypeAlias = dict[str, Origin]


@mutable(slots=False)
class Origins:
    """The origins of all fields of a DQL draft."""

    draft: Draft
    found: list[Origin] = field(default_factory=list)

    def __post_init__(self) -> None:
        tree = self.draft.parsed.tree
        if isinstance(tree, Pipeline):
            self._pipeline(tree)
        else:
            scope: Scope = {}
            for reference in self.draft.references:
                self._read(scope, reference)

    def at(self, offset: int) -> Origin | None:
        """The field that a word around an offset names; of two the one that is defined there."""
        near = [o for o in self.found if any(s.start <= offset <= s.end for s in o.spots)]
        return max(near, key=lambda o: o.made is not None and o.made.start <= offset <= o.made.end, default=None)

    @cached_property
    def _operators(self) -> dict[Span, list[Operator]]:
        """What each command became, by its span."""
        found: dict[Span, list[Operator]] = {}
        for flow in self.draft.flows:
            part: list[Operator] = []
            for operator, _ in flow:
                part.append(operator)
                if operator.span is not None:
                    found[operator.span], part = part, []
        return found

    # ---- stages -------------------------------------------------------------------------------------------------

    def _pipeline(self, pipeline: Pipeline) -> Scope:
        """The fields that come out of a pipeline."""
        scope: Scope = {}
        for command in pipeline.commands:
            scope = _Stage(self, command, scope).after()
        return scope

    def _new(self, name: str, made: Span | None = None) -> Origin:
        origin = Origin(name, made)
        self.found.append(origin)
        return origin

    def _read(self, scope: Scope, reference: Reference, write: Write | None = None) -> Origin | None:
        """Note that a stage reads a field; one that no stage made is of the table."""
        if reference.kind != "field" or reference.defines:
            return None
        quoted = self.draft.text[reference.span.start : reference.span.start + 1] == '"'
        if quoted and "*" in reference.name:
            self._wildcard(scope, reference.name)
            return None
        origin = scope.setdefault(reference.name, self._known(scope, reference.name))
        origin.at(reference.span, write or (_in_quotes if quoted else spelled))
        return origin

    def _known(self, scope: Scope, name: str) -> Origin:
        return scope[name] if name in scope else self._new(name)

    def _wildcard(self, scope: Scope, pattern: str) -> None:
        """Fields that a pattern of names chooses would not be chosen under another name."""
        start, _, end = pattern.partition("*")
        for name, origin in scope.items():
            if name.startswith(start) and name.endswith(end.rpartition("*")[2]):
                origin.fixed = f"`{pattern}` chooses it by its name"


class _Stage:
    """One command: the fields that come in and those that come out."""

    def __init__(self, origins: Origins, command: Command, scope: Scope) -> None:
        self.origins, self.command, self.scope = origins, command, dict(scope)
        self.inner: Scope = {}
        blocks = [node for node in walk(command) if isinstance(node, Subquery)]
        outer = [b for b in blocks if not any(o is not b and o.start <= b.start < o.end for o in blocks)]
        for block in outer:
            self.inner = origins._pipeline(block.pipeline)
        self.words = [
            word
            for word in origins.draft.references
            if command.start <= word.span.start < command.end
            and not any(b.start <= word.span.start < b.end for b in outer)
        ]
        self.operators = origins._operators.get(command.span, [])

    def after(self) -> Scope:
        """The fields that come out. A stage with an error passes everything on."""
        taken = self._joined()
        for word in self.words:
            if word.span not in taken:
                self.origins._read(self.scope, word)
        made = {
            word.name: self._named(word.name, word.span) for word in self.words if word.defines and word.kind == "field"
        }
        out = {name: origin for name, origin in self.scope.items() if name not in made and self._passes(name)}
        out |= made
        for operator in self.operators:
            self._brought(operator, out)
        for argument, name in self._unnamed():
            if name not in out and name in self._names:
                out[name] = self._computed(argument, name)
        of_table = any(isinstance(operator, Reader) for operator in self.operators)
        for name in self._names - out.keys():
            out[name] = self.origins._new(name, None if of_table else self.command.span)
            out[name].fixed = "" if of_table else f"`{self.command.name.name}` names it"
        return out

    @cached_property
    def _names(self) -> set[str]:
        """The fields that certainly come out."""
        return set(self.operators[-1].schema.fields) if self.operators else set()

    def _passes(self, name: str) -> bool:
        return name in self._names or all(operator.keeps(name) for operator in self.operators)

    def _named(self, name: str, span: Span) -> Origin:
        origin = self.origins._new(name, span)
        origin.at(span)
        return origin

    def _computed(self, argument: Argument, name: str) -> Origin:
        """A column that is called as it is computed: it follows the fields in it, and gets a name to be renamed."""
        span = argument.span
        origin = self.origins._new(name, span)
        origin.at(Span(span.start, span.start), lambda new: f"{spelled(new)} = ")
        for node in walk(argument.value):
            read = self.scope.get(node.name) if isinstance(node, Name) else None
            if read is not None and isinstance(node, Name):
                read.follows.append((origin, _column_of(self.origins.draft, argument, node.name)))
        return origin

    def _unnamed(self) -> Iterator[tuple[Argument, str]]:
        """What is computed without a name of its own, and what it is called."""
        declared = commands.find(self.command.name.name)
        if declared is None:
            return
        given = match(declared.signature, self.command.arguments, declared.name, self.command).given
        for name, arguments in given.items():
            parameter = declared.signature.find(name)
            if parameter is not None and parameter.kind.assign and parameter.kind.role != "block":
                for argument in arguments:
                    if argument.alias is None and not isinstance(argument.value, Name):
                        yield argument, column_name(argument.value)

    # ---- what other queries bring -------------------------------------------------------------------------------

    def _joined(self) -> set[Span]:
        """Note the words that name fields of the sub-query, or of both sides; their places."""
        declared = commands.find(self.command.name.name)
        if declared is None:
            return set()
        taken: set[Span] = set()
        given = match(declared.signature, self.command.arguments, declared.name, self.command).given
        for name, arguments in given.items():
            parameter = declared.signature.find(name)
            for argument in arguments if parameter is not None else ():
                if parameter is not None and parameter.kind.role == "on":
                    taken |= self._key(argument.value)
                elif parameter is not None and parameter.kind.joined:
                    taken |= self._of_inner(argument, renames=parameter.kind.role == "renamed")
        return taken

    def _within(self, node: Node) -> list[Reference]:
        return [w for w in self.words if node.start <= w.span.start < node.end and w.kind == "field" and not w.defines]

    def _of_inner(self, argument: Argument, renames: bool) -> set[Span]:
        """Words that name fields of the sub-query. One that is brought under its own name keeps that name."""
        found = self._within(argument.value)
        for word in found:
            keeps = renames and argument.alias is None
            write: Write = (lambda new, own=word.name: f"{spelled(own)} = {spelled(new)}") if keeps else spelled  # type: ignore[misc]
            self.origins._read(self.inner, word, write)
        return {word.span for word in found}

    def _key(self, node: Node) -> set[Span]:
        """The keys of a join: a name stands for both sides."""
        if isinstance(node, Name):
            own, span = spelled(node.name), node.span
            for scope, form in ((self.scope, "left[{1}] == right[{0}]"), (self.inner, "left[{0}] == right[{1}]")):
                origin = scope.setdefault(node.name, self.origins._known(scope, node.name))
                origin.at(span, lambda new, form=form: form.format(own, spelled(new)))  # type: ignore[misc]
            return {span}
        taken: set[Span] = set()
        for side in (node.left, node.right) if isinstance(node, Binary) else ():
            if isinstance(side, Index) and isinstance(side.base, Name):
                scope = self.inner if side.base.name == "right" else self.scope
                for word in self._within(side.index):
                    self.origins._read(scope, word)
                    taken.add(word.span)
        return taken

    def _brought(self, operator: Operator, out: Scope) -> None:
        """The fields that an operator brings from a sub-query or reads out of a text."""
        if isinstance(operator, Join):
            for new, own in operator.brought(self.inner).items():
                if own in self.inner:
                    out[new] = self._from_inner(new, own, operator)
        elif isinstance(operator, Append):
            for name in out.keys() & self.inner.keys():
                out[name].follows.append((self.inner[name], str))
                self.inner[name].follows.append((out[name], str))
            out |= {name: origin for name, origin in self.inner.items() if name not in out}
        elif isinstance(operator, Parse):
            out |= dict(self._exports(operator))

    def _from_inner(self, new: str, own: str, operator: Join) -> Origin:
        """A field of the sub-query as it arrives: under the prefix, or named in `fields`."""
        named = next((w for w in self.words if w.name == own and w.kind == "field" and operator.fields), None)
        defined = next((w for w in self.words if w.defines and operator.prefix + w.name == new), None)
        origin = self.origins._new(new, self.command.span)
        prefix = operator.prefix
        if not operator.fields:
            origin.fixed = f"`{self.command.name.name}` names it after `{own}`"
            self.inner[own].follows.append((origin, lambda name: prefix + name))
        elif prefix:
            origin.fixed = f"`{self.command.name.name}` puts `{prefix}` before it"
        elif defined is not None:
            origin.made = defined.span
            origin.at(defined.span)
        elif named is not None:
            origin.made = named.span
            origin.at(named.span, lambda name: f"{spelled(name)} = {spelled(own)}")
        return origin

    def _exports(self, operator: Parse) -> Iterator[tuple[str, Origin]]:
        """The fields that a pattern names."""
        for text in walk(self.command):
            if isinstance(text, String) and text.value == operator.pattern:
                places = offsets(self.origins.draft.text[text.start : text.end])
                for name, spans in _names_in(text.value).items():
                    if name in operator.exports:
                        found = [Span(text.start + places[s.start], text.start + places[s.end]) for s in spans]
                        origin = self.origins._new(name, found[0])
                        for span in found:
                            origin.at(span, _in_pattern)
                        yield name, origin


def _names_in(pattern: str) -> dict[str, list[Span]]:
    """The exports of a pattern and where they are named."""
    from dqlkit.languages.dpl.parse import parse

    found: dict[str, list[Span]] = {}
    for node in walk(parse(pattern).tree):
        if isinstance(node, dpl_tree.Element):
            for name in node.exports:
                found.setdefault(name.name, []).append(name.span)
    return found


def _in_pattern(name: str) -> str:
    return name if name.isidentifier() else f"'{name}'"


def _in_quotes(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _column_of(draft: Draft, argument: Argument, old: str) -> Write:
    """What a column without a name is called once a field in it has another one."""

    def renamed(new: str) -> str:
        text = draft.text[argument.value.start : argument.value.end]
        names = [node for node in walk(argument.value) if isinstance(node, Name) and node.name == old]
        for node in sorted(names, key=lambda node: node.start, reverse=True):
            at = node.start - argument.value.start
            text = text[:at] + spelled(new) + text[node.end - argument.value.start :]
        tree = draft.verbs.parse(text, "expression").tree
        return column_name(tree)  # type: ignore[arg-type]

    return renamed
