"""C012."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from dqlkit.diagnostics import Span
from dqlkit.frozen import field, mutable
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.plan.flow import Flow
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.choose import Choose
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.parse import Parse


@rule("C012", "unused-computation", severity="warning", weight=1)
def unused_computation(subject: Subject) -> Findings:
    """A computed field that nothing reads.

    What: `fieldsAdd` computes a field, and no stage up to the next `fields` or aggregation, which drops it, reads it; or
    a `parse` or `lookup` of which no field is read.
    Why: The work is for nothing, and readers look for its use.
    Bad: `fetch logs, from:-1h | fieldsAdd short = lower(status) | summarize n = count(), by:{host.name}`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{host.name}`
    """
    for flow in subject.flows:
        for made in _unread(subject, flow):
            yield subject.finding(made.span, made.message, help="Remove it.")


@mutable(eq=False)
class _Made:
    """What a stage makes: one field, or all of a `parse`. `open` are the names of which it is not known whether anything
    reads them."""

    span: Span
    message: str
    stage: int
    open: set[str]


def _made(operator: Operator, stage: int) -> Iterator[_Made]:
    if isinstance(operator, (Parse, Join)):
        names = _brought(operator)
        if names and operator.span is not None:
            yield _Made(operator.span, "No field of it is read.", stage, set(names))
    elif isinstance(operator, Extend):
        for one in operator.fields:
            if one.expression.span is not None and _is_named(one.name):
                yield _Made(one.expression.span, f"`{one.name}` is not read.", stage, {one.name})


def _brought(operator: Parse | Join) -> Collection[str]:
    """The fields of a `parse`, or of a `lookup`, which changes nothing else: by their prefix where it does not list them."""
    if isinstance(operator, Parse):
        return operator.exports
    if not operator.first_only or operator.kind != "leftOuter":
        return ()
    if operator.fields:
        return [operator.prefix + new for new, _ in operator.fields]
    return [operator.prefix[:-1]] if operator.prefix[-1:] == "." else ()


def _is_named(name: str) -> bool:
    """Whether a field has a name of its own, and not the text of its expression."""
    return not any(character in name for character in "([`")


@mutable
class _Waiting:
    """What was made and not read so far, by the names of its fields and by those of the records that they are members of.
    Each stage looks up the names that it reads, so that a query takes time by its length."""

    named: dict[str, list[_Made]] = field(default_factory=dict)
    inside: dict[str, list[tuple[str, _Made]]] = field(default_factory=dict)

    def add(self, made: _Made) -> None:
        for name in made.open:
            self.named.setdefault(name, []).append(made)
            for record in _records(name):
                self.inside.setdefault(record, []).append((name, made))

    def take(self, read: str) -> Iterator[tuple[str, _Made]]:
        """The fields of that name, their members, and the records that it is a member of; they wait no longer."""
        for name in (read, *_records(read)):
            yield from self.take_named(name)
        yield from self.inside.pop(read, ())

    def take_named(self, name: str) -> Iterator[tuple[str, _Made]]:
        yield from ((name, made) for made in self.named.pop(name, ()))

    def take_all(self) -> Iterator[tuple[str, _Made]]:
        for name in list(self.named):
            yield from self.take_named(name)
        self.inside.clear()


def _records(name: str) -> list[str]:
    """The records that a field is a member of, by its name: `a` and `a.b` of `a.b.c`."""
    return [name[:at] for at, character in enumerate(name) if character == "."]


def _unread(subject: Subject, flow: Flow) -> Iterator[_Made]:
    """What is made and dropped by a later stage, before any stage reads it or makes it anew."""
    if not any(isinstance(one, (Extend, Parse, Join)) for one, _ in flow):
        return
    waiting = _Waiting()
    others = [(stage, one) for stage, (one, _) in enumerate(flow) if not isinstance(one, Extend)]
    for stage, (operator, _) in enumerate(flow[: _last_that_drops(flow)]):
        for one in operator.fields if isinstance(operator, Extend) and waiting.named else ():
            _settle(waiting.take_named(one.name))
        for made in _made(operator, stage):
            waiting.add(made)
        if not waiting.named:
            continue
        for read in subject.names_read(operator):
            _settle(waiting.take(read))
        if operator.reads_all or not operator.inputs:
            _settle(waiting.take_all())
        for name, made in _dropped(operator, waiting):
            if all(between.keeps(name) for at, between in others if made.stage < at < stage):
                made.open.discard(name)
                if not made.open:
                    yield made


def _last_that_drops(flow: Flow) -> int:
    """How many stages there are up to the last one that may drop a field unread."""
    return max((n for n, (one, _) in enumerate(flow, 1) if one.closes or isinstance(one, Choose)), default=0)


def _settle(read: Iterable[tuple[str, _Made]]) -> None:
    """What of several fields one is read is read."""
    for _, made in read:
        made.open.clear()


def _dropped(operator: Operator, waiting: _Waiting) -> Iterator[tuple[str, _Made]]:
    """What a stage drops; what it chooses by its name counts as read where it stays."""
    found = [*_chosen(operator, waiting)]
    drops = not operator.closes
    if operator.closes:
        found, drops = [*waiting.take_all()], True
    yield from ((name, made) for name, made in found if drops and name in made.open and not operator.keeps(name))


def _chosen(operator: Operator, waiting: _Waiting) -> Iterator[tuple[str, _Made]]:
    """The fields that a stage chooses or drops by their names."""
    patterns = operator.patterns if isinstance(operator, Choose) else ()
    if any(pattern.wildcard for pattern in patterns):
        return waiting.take_all()
    return chain.from_iterable(waiting.take(pattern.text) for pattern in patterns)
