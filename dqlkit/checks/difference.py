"""What differs in meaning between two queries: nothing, and how that is known, or which parts of which stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple, TypeAlias

from dqlkit.checks.normal import STEPS, conjuncts
from dqlkit.checks.runner import found_cost
from dqlkit.checks.sources import Named
from dqlkit.diagnostics import Diagnostic
from dqlkit.frozen import field, fields, frozen, mutable
from dqlkit.languages import language_named
from dqlkit.languages.statement import Statement
from dqlkit.linting.check import check_query
from dqlkit.linting.settings import Settings
from dqlkit.plan.explain import show
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.walk import main_stream

__all__ = ["Change", "Difference", "Verdict", "compare"]

Verdict: TypeAlias = Literal["same text", "same plan", "differs", "added", "removed", "error"]


@frozen
class Change:
    """What one query has at a place and the other one has not. `place` is the stage and, where it has several, its part."""

    place: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@frozen
class Difference:
    """The result for two queries. `proof` says how it is known that they are the same, or what is wrong with one."""

    verdict: Verdict
    proof: str = ""
    changes: tuple[Change, ...] = ()
    new: tuple[Diagnostic, ...] = ()
    gone: tuple[Diagnostic, ...] = ()
    cost: int = 0
    records: tuple[str, ...] = field(default=())

    @property
    def same(self) -> bool:
        return self.verdict in ("same text", "same plan") and not self.records

    def to_dict(self) -> dict[str, Any]:
        """The same as a JSON object."""
        found: dict[str, Any] = {"verdict": self.verdict, "proof": self.proof}
        found["changes"] = [
            {"place": one.place, "removed": list(one.removed), "added": list(one.added)} for one in self.changes
        ]
        found["findings"] = {"new": [_finding(one) for one in self.new], "gone": [_finding(one) for one in self.gone]}
        found["cost"] = self.cost
        if self.records:
            found["records"] = list(self.records)
        return found


def _finding(found: Diagnostic) -> dict[str, str]:
    return {"code": found.code, "severity": found.severity, "message": found.message}


def compare(one: Named, other: Named, settings: Settings) -> Difference:
    """What differs between two queries."""
    if one.text == other.text and one.language == other.language:
        return Difference("same text")
    sides = (_Side(one, settings), _Side(other, settings))
    wrong = next(
        (side for side in sides if side.statement.errors or not isinstance(side.statement.plan, Operator)), None
    )
    if wrong is not None:
        if sides[0].text.split() == sides[1].text.split():
            return Difference("same text", "but for blanks")
        said = wrong.statement.errors[0] if wrong.statement.errors else "it is no query"
        return Difference("error", f"{wrong.query.shown}: {said}")
    left, right = (side.findings for side in sides)
    new, gone = tuple(_without(right, left)), tuple(_without(left, right))
    cost = found_cost(right) - found_cost(left)
    plans = [side.plan for side in sides]
    proof = "the plans are equal" if plans[0] == plans[1] else _proof(*plans)
    if proof:
        return Difference("same plan", proof, new=new, gone=gone, cost=cost)
    return Difference("differs", changes=tuple(_changes(*sides)), new=new, gone=gone, cost=cost)


def _proof(one: Operator, other: Operator) -> str:
    """The steps after which two plans are one; "" where they stay two."""
    needed: list[str] = []
    for step in STEPS:
        changed = step.change(one), step.change(other)
        if changed != (one, other):
            needed.append(step.said)
        one, other = changed
        if one == other:
            return "the plans are equal once " + ", ".join(needed)
    return ""


def _without(found: list[Diagnostic], others: list[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings that are not among others, by code and message."""
    left = Counter((one.code, one.message) for one in others)
    for one in found:
        if left[one.code, one.message]:
            left[one.code, one.message] -= 1
        else:
            yield one


class _StageParts(NamedTuple):
    """A stage: its command, its text, and what it says by places: how the plan writes it, and how the text does."""

    place: str
    text: str
    parts: Mapping[str, Mapping[str, str]]


