"""DQL as one of the languages. Each verb is imported when it is first called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dqlkit.diagnostics import Diagnostic
from dqlkit.languages.language import Bound, Language, Lifted, Part
from dqlkit.languages.syntax.tree import Node, Parsed

if TYPE_CHECKING:
    from dqlkit.languages.language import Plan, Schemas
    from dqlkit.languages.syntax.parser import Parser
    from dqlkit.plan.expressions import Expression
    from dqlkit.plan.operators import Operator

__all__ = ["LANGUAGE"]


class _Dql:
    def parse(self, text: str, part: Part = "query") -> Parsed:
        from dqlkit.languages.dql.parse import parse

        return parse(text, part)

    @property
    def parser(self) -> Parser:
        from dqlkit.languages.dql.parse import PARSER

        return PARSER

    def bind(self, parsed: Parsed, schemas: Schemas | None = None) -> Bound:
        from dqlkit.languages.dql.bind import bind

        return bind(parsed)

    def common(self, plan: Plan) -> tuple[Plan, list[Diagnostic]]:
        return plan, []

    def lift(self, plan: Operator | Expression, schemas: Schemas | None = None) -> Lifted:
        from dqlkit.languages.dql.lift import lift

        return lift(plan)

    def format(self, parsed: Parsed, *, line_width: int = 100) -> str:
        from dqlkit.languages.dql.format import format

        return format(parsed, line_width=line_width)

    def canonical(self, node: Node) -> str:
        from dqlkit.languages.dql.canonical import canonical

        return canonical(node)

    def substitute(self, parsed: Parsed, variables: Mapping[str, Any]) -> tuple[str, list[Diagnostic]]:
        from dqlkit.languages.dql.substitute import substitute

        return substitute(parsed, variables)


LANGUAGE: Language = _Dql()
