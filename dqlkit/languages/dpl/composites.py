"""Composite nodes: sequences, alternatives, options, repetitions, look-arounds, records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from dqlkit.cached import cached_property
from dqlkit.frozen import replace
from dqlkit.languages.dpl.characters import Held
from dqlkit.languages.dpl.program import MISS, Endless, Literal, Node, Run
from dqlkit.languages.dpl.regular import Capture, NotRegular, Shape, Writer
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.languages.dpl.columns import Columns

__all__ = ["Look", "OneOf", "Option", "Record", "Repeat", "Row", "Within", "Worth"]

_FARTHEST_BEHIND = 64
#: The characters of ASCII, and what stands for all others.
_ANY: Held = frozenset(range(129))


class Row(Node):
    """Nodes one after the other; exported, it is the text they match."""

    def __init__(self, nodes: Sequence[Node], slot: str = "") -> None:
        self.nodes, self.slot = list(nodes), slot
        self.nullable = all(node.nullable for node in nodes)
        self.lead = _lead_of(nodes)

    @property
    def bracketed(self) -> Sequence[Node]:  # type: ignore[override]
        return () if self.slot else self.nodes

    def match(self, run: Run, at: int) -> int:
        kept, end = len(run.exports), at
        for node in self.nodes:
            end = node.match(run, end)
            if end == MISS:
                del run.exports[kept:]
                return MISS
        if self.slot:
            run.exports.append((self.slot, run.text[at:end]))
        return end

    def regular(self, writer: Writer) -> Shape:
        return _captured(self, writer, lambda: writer.inside(lambda: writer.sequence(self.nodes)))


class OneOf(Node):
    """The first of the nodes that matches."""

    def __init__(self, nodes: Sequence[Node], slot: str = "") -> None:
        self.nodes, self.slot = list(nodes), slot
        self.nullable = any(node.nullable for node in nodes)
        leads = [node.lead for node in nodes]
        self.lead = "|".join(leads) if all(leads) else ""

    def match(self, run: Run, at: int) -> int:
        for node in self.nodes:
            end = node.match(run, at)
            if end != MISS:
                if self.slot:
                    run.exports.append((self.slot, run.text[at:end]))
                return end
        return MISS

    def regular(self, writer: Writer) -> Shape:
        return _captured(self, writer, lambda: writer.inside(lambda: self._alternatives(writer)))

    def _alternatives(self, writer: Writer) -> Shape:
        shapes = [node.regular(writer) for node in self.nodes]
        fixed = all(shape.fixed for shape in shapes) and _exclusive(self.nodes, shapes)
        is_open = any(shape.open for shape in shapes)
        if is_open and not fixed:
            raise NotRegular("it would have to go back")
        return Shape(
            "(?:" + "|".join(shape.regex for shape in shapes) + ")",
            frozenset().union(*(shape.first for shape in shapes)),
            frozenset().union(*(shape.more for shape in shapes)),
            self.nullable,
            is_open,
            fixed,
            any(shape.empty for shape in shapes),
        )


def _exclusive(nodes: Sequence[Node], shapes: Sequence[Shape]) -> bool:
    """Whether no two alternatives can match at one place. Only the last one may be empty."""
    if any(shape.nullable for shape in shapes[:-1]):
        return False
    for k, shape in enumerate(shapes):
        for j in range(k):
            if shape.first & shapes[j].first and not _different_texts(nodes[j], nodes[k]):
                return False
    return True


def _different_texts(one: Node, other: Node) -> bool:
    """Whether both begin with texts of which neither begins with the other."""
    texts = [_begin(one), _begin(other)]
    return bool(texts[0] and texts[1]) and not (texts[0].startswith(texts[1]) or texts[1].startswith(texts[0]))


def _begin(node: Node) -> str:
    if isinstance(node, Row):
        return _begin(node.nodes[0]) if node.nodes else ""
    return node.text if isinstance(node, Literal) and node.least else ""


class Option(Node):
    """A node, or nothing."""

    nullable = True

    def __init__(self, node: Node) -> None:
        self.node, self.lead = node, node.lead

    def match(self, run: Run, at: int) -> int:
        end = self.node.match(run, at)
        return at if end == MISS else end

    def regular(self, writer: Writer) -> Shape:
        shape = writer.inside(lambda: self.node.regular(writer))
        return Shape(f"(?:{shape.regex})?", shape.first, shape.more, True, shape.open, shape.fixed)


class Worth(Node):
    """A node whose match is worth a value that the pattern names: `'yes' <true>:agreed`."""

    def __init__(self, node: Node, value: Value, slot: str) -> None:
        self.node, self.value, self.slot = node, value, slot
        self.nullable, self.lead, self.start, self.is_lazy = node.nullable, node.lead, node.start, node.is_lazy

    def match(self, run: Run, at: int) -> int:
        end = self.node.match(run, at)
        if end != MISS:
            run.exports.append((self.slot, self.value))
        return end


class Repeat(Node):
    """A node so many times, as often as it matches."""

    def __init__(self, node: Node, least: int, most: int, slot: str = "") -> None:
        self.node, self.least, self.most, self.slot = node, least, most, slot
        self.nullable = least == 0 or node.nullable
        self.lead = node.lead

    def match(self, run: Run, at: int) -> int:
        kept, end = len(run.exports), at
        for count in range(self.most):
            after = self.node.match(run, end)
            if after in (MISS, end):
                if after == MISS and count < self.least:
                    del run.exports[kept:]
                    return MISS
                break
            end = after
        if self.slot:
            run.exports.append((self.slot, run.text[at:end]))
        return end

    def regular(self, writer: Writer) -> Shape:
        captures = len(writer.captures)
        shape = writer.inside(lambda: self.node.regular(writer))
        again = shape.more & shape.first
        if shape.nullable or shape.open or again or not shape.fixed or len(writer.captures) > captures:
            raise NotRegular("a repeated group would have to go back")
        regex = writer.repeated(f"(?:{shape.regex})", self.least, self.most)
        return Shape(writer.capture(regex, self.slot), shape.first, shape.first | shape.more, self.nullable)


class Look(Node):
    """A look ahead or behind; the position stays."""

    def __init__(self, node: Node, behind: bool, wanted: bool) -> None:
        self.node, self.behind, self.wanted = node, behind, wanted

    def match(self, run: Run, at: int) -> int:
        kept = len(run.exports)
        found = self._behind(run, at) if self.behind else self.node.match(run, at) != MISS
        if not (found and self.wanted):
            del run.exports[kept:]
        return at if found == self.wanted else MISS

    def _behind(self, run: Run, at: int) -> bool:
        """Whether some text that ends here matches; the longest is tried first."""
        for start in range(max(0, at - _FARTHEST_BEHIND), at + 1):
            kept = len(run.exports)
            if self.node.match(run, start) == at:
                return True
            del run.exports[kept:]
        return False


def _captured(node: Node, writer: Writer, shape: Callable[[], Shape]) -> Shape:
    """A shape as a group of its own where the node is exported. Groups count from the left, so its own comes first."""
    if not node.slot:
        return shape()
    writer.captures.append(Capture(node.slot, None))
    inner = shape()
    if inner.open:
        raise NotRegular("the text of a group ends with a lazy matcher")
    return replace(inner, regex=f"({inner.regex})")


def _lead_of(nodes: Sequence[Node]) -> str:
    """How nodes in a row may begin."""
    leads: list[str] = []
    for node in nodes:
        leads.append(node.lead)
        if not node.nullable:
            return "|".join(leads) if all(leads) else ""
    return ""


class Within(Endless):
    """A node whose one value is made of what an inner pattern exports. On columns that is a pattern of its own, over the
    texts from where it starts."""

    tells_end = True

    def __init__(self, inner: Node, found: Iterable[str], slot: str) -> None:
        self.inner, self.found, self.slot = inner, list(found), slot
        self.nullable, self.lead = inner.nullable, inner.lead

    @cached_property
    def columns(self) -> Columns:
        """The inner pattern on columns."""
        from dqlkit.languages.dpl.columns import Columns

        return Columns([self.inner], self.found, later=True, goes_on=True)

    @property
    def names(self) -> list[str]:
        return [self.slot]

    def column(self, text: Any, clock: object) -> Any:
        """The texts; `document_columns` reads them."""
        return text

    def regular(self, writer: Writer) -> Shape:
        if writer.searching or writer.depth or not writer.prefix or not self.slot or not self.found:
            raise NotRegular("where an inner pattern ends is not known before it is read")
        _ = self.columns  # which raises, where it has no regular expression
        return Shape(
            writer.capture("(?s:.)*", self.slot, self), _ANY, nullable=self.nullable, fixed=False, endless=True
        )


class Record(Within):
    """The exports of an inner pattern as one record."""

    def match(self, run: Run, at: int) -> int:
        kept = len(run.exports)
        end = self.inner.match(run, at)
        if end != MISS:
            values = dict.fromkeys(self.found) | dict(run.exports[kept:])
            del run.exports[kept:]
            if self.slot:
                run.exports.append((self.slot, values))
        return end
