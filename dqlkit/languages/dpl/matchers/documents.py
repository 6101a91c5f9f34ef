"""Documents inside of a text: JSON and XML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dqlkit.frozen import frozen
from dqlkit.languages.dpl.json_values import read_json, text_of_json
from dqlkit.languages.dpl.matchers.matcher import Request, special
from dqlkit.languages.dpl.program import MISS, Clock, Endless, Node, Run
from dqlkit.languages.dpl.regular import NotRegular, Shape, Writer
from dqlkit.languages.dpl.xml_values import Element, read_xml
from dqlkit.types.kinds import ANY, Array, Record, Type
from dqlkit.types.values import Value

__all__ = ["ByNode", "Convert", "Document", "Member", "each", "read_object", "whole_text"]

_LONGEST = 128_000

Convert = Callable[[Value, Clock], Value]
"""From a JSON value to the value of a matcher; None where it is none."""


@frozen
class Member:
    """A member that a pattern lists. `export` is "" where it is dropped; `convert` None takes it as it is. The members of
    a `flat` one take its place."""

    name: str
    export: str
    kind: Type
    convert: Convert | None
    mandatory: bool
    flat: bool = False

    @property
    def is_own(self) -> bool:
        """Whether it is exported under one name."""
        return bool(self.export) and not self.flat

    @property
    def exports(self) -> Mapping[str, Type]:
        """What comes out of it, with types."""
        inner = dict(self.kind.fields) if self.flat and isinstance(self.kind, Record) else {self.export: self.kind}
        return inner if self.export else {}


@frozen
class ByNode:
    """The value of a JSON value that a node matches as a whole; the node exports it."""

    node: Node

    def __call__(self, value: Value, clock: Clock) -> Value:
        text = text_of_json(value)
        run = Run(text, clock)
        matched = self.node.match(run, 0) == len(text)
        return run.exports[-1][1] if matched and run.exports else None


def whole_text(value: Value, clock: Clock) -> Value:
    """The text of a JSON value, whatever it holds."""
    return text_of_json(value)


def each(convert: Convert | None) -> Convert:
    """The elements of an array, converted; None where one of them cannot be."""

    def convert_all(value: Value, clock: Clock) -> Value:
        if type(value) is not list:
            return None
        found = [item if item is None or convert is None else convert(item, clock) for item in value]
        return None if any(new is None and old is not None for new, old in zip(found, value, strict=True)) else found

    return convert_all


def members_of(
    members: tuple[Member, ...], greedy: str, value: Mapping[str, Value], clock: Clock
) -> dict[str, Value] | None:
    """The listed members of an object, and the others under `greedy`; None where a mandatory one is missing."""
    found: dict[str, Value] = {}
    for member in members:
        item = value.get(member.name)
        if item is not None and member.convert is not None:
            item = member.convert(item, clock)
        if item is None and member.mandatory:
            return None
        if member.flat and member.export:
            found |= item if isinstance(item, dict) else dict.fromkeys(member.exports)
        elif member.export:
            found[member.export] = item
    if greedy:
        listed = {member.name for member in members}
        found[greedy] = {name: item for name, item in value.items() if name not in listed}
    return found


class Document(Endless):
    """A JSON value. `convert` says what it is worth, None where it does not match; with `null` null is a value too.

    `plain` says of strict JSON objects that nothing is taken but all of them, or these `members`, and of arrays that all of
    them is taken: a column of such texts is read at once.
    """

    def __init__(
        self,
        slot: str,
        lead: str,
        strict: bool,
        longest: int,
        convert: Convert,
        *,
        flat: bool = False,
        null: bool = False,
        plain: bool = False,
        members: tuple[Member, ...] | None = None,
    ) -> None:
        self.slot, self.lead, self.strict, self.longest = slot, lead, strict, longest
        self.convert, self.flat, self.null = convert, flat, null
        self.plain, self.members = plain, members

    @property
    def tells_end(self) -> bool:
        """Whether columns know where it ends: arrays."""
        return self.lead == r"\["

    @property
    def names(self) -> list[str]:
        """What a plain one exports."""
        return [member.export for member in self.members or ()] if self.flat else [self.slot] if self.slot else []

    def match(self, run: Run, at: int) -> int:
        read = None if at and at in run.deep_json else read_json(run.text, at, self.strict, self.longest)
        if read is None:
            return MISS
        value, end = read
        converted = self.convert(value, run.clock)
        if converted is None and not (value is None and self.null):
            return MISS
        if self.flat:
            run.exports += converted.items()
        elif self.slot:
            run.exports.append((self.slot, converted))
        return end

    def column(self, text: Any, clock: Clock) -> Any:
        """The texts; `document_columns` reads them."""
        return text

    def regular(self, writer: Writer) -> Shape:
        if not self.plain or writer.searching or writer.depth or not writer.prefix:
            raise NotRegular("where a document ends is not known before it is read")
        regex = writer.capture(rf"{self.lead}(?s:.)*", self.slot, self)
        return Shape(regex, frozenset({ord(self.lead[-1])}), endless=True)


def read_object(text: str) -> Value:
    """What `JSON` reads at the start of a text; None where it does not match."""
    found = read_json(text, 0, True, _LONGEST)
    return found[0] if found and isinstance(found[0], dict) else None


def object_type(members: tuple[Member, ...] | None, greedy: str) -> Type:
    """The type of an object of which these members are taken, all of them for None."""
    if members is None:
        return ANY
    listed = {name: kind for member in members for name, kind in member.exports.items()}
    return Record((listed | ({greedy: ANY} if greedy else {})).items())


def object_converter(members: tuple[Member, ...] | None, greedy: str) -> Convert:
    """From a JSON object to what is taken of it."""

    def convert(value: Value, clock: Clock) -> Value:
        if type(value) is not dict:
            return None
        return value if members is None else members_of(members, greedy, value, clock)

    return convert


@special("JSON_OBJECT", exports=ANY, inner="members", textual=True)
def json(
    request: Request, *, greedy: str = "", flat: bool = False, strict: bool = True, maxlen: int = _LONGEST
) -> tuple[Node, Type]:
    """A JSON object as a record: all of it, or the members in braces, each read by its matcher.

    A member that is missing or that its matcher does not read is null; with `MATCHER+` the object does not match then.
    `greedy` names a member for all others, `flat` exports the members themselves (of a member in braces: puts them in its
    place), `strict=false` takes names and words without quotes.

    >>> JSON:all <- "{\\"name\\":\\"John\\",\\"age\\":33} rest"
    {"all": {"name": "John", "age": 33}}
    >>> JSON{ STRING:path, INT:"status code":status }(flat=true) <- "{\\"path\\":\\"/\\",\\"status code\\":200}"
    {"path": "/", "status": 200}
    >>> JSON{ JSON{ INT:id }(flat=true):user, STRING:path }(flat=true) <- "{\\"user\\":{\\"id\\":7},\\"path\\":\\"/\\"}"
    {"id": 7, "path": "/"}
    >>> JSON{ IPADDR:ip, INT[]:ports }(greedy='rest'):host <- "{\\"ip\\":\\"::1\\",\\"ports\\":[80,443],\\"up\\":true}"
    {"host": {"ip": "::0001", "ports": [80, 443], "rest": {"up": true}}}
    >>> JSON{ STRING:host }(strict=false):data <- "{host: example}"
    {"data": {"host": "example"}}
    """
    convert = object_converter(request.members, greedy)
    plain = strict and maxlen == _LONGEST and not greedy and all(member.is_own for member in request.members or ())
    node = Document(request.slot, r"\{", strict, maxlen, convert, flat=flat, plain=plain, members=request.members)
    node.is_whole_object = plain and request.members is None
    return node, object_type(request.members, greedy)


@special(exports=Array(ANY), inner="type", textual=True)
def json_array(
    request: Request, *, typed: bool = False, strict: bool = True, maxlen: int = _LONGEST
) -> tuple[Node, Type]:
    """A JSON array; with a matcher in braces every element is read by it, and there is no match where one cannot be.

    What `typed` changes is not documented; it is accepted.

    >>> JSON_ARRAY:a <- "[5,null,2.2,\\"17.9\\"]"
    {"a": [5, null, 2.2, "17.9"]}
    >>> JSON_ARRAY{DOUBLE}:a <- "[5,null,\\"3.14\\"]"
    {"a": [5.0, null, 3.14]}
    """
    member = request.members[0] if request.members else None
    convert = each(member.convert if member else None)
    plain = maxlen == _LONGEST and member is None
    return Document(request.slot, r"\[", strict, maxlen, convert, plain=plain), Array(member.kind if member else ANY)


@special(exports=ANY, inner="type", textual=True)
def json_value(
    request: Request, *, typed: bool = False, strict: bool = True, maxlen: int = _LONGEST
) -> tuple[Node, Type]:
    """Any JSON value; with a matcher in braces it is read by that.

    >>> JSON_VALUE:v EOL JSON_VALUE{IPADDR}:ip <- "33\\n\\"::1\\""
    {"v": 33, "ip": "::0001"}
    """
    member = request.members[0] if request.members else None
    convert: Convert = member.convert if member and member.convert else lambda value, clock: value
    lead = r'[\[{"0-9tfn-]' if strict else ""
    return Document(request.slot, lead, strict, maxlen, convert, null=True), member.kind if member else ANY


# ---- XML ------------------------------------------------------------------------------------------------------------


def _gathered(children: list[tuple[str, Value]]) -> dict[str, Value]:
    """Children by name; those of one name are an array."""
    found: dict[str, list[Value]] = {}
    for name, value in children:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _children(element: Element, shape: Callable[[Element], Value]) -> dict[str, Value]:
    return _gathered([(child.name, shape(child)) for child in element.children])


def _natural(element: Element) -> Value:
    """Text where there is nothing else, else attributes as `@name`, children by name, and text as `#text` [decided]."""
    if not element.attributes and not element.children:
        return element.text
    attributes = {f"@{name}": value for name, value in element.attributes.items()}
    text = {"#text": element.text} if element.text else {}
    return {**attributes, **_children(element, _natural), **text}


def _plain(element: Element) -> Value:
    """Children by name, text where there are none; attributes are left out [decided]."""
    return _children(element, _plain) if element.children else element.text


def _verbose(element: Element) -> Value:
    """The same form for every element: its name, attributes, children and text [decided]."""
    children = [_verbose(child) for child in element.children]
    return {"name": element.name, "attributes": dict(element.attributes), "children": children, "text": element.text}


class _Xml(Node):
    lead = r"[<\s]"

    def __init__(self, slot: str, read: Callable[[Element], Value], longest: int) -> None:
        self.slot, self.read, self.longest = slot, read, longest

    def match(self, run: Run, at: int) -> int:
        found = read_xml(run.text, at, self.longest)
        value = self.read(found[0]) if found else None
        if found is None or value is None:
            return MISS
        if self.slot:
            run.exports.append((self.slot, value))
        return found[1]


def _local(element: Element) -> Element:
    """The element with names that have lost their prefixes."""
    attributes = {name.rpartition(":")[2]: value for name, value in element.attributes.items()}
    return Element(element.name.rpartition(":")[2], attributes, list(map(_local, element.children)), element.text)


#: Other forms of the record, by what the name of the matcher ends in.
_SHAPES: Mapping[str, Callable[[Element], Value]] = {"_PLAIN": _plain, "_VERBOSE": _verbose}


@special(*(f"XML{ending}" for ending in _SHAPES), exports=ANY, textual=True)
def xml(
    request: Request,
    *,
    root_tag: str = "",
    exclude_root: bool = False,
    ignore_namespace: bool = False,
    maxlen: int = _LONGEST,
) -> Node:
    """An XML element as a record: children by name (those of one name are an array), attributes as `@name`, texts as
    strings; `XML_PLAIN` leaves attributes out, `XML_VERBOSE` has one form for every element: name, attributes,
    children, text. `rootTag` takes the first element of that name, `excludeRoot` leaves its own name out.

    >>> XML:doc <- "<a id='7'><b>x</b><b>y</b></a>"
    {"doc": {"a": {"@id": "7", "b": ["x", "y"]}}}
    >>> XML(rootTag='b', excludeRoot=true):doc <- "<a><b n='1'>x</b></a>"
    {"doc": {"@n": "1", "#text": "x"}}
    >>> XML_PLAIN:doc <- "<a id='7'><b>x</b></a>"
    {"doc": {"a": {"b": "x"}}}
    >>> XML_VERBOSE(excludeRoot=true):doc <- "<b n='1'>x</b>"
    {"doc": {"name": "b", "attributes": {"n": "1"}, "children": [], "text": "x"}}
    """
    shape = _SHAPES.get(request.written.removeprefix("XML"), _natural)

    def read(element: Element) -> Any:
        element = _local(element) if ignore_namespace else element
        found = element.find(root_tag) if root_tag else element
        if found is None:
            return None
        value = shape(found)
        return (value if isinstance(value, dict) else {"#text": value}) if exclude_root else {found.name: value}

    return _Xml(request.slot, read, maxlen)
