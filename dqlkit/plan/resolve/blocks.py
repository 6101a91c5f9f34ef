"""Sub-queries in expressions become joins, so that one plan, and one run of it, holds them too.

`a in [query]` is whether a record has a partner among the values of the sub-query; `lookup([query], …)` is the partner.
A filter by such a condition keeps the records that have one.
Inside of a loop over elements there is no record to join: there the records of the sub-query come as an array.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial, reduce
from typing import TYPE_CHECKING

from dqlkit.frozen import replace
from dqlkit.functions import find
from dqlkit.functions.boolean import is_not_null
from dqlkit.functions.flow import if_
from dqlkit.functions.operators import and_, in_query
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Call, Column, Expression, Literal, Loop, literal, map_children
from dqlkit.plan.flow import blocks
from dqlkit.plan.operators import Field, Operator, Stage
from dqlkit.plan.ops.append import Append
from dqlkit.plan.ops.expand import Expand
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.join import Join, JoinKey, Nest
from dqlkit.plan.ops.project import Project, only
from dqlkit.plan.transform import map_expressions
from dqlkit.plan.walk import with_inputs
from dqlkit.types.kinds import ANY, Array, Type, members

if TYPE_CHECKING:
    from dqlkit.plan.resolve.resolver import Resolver

__all__ = ["joined_blocks"]


def joined_blocks(operator: Operator, resolver: Resolver) -> Operator:
    """Join the results of sub-queries to the operator's source, and replace the sub-queries in its expressions by the
    joined fields."""
    if not blocks(operator):
        return operator
    assert isinstance(operator, Stage)
    joiner = _Joiner(operator.source, resolver)
    names = operator.schema.fields
    if isinstance(operator, Filter) and not operator.negated:
        rest = [one for one in _conjuncts(operator.condition) if not joiner.keeps_partners(one)]
        if not rest:
            return joiner.source
        operator = replace(operator, condition=reduce(partial(call, and_), rest))
    assert isinstance(operator, Stage)
    original = operator.source
    changed = map_expressions(operator, joiner.expression)
    changed = with_inputs(changed, lambda source: joiner.source if source is original else source)
    return only(resolver(changed), names)


def _conjuncts(condition: Expression) -> Iterator[Expression]:
    """The operands of a chain of `and`."""
    if isinstance(condition, Call) and condition.function is and_:
        for argument in condition.arguments:
            assert isinstance(argument, Expression)
            yield from _conjuncts(argument)
    else:
        yield condition


class _Joiner:
    """Joins the results of sub-queries to `source`, one after the other."""

    def __init__(self, source: Operator, resolver: Resolver) -> None:
        self.source = source
        self.resolver = resolver
        self.looped = False

    def keeps_partners(self, condition: Expression) -> bool:
        """Whether the condition only asks for a partner. If so, a semi-join is added, which does the filtering."""
        if not isinstance(condition, Call) or condition.function is not in_query:
            return False
        needle, block = condition.arguments
        assert isinstance(needle, Expression)
        assert isinstance(block, Operator)
        block = self.resolver(block)
        if not block.schema.fields:
            return False
        key = JoinKey(self.expression(needle), Column("value"))
        self.source = self.resolver(Join(self.source, reduce(Append, _values(block)), (key,), "semi"))
        return True

    def expression(self, expression: Expression) -> Expression:
        """The expression over the joined fields."""
        if isinstance(expression, Loop):
            sources = tuple(map(self.expression, expression.sources))
            outer, self.looped = self.looped, True
            body = self.expression(expression.body)
            self.looped = outer
            return replace(expression, sources=sources, body=body)
        call = map_children(expression, self.expression)
        if not isinstance(call, Call):
            return call
        block = next((one for one in call.arguments if isinstance(one, Operator)), None)
        if block is None:
            return call
        return self._array(call, block) if self.looped else self._partner(call, block)

    def _array(self, call: Call, block: Operator) -> Expression:
        """The call over the records of the sub-query as an array."""
        name = self.source.schema.fresh("records")
        self.source = Nest(self.source, block, name, (JoinKey(literal(1), literal(1)),))
        self.source = self.resolver(self.source)
        return replace(
            call, arguments=tuple(Column(name) if isinstance(one, Operator) else one for one in call.arguments)
        )

    def _partner(self, call: Call, block: Operator) -> Expression:
        """Join the partners to the source; gives the expression that replaces the call."""
        block = self.resolver(block)
        return self._is_among(call, block) if call.function is in_query else self._looked_up(call, block)

    def _is_among(self, call: Call, block: Operator) -> Expression:
        needle = call.argument("needle")
        assert isinstance(needle, Expression)
        found = self._joined(needle, reduce(Append, _values(block)), "value") if block.schema.fields else literal(None)
        return Call(if_, (Call(is_not_null, (needle,)), Call(is_not_null, (found,)), None))

    def _looked_up(self, call: Call, block: Operator) -> Expression:
        wanted, field = call.argument("sourceField"), call.argument("lookupField")
        if not isinstance(field, Literal):  # another one for each record
            return self._array(call, block)
        record = find("record")
        assert record is not None
        names = block.schema.fields
        if not isinstance(wanted, Expression) or field.value not in names:
            return literal(None)
        whole = Call(record, (literal(dict.fromkeys(names)), tuple(map(Column, names))))
        held = Project(block, (Field("value", Column(field.value)), Field("record", whole)))
        return self._joined(wanted, held, "record")

    def _joined(self, wanted: Expression, other: Operator, brought: str) -> Column:
        """The field that holds the values of the first partner."""
        name = self.source.schema.fresh("found")
        key = JoinKey(wanted, Column("value"))
        joined = Join(self.source, other, (key,), "leftOuter", "", ((name, brought),), first_only=True)
        self.source = self.resolver(joined)
        return Column(name)


def _values(block: Operator) -> Iterator[Operator]:
    """The values of each field of a sub-query, and the elements of those that are arrays."""
    for name, kind in block.schema.fields.items():
        values = Project(block, (Field("value", Column(name)),))
        yield values
        if _may_be_array(kind):
            yield Expand(values, Field("value", Column("value")))


def _may_be_array(kind: Type) -> bool:
    return kind == ANY or any(isinstance(option, Array) for option in members(kind))
