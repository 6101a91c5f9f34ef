"""The surroundings of a caret in a DQL query: the stage, the fields that come into it, the table they come from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from dqlkit.cached import cached_property
from dqlkit.editing.caret import MARK, Caret
from dqlkit.editing.expected import Owner, owner_of
from dqlkit.editing.items import Item
from dqlkit.frozen import mutable
from dqlkit.functions.function import fits
from dqlkit.languages.dql.format import DqlPrinter
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.syntax.tree import Argument, Binary, Call, Index, Name, Node, String
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, Record

__all__ = ["Place", "spelled", "table_of"]


def spelled(name: str) -> str:
    """A name with back ticks where it needs them."""
    return DqlPrinter().spelled_name(name)


def table_of(pipeline: Pipeline) -> str:
    """The table that a pipeline reads, if its first command names one."""
    arguments = pipeline.commands[0].arguments
    value = arguments[0].value if arguments else None
    return value.name if isinstance(value, Name) else value.value if isinstance(value, String) else ""


@mutable(slots=False)
class Place:
    """The place of a caret in the tree of its draft."""

    caret: Caret

    @property
    def path(self) -> tuple[Node, ...]:
        return self.caret.path

    @property
    def above(self) -> Node | None:
        """The node that what is written at the caret belongs to."""
        return self.path[-2] if len(self.path) > 1 else None

    @cached_property
    def owner(self) -> Owner | None:
        """The command or call whose parameter is written here."""
        return owner_of(self.path) if self.path else None

    @cached_property
    def pipelines(self) -> list[Pipeline]:
        """The query and the sub-queries around the caret, the outermost first."""
        return [node for node in self.path if isinstance(node, Pipeline)]

    @cached_property
    def command(self) -> Command | None:
        """The command around the caret."""
        return next((node for node in reversed(self.path) if isinstance(node, Command)), None)

    @cached_property
    def within(self) -> Sequence[Node]:
        """The nodes between the command or call around the caret and the caret."""
        if self.owner is None:
            return self.path
        at = next(n for n, node in enumerate(self.path) if node is self.owner.node)
        return self.path[at + 1 :]

    @cached_property
    def schema(self) -> Schema:
        """The fields that come into the stage."""
        if not self.pipelines:
            return Schema({}, open=True)
        position = next(n for n, node in enumerate(self.pipelines[-1].commands) if node is self.command)
        return self.caret.marked.before(self.pipelines[-1], position)

    @cached_property
    def table(self) -> str:
        """The table that the stages read."""
        return table_of(self.pipelines[-1]) if self.pipelines else ""

    @property
    def variables(self) -> Sequence[str]:
        """The variables of the document, and those that the text names."""
        at = self.caret.word.start
        met = (one.name for one in self.caret.draft.references if one.kind == "variable" and one.span.start != at)
        return [*dict.fromkeys((*(self.caret.draft.known.variables or ()), *met))]

    # ---- fields -------------------------------------------------------------------------------------------------

    def fields(self, wanted: Collection[str] = ()) -> Iterator[Item]:
        """The fields that come in, of those types where some are named; then names that the text uses."""
        declared = self.owner.parameter.kind if self.owner and self.owner.parameter else None
        if declared is not None and (declared.joined or declared.role == "field name"):
            yield from _fields_of(self._joined())
            return
        schema, shares = self.schema, self.caret.draft.known.shares.get(self.table, {})
        for name, kind in schema.fields.items():
            if fits(kind, frozenset(wanted)) and name[:1] != "\x01":
                share = shares.get(name) if name in schema.stored else None
                detail = str(kind) if share is None else f"{kind}, in {share:.0%} of the records"
                yield Item(name, "field", spelled(name), detail, rank=1 if kind != ANY else 2)
        if schema.open:
            for name in self._named():
                if name not in schema.fields and schema.may_have(name):
                    yield Item(name, "field", spelled(name), "named in the query", rank=2)

    def _named(self) -> list[str]:
        """The names of fields that the text reads."""
        met = (found.name for found in self.caret.marked.references if found.kind == "field" and not found.defines)
        return [name for name in dict.fromkeys(met) if MARK not in name]

    def members(self, index: Index) -> Iterator[Item]:
        """What may stand in brackets behind a name: members of a record, fields of one side of a join."""
        if not isinstance(index.base, Name):
            return
        if index.base.name == "left":
            yield from self.fields()
        elif index.base.name == "right":
            yield from _fields_of(self._joined())
        kind = self.schema.type(index.base.name)
        if isinstance(kind, Record):
            yield from _fields_of(Schema(dict(kind.fields)))

    def _joined(self) -> Schema:
        """The fields of the sub-query that is written in the same command or call."""
        arguments = self.owner.node.arguments if self.owner else ()
        block = next((argument.value for argument in arguments if isinstance(argument.value, Subquery)), None)
        return self.caret.marked.after(block.pipeline) if block else Schema({})

    @property
    def values(self) -> Sequence[object]:
        """Frequent values of the field that what stands at the caret is compared with."""
        name = next((found for node in reversed(self.path) if (found := _compared(node))), "")
        return self.caret.draft.known.values(self.table, name) if name else ()


def _fields_of(schema: Schema) -> Iterator[Item]:
    for name, kind in schema.fields.items():
        yield Item(name, "field", spelled(name), str(kind), rank=1)


def _compared(node: Node) -> str:
    """The field that a comparison, or the first argument of a call, names."""
    match node:
        case Binary(left=Name(name=name)) | Binary(right=Name(name=name)):
            return "" if MARK in name else name
        case Call(arguments=[Argument(value=Name(name=name)), *_]):
            return "" if MARK in name else name
    return ""
