"""Binds selectors: looks up criteria, reads their arguments, and makes a condition."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error
from dqlkit.functions.signature import Kind, Parameter
from dqlkit.languages.selector.condition import All, Condition
from dqlkit.languages.selector.criterion import CriterionDeclaration, Vocabulary
from dqlkit.languages.selector.moment import read_moment
from dqlkit.languages.selector.tree import Bad, Criterion, Selector, Text
from dqlkit.types.values import Timestamp, Value

__all__ = ["bind"]

_FLAGS = {"true": True, "false": False}


def bind(tree: Selector, vocabulary: Vocabulary, now: Timestamp) -> tuple[Condition, list[Diagnostic]]:
    """The condition of a selector over criteria of a vocabulary, and all that is wrong beyond its syntax.

    Criteria that were not understood are left out; the condition must not be used then.
    """
    binder = _Binder(vocabulary, now)
    parts = [binder.criterion(node) for node in tree.criteria]
    binder.check_once(tree)
    return All(tuple(part for part in parts if part is not None)), binder.diagnostics


class _Binder:
    def __init__(self, vocabulary: Vocabulary, now: Timestamp) -> None:
        self.vocabulary, self.now = vocabulary, now
        self.diagnostics: list[Diagnostic] = []

    def error(self, code: str, span: Span, message: str, help: str = "", fix: Fix | None = None) -> None:
        self.diagnostics.append(error(code, span, message, help=help, fix=fix))

    def criterion(self, node: Criterion | Text | Bad) -> Condition | None:
        """A criterion; None for one that is not understood, which has been reported."""
        if isinstance(node, Bad):
            return None
        if isinstance(node, Text):
            self.error("E013", node.span, "expected a criterion, found a value", f'Write `{node.value}("…")`.')
            return None
        declaration = self.vocabulary.find(node.name)
        if declaration is None:
            self._unknown(node)
            return None
        values = self._values(node, declaration)
        if values is None:
            return None
        key = declaration.key(node.name)
        return declaration.body(*((key,) if declaration.takes_key else ()), *values)

    def check_once(self, tree: Selector) -> None:
        """Report criteria that a selector has again although it may have them once."""
        there = set()
        for node in tree.criteria:
            declaration = self.vocabulary.find(node.name) if isinstance(node, Criterion) else None
            if declaration is not None and declaration.once:
                if declaration.name in there:
                    message = f"expected one `{declaration.name}`, found a second one"
                    self.error("E012", node.span, message, "Ask once for each value.")
                there.add(declaration.name)

    def _unknown(self, node: Criterion) -> None:
        span = Span(node.start, node.start + len(node.name))
        known = [name for name in self.vocabulary.declared if "*" not in name]
        folded = {name.lower(): name for name in known}
        close = get_close_matches(node.name.lower(), folded, n=1, cutoff=0.6)
        guess = folded[close[0]] if close else ""
        help = f"Write `{guess}`." if guess else f"Known are {', '.join(self.vocabulary.declared)}."
        fix = Fix(f"write `{guess}`", (Edit(span, guess),), safe=False) if guess else None
        self.error("E007", span, f"expected a criterion, found `{node.name}`", help, fix)

    # ---- arguments ----------------------------------------------------------------------------------------------

    def _values(self, node: Criterion, declaration: CriterionDeclaration) -> list[Value | Condition] | None:
        """What the body of a criterion gets; None where something is wrong, which has been reported."""
        parameters = declaration.parameters
        variadic = parameters[-1] if parameters and parameters[-1].variadic else None
        found = len(node.arguments)
        if (found < 1) if variadic else (found != len(parameters)):
            few = "one value or more" if variadic else "one value" if parameters else "nothing"
            help = "Ask once for each value." if found > 1 else ""
            message = f"expected {few} in `{node.name}()`, found {found}"
            self.error("E010" if found < 1 else "E012", node.span, message, help)
            return None
        taken: Sequence[Parameter] = [variadic] * found if variadic else parameters
        values = [self._value(p.kind, argument) for p, argument in zip(taken, node.arguments, strict=True)]
        return None if None in values else values

    def _value(self, kind: Kind, node: Text | Criterion | Bad) -> Value | Condition | None:
        if kind.role == "inner":
            return self.criterion(node)
        if isinstance(node, Bad):
            return None
        if isinstance(node, Criterion):
            self.error("E013", node.span, f"expected a value, found the criterion `{node.name}`")
            return None
        return self._read(kind, node)

    def _read(self, kind: Kind, node: Text) -> Value | None:
        text = node.value
        if kind.role == "flag":
            return self._or_report(_FLAGS.get(text) if not node.quoted else None, node, "`true` or `false`")
        if kind.role == "moment":
            wanted = "milliseconds since 1970, a time in ISO-8601, or `now-3h`"
            return self._or_report(read_moment(text, self.now), node, wanted)
        if kind.role == "number":
            return self._or_report(text if text.lstrip("-").isdigit() else None, node, "a whole number")
        if kind.options:
            wanted = " or ".join(f'`"{option}"`' for option in kind.options)
            return self._or_report(text if text in kind.options else None, node, wanted)
        return text

    def _or_report(self, value: Value, node: Text, wanted: str) -> Value | None:
        if value is None:
            found = f'"{node.value}"' if node.quoted else node.value
            self.error("E013", node.span, f"expected {wanted}, found `{found}`")
        return value
