"""Project with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.engines.polars.frame import Frame
from dqlkit.plan.ops.project import Project

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["project"]


def project(operator: Project, frame: Frame, compiler: Compiler) -> Frame:
    """Select fields that are copied unchanged, compute the others."""
    fields = {field.name: field for field in operator.fields}
    made = [field for field in fields.values() if not field.copies(field.name) or field.name not in frame.schema.fields]
    return compiler.with_fields(frame, [(one.name, one.expression) for one in made]).only(fields)
