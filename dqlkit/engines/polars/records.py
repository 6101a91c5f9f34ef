"""Records of the plan with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dqlkit.engines.polars.frame import Frame
from dqlkit.plan.expressions import Literal
from dqlkit.plan.ops.records import Records

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["records"]


def records(operator: Records, compiler: Compiler) -> Frame:
    """The records that the plan itself holds."""
    values: list[dict[str, Any]] = [one.value for one in operator.expressions if isinstance(one, Literal)]
    return Frame.from_records(values, operator.schema.fields)
