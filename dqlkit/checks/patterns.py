"""Makes up a text that a pattern of DPL matches, piece by piece: for each piece the first sample that it takes as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dqlkit.frozen import mutable
from dqlkit.languages.dpl import Clock, compiled
from dqlkit.languages.dpl.parse import parse
from dqlkit.languages.dpl.tree import Definition, Element, Group, Literal, Pattern, Setting
from dqlkit.languages.syntax.tree import walk
from dqlkit.types.dateformat import format_timestamp, read_format
from dqlkit.types.values import Timestamp, Value

__all__ = ["text_for"]

#: What is tried. Texts come before numbers, so that a pattern of any characters gets a word.
_SAMPLES = (
    *("text", "7", " ", "a", "A", "2.5", "2,5", "-", "\n", "\r\n", "\r", "TEXT", "true", "0x2A", "\t", "ü", ""),
    *(
        "4111 1111 1111 1111",
        "10.0.0.7",
        "2001:db8::7",
        "HOST-000000000000007B",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    ),
    *("2026-01-06 11:45:00", "2026-01-06T11:45:00Z", "06/Jan/2026:11:45:00 +0000", "2026-01-06T11:45:00.000UTC"),
    *("'text'", '"text"', '{"a": 1}', "[1, 2]", "<a>text</a>"),
)
_CLOCK = Clock(Timestamp(1_767_700_000_000_000_000), "UTC")
_MOST = 20


def text_for(pattern: str, values: Mapping[str, Sequence[Value]]) -> str | None:
    """A text that a pattern matches; `values` are those that its exports are to have, if that can be. None where none is
    found."""
    tree, whole = parse(pattern).tree, compiled(pattern).pattern
    if whole is None or not isinstance(tree, Pattern):
        return None
    made = _Maker(pattern, tree.definitions, values).group(tree.body)
    return made if whole.match(made, _CLOCK) else None


@mutable(slots=False)
class _Maker:
    pattern: str
    definitions: list[Definition]
    values: Mapping[str, Sequence[Value]]

    def group(self, group: Group) -> str:
        """A text for the first of its alternatives."""
        return "".join(self.piece(one) for one in group.sequences[0].elements if isinstance(one, Element))

    def piece(self, element: Element) -> str:
        """A text that an element takes as a whole; nothing where no sample is one, nor for what only looks around."""
        if element.lookaround:
            return ""
        macros = "".join(self.pattern[one.start : one.end] + "\n" for one in self.definitions)
        alone = compiled(macros + self.pattern[element.start : element.end]).pattern
        taken = (text for text in self._tried(element) if alone and alone.matches_whole(text, _CLOCK))
        return next(taken, "")

    def _tried(self, element: Element) -> Iterator[str]:
        least = max(element.quantifier.least, 1) if element.quantifier else 1
        wanted = (value for name in element.exports for value in self.values.get(name.name, ()))
        written = (node.value for node in walk(element) if isinstance(node, Literal))
        listed = (str(one.name.name) for one in walk(element) if isinstance(one, Setting) and one.name)
        inner = element.inner or (element.atom if isinstance(element.atom, Group) else None)
        yield from map(str, wanted)
        yield from (_time(one.value) for one in element.configuration if isinstance(one.value, str))
        yield from written
        if inner is not None:
            yield self.group(inner) * least
        for times in dict.fromkeys((least, 1)):
            yield from (sample * times for sample in (*_SAMPLES, *listed) if least <= _MOST)


def _time(form: str) -> str:
    """A time as the form of a `TIMESTAMP` writes it; nothing for what is no form."""
    parts = read_format(form)
    return "" if parts is None else format_timestamp(_CLOCK.base, parts, _CLOCK.zone, "en")
