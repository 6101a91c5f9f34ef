"""What a criterion is, and the decorators that declare one.

    @event("status")
    def _(value: Status) -> Condition:
        \"\"\"Whether the event is open or closed.

        >>> status("OPEN")
        \"\"\"
        return Test((("status",),), "in", (value,))

The Python signature says what stands in the parentheses: a parameter for one value, a variadic one for any number from
one up; the words below are what a value is. `*` in a name stands for any text without parentheses, which the body gets
as its parameter `key`. A criterion with `once` stands in a selector at most one time. `example` in the documentation is a
selector that a test reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from dqlkit.cached import cached_property
from dqlkit.frozen import mutable
from dqlkit.functions.signature import Kind, Parameter, Signature, read_signature
from dqlkit.languages.selector.condition import Condition
from dqlkit.types.values import Timestamp

__all__ = [
    "CriterionDeclaration",
    "Flag",
    "Inner",
    "Key",
    "Moment",
    "Number",
    "Status",
    "Text",
    "Vocabulary",
    "entity",
    "event",
]

Text: TypeAlias = str
Number: TypeAlias = str
"""A whole number, as its digits."""
Flag: TypeAlias = bool
Status: TypeAlias = str
"""`OPEN` or `CLOSED`."""
Moment: TypeAlias = Timestamp
"""Milliseconds since 1970, ISO-8601, or so long before now: `now-3h`."""
Inner: TypeAlias = Condition
"""Another criterion."""
Key: TypeAlias = str
"""What the `*` of the name stands for."""

_VOCABULARY: Mapping[str, Kind] = {
    "Text": Kind(role="text"),
    "Number": Kind(role="number"),
    "Flag": Kind(role="flag"),
    "Status": Kind(role="text", options=("OPEN", "CLOSED")),
    "Moment": Kind(role="moment"),
    "Inner": Kind(role="inner"),
    "Key": Kind(role="key"),
    "Condition": Kind(),
}


@mutable(eq=False, slots=False)
class CriterionDeclaration:
    """A declared criterion."""

    name: str
    body: Callable[..., Condition]
    signature: Signature
    once: bool = False

    @property
    def documentation(self) -> str:
        return self.body.__doc__ or ""

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What stands in the parentheses."""
        return tuple(p for p in self.signature.parameters if p.kind.role != "key")

    @cached_property
    def takes_key(self) -> bool:
        return len(self.parameters) < len(self.signature.parameters)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(re.escape(self.name).replace(r"\*", "(.+)"), re.S)

    def key(self, name: str) -> str | None:
        """What the `*` stands for in a name, "" where there is none; None where this is another criterion."""
        found = self._pattern.fullmatch(name)
        return None if found is None else found[1] if self.takes_key else ""


class Vocabulary:
    """The criteria of one kind of selector. `@vocabulary(name)` declares one."""

    def __init__(self) -> None:
        self.declared: dict[str, CriterionDeclaration] = {}

    def __call__(self, name: str, *, once: bool = False) -> Callable[[Callable[..., Condition]], CriterionDeclaration]:
        def declare(body: Callable[..., Condition]) -> CriterionDeclaration:
            assert name not in self.declared, f"{name} is declared twice"
            found = CriterionDeclaration(name, body, read_signature(body, _VOCABULARY), once)
            self.declared[name] = found
            return found

        return declare

    def find(self, name: str) -> CriterionDeclaration | None:
        """The criterion of a name: an exact one first, of those with `*` the one declared first."""
        exact = self.declared.get(name)
        if exact is not None and not exact.takes_key:
            return exact
        return next((one for one in self.declared.values() if one.takes_key and one.key(name) is not None), None)


event = Vocabulary()
"""Declare a criterion of `eventSelector`."""

entity = Vocabulary()
"""Declare a criterion of `entitySelector`."""