@mutable(slots=False)
class _Side:
    """One of the two queries."""

    query: Named
    settings: Settings

    def __post_init__(self) -> None:
        self.text = self.query.text
        self.statement = Statement(self.text, self.query.language, self.query.part)

    @property
    def plan(self) -> Operator:
        """The plan in operators that every language has."""
        plan, _ = language_named(self.query.language).common(self.statement.plan)  # type: ignore[arg-type]
        assert isinstance(plan, Operator)
        return plan

    @property
    def findings(self) -> list[Diagnostic]:
        return check_query(self.query.embedded, self.settings, self.query.path or "query.dql")

    def stages(self) -> list[_StageParts]:
        """The stages in order, each with its parts. The stages of a sub-query stand behind the command's name."""
        return list(self._stages(self.plan, ""))

    def _stages(self, plan: Operator, before: str) -> Iterator[_StageParts]:
        for operator in main_stream(plan):
            name = self._command(operator)
            span = operator.span
            text = " ".join(self.text[span.start : span.end].split()).lstrip("| ") if span else name
            parts: dict[str, dict[str, str]] = {}
            for place, value in self._values(operator, f"{before}{name}"):
                parts.setdefault(place, {}).setdefault(_key(value), self._written(value))
            yield _StageParts(f"{before}{name}", before + text, parts)
            for other in operator.inputs[1:]:
                yield from self._stages(other, f"{before}{name} › ")

    def _values(self, operator: Operator, name: str) -> Iterator[tuple[str, object]]:
        """The values that a stage holds, with their places: the stage's name, and that of the part where it has several."""
        held = {f.name: getattr(operator, f.name) for f in fields(operator) if f.repr}
        parts = {part: value for part, value in held.items() if not isinstance(value, Operator)}
        for part, value in parts.items():
            if value not in (None, (), False, ""):
                place = name if len(parts) == 1 else f"{name} {part}"
                yield from ((place, one) for one in _single(value))
        yield from ((f"{name} {hint}", value) for hint, value in operator.hints)

    def _command(self, operator: Operator) -> str:
        """The word with which the stage is written."""
        written = self.text[operator.span.start : operator.span.end].split() if operator.span else []
        return written[0].strip("|") if written else type(operator).__name__.lower()

    def _written(self, value: object) -> str:
        """A value as the text has it."""
        if isinstance(value, Field):
            text = self._written(value.expression)
            return text if text == value.name else f"{value.name} = {text}"
        span = getattr(value, "span", None) or getattr(getattr(value, "expression", None), "span", None)
        if isinstance(value, Expression) and span is not None:
            start = span.start - (self.text[span.start - 1 : span.start] == "-")
            return " ".join(self.text[start : span.end].split())
        return show(value)

    def columns(self) -> dict[str, str]:
        """The fields that come out, with their types."""
        return {name: str(kind) for name, kind in self.plan.schema.fields.items() if name[:1] != "\x01"}


def _single(value: object) -> Iterator[object]:
    """The single values that a part of a stage holds: conditions, fields, keys."""
    if isinstance(value, Expression):
        yield from conjuncts(value)
    elif isinstance(value, tuple) and not hasattr(value, "_fields"):
        yield from value
    else:
        yield value


def _key(value: object) -> str:
    return f"{value.name} = {show(value.expression)}" if isinstance(value, Field) else show(value)


def _changes(one: _Side, other: _Side) -> Iterator[Change]:
    left, right = one.stages(), other.stages()
    found = False
    for mine, theirs in _aligned(left, right):
        if mine is None or theirs is None:
            stage = mine or theirs
            assert stage is not None
            removed, added = ((stage.text,), ()) if theirs is None else ((), (stage.text,))
            yield Change("stage", removed, added)
            found = True
            continue
        for change in _of_stage(mine, theirs):
            yield change
            found = True
    if not found:
        yield Change("order of stages", (_shown(left),), (_shown(right),))
    before, after = one.columns(), other.columns()
    gone = tuple(f"{name}: {kind}" for name, kind in before.items() if after.get(name) != kind)
    new = tuple(f"{name}: {kind}" for name, kind in after.items() if before.get(name) != kind)
    if gone or new:
        yield Change("columns", gone, new)


def _of_stage(mine: _StageParts, theirs: _StageParts) -> Iterator[Change]:
    for place in dict.fromkeys((*mine.parts, *theirs.parts)):
        before, after = mine.parts.get(place, {}), theirs.parts.get(place, {})
        removed = tuple(text for key, text in before.items() if key not in after)
        added = tuple(text for key, text in after.items() if key not in before)
        if removed or added:
            yield Change(place, removed, added)
        elif list(before) != list(after):
            yield Change(f"{place} (order)", tuple(before.values()), tuple(after.values()))


def _aligned(
    left: list[_StageParts], right: list[_StageParts]
) -> Iterator[tuple[_StageParts | None, _StageParts | None]]:
    """The stages side by side: first those that are equal, between them those of the same command."""
    keys = [[f"{stage.place} {stage.parts}" for stage in side] for side in (left, right)]
    for kind, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        mine, theirs = [stage.place for stage in left[a:b]], [stage.place for stage in right[c:d]]
        for _, e, f, g, h in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
            if mine[e:f] == theirs[g:h]:
                yield from zip(left[a + e : a + f], right[c + g : c + h], strict=True)
            else:
                yield from ((stage, None) for stage in _outer(left[a + e : a + f]))
                yield from ((None, stage) for stage in _outer(right[c + g : c + h]))


def _outer(stages: list[_StageParts]) -> list[_StageParts]:
    """The stages without those of sub-queries that are in the text of another one."""
    places = {stage.place for stage in stages}
    return [stage for stage in stages if stage.place.rpartition(" › ")[0] not in places]


def _shown(stages: list[_StageParts]) -> str:
    return " | ".join(stage.place for stage in stages)
