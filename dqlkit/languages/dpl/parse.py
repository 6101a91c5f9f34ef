"""Pattern text into a syntax tree. `grammars/dpl.lark` is the language; here is what its rules build.

An element and its modifiers are read as they come; when their sequence is complete, they are put together (`elements`).
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.dpl.elements import CODE, Modifier, Parts, Rank, assembled, settings_of
from dqlkit.languages.dpl.tree import (
    MANY,
    Atom,
    Bad,
    Characters,
    Definition,
    Element,
    Group,
    Literal,
    Macro,
    Matcher,
    Name,
    Pattern,
    Quantifier,
    Sequence,
    Setting,
)
from dqlkit.languages.syntax.parser import TEXT, Builder, Parser
from dqlkit.languages.syntax.tree import Number, Parsed
from dqlkit.regex import regex

__all__ = ["PARSER", "parse", "unescape"]

_WORDS = {"true": True, "false": False, "null": None}


def parse(text: str) -> Parsed:
    """The tree of a pattern (a `tree.Pattern`) with all its syntax errors; any text is answered, none raises."""
    return PARSER.parse(text, "pattern")


_MATCHERS = frozenset(["NAME", TEXT, "CHARACTERS", "VARIABLE", "LOOKAROUND", "LPAR"])
_MODIFIERS = frozenset(["STAR", "PLUS", "QMARK", "COLON", "LBRACE", "LESSTHAN", "DIMENSION"])


class _Builder(Builder):
    stages_inside = "("
    brackets: ClassVar = {"(": ")", "{": "}"}
    names: ClassVar = {"NAME": "a name", TEXT: "a text", "NUMBER": "a number", "VARIABLE": "a macro"}
    concepts = (
        ("a matcher", frozenset(["NAME", TEXT, "CHARACTERS"]), _MATCHERS),
        ("a modifier", frozenset(["STAR", "QMARK"]), _MODIFIERS),
    )
    ends: ClassVar = {"": "the end of the pattern"}

    def error(self, code: str, start: int, end: int, message: str, *, help: str = "", fix: Fix | None = None) -> None:
        super().error(CODE, start, end, message, help=help, fix=fix)

    # ---- tokens ----

    NAME = Name

    def STRING(self, start: int, end: int, text: str) -> Literal:
        quote = text[0]
        inside = text[1:-1]
        if len(text) < 2 or text[-1] != quote or (len(inside) - len(inside.rstrip("\\"))) % 2:
            message = f"expected a closing {quote} , found none"
            self.error(CODE, start, start + 1, message, help=f"Close the text with `{quote}`.")
            inside = text[1:]
        return Literal(start, end, unescape(inside))

    def CHARACTERS(self, start: int, end: int, text: str) -> Characters:
        inside = text[1:-1]
        if text[-1] != "]" or (len(inside) - len(inside.rstrip("\\"))) % 2:
            self.error(CODE, start, start + 1, "expected a closing `]`, found none", help="Close the group with `]`.")
            inside = text[1:]
        return Characters(start, end, inside)

    def VARIABLE(self, start: int, end: int, text: str) -> Macro:
        return Macro(start, end, text[1:])

    def LOOKAROUND(self, start: int, _end: int, text: str) -> tuple[int, str]:
        return start, text

    def NUMBER(self, start: int, end: int, text: str) -> Number:
        return Number(start, end, _number(text), text)

    BAD = Bad

    # ---- patterns ----

    def pattern(self, first: Any, body: list[Sequence] | None = None) -> Pattern:
        definitions: list[Definition] = first if body is not None else []
        group = _group(body if body is not None else first)
        return Pattern(definitions[0].start if definitions else group.start, group.end, definitions, group)

    def ended(self, sequences: list[Sequence], _semicolon: int) -> list[Sequence]:
        return sequences

    def definition(self, name: Macro, _equals: int, sequences: list[Sequence], semicolon: int) -> Definition:
        return Definition(name.start, semicolon + 1, name.name, _group(sequences))

    def next(self, items: list[object], item: object) -> list[object]:
        items.append(item)
        return items

    def sequence(self, parts: list[Parts | Setting], comma: int = -1) -> Sequence:
        if comma >= 0 and any(isinstance(part, Setting) for part in parts):
            message, fix = "expected an option behind `,`, found none", _removal(comma, comma + 1)
            self.error(CODE, comma, comma + 1, message, help="Remove the `,`.", fix=fix)
        elements: list[Element | Setting] = []
        for part in parts:
            elements += [part] if isinstance(part, Setting) else assembled(part, self.text, self.error)
        return Sequence(elements[0].start, elements[-1].end, elements)

    # ---- elements ----

    def bare(self, atom: Atom) -> Parts:
        return Parts(atom, start=atom.start)

    def modify(self, parts: Parts, modifier: Modifier) -> Parts:
        parts.modifiers.append(modifier)
        return parts

    def looking(self, lookaround: tuple[int, str], parts: Parts) -> Parts:
        parts.start, parts.lookaround = lookaround
        return parts

    def setting(self, name: Name, _equals: int, value: Setting) -> Setting:
        value.start, value.name = name.start, name
        return value

    def entry(self, name: Literal, _equals: int, value: Setting) -> Setting:
        value.start, value.name = name.start, Name(name.start, name.end, name.value, True)
        return value

    def matcher(self, name: Name) -> Matcher:
        return Matcher(name.start, name.end, name.name)

    def literal(self, literal: Literal) -> Literal:
        return literal

    def characters(self, characters: Characters) -> Characters:
        return characters

    def macro(self, macro: Macro) -> Macro:
        return macro

    def bad(self, bad: Bad) -> Bad:
        return bad

    def group(self, open_: int, sequences: list[Sequence], close: int) -> Group:
        return Group(open_, close + 1, sequences)

    def empty_group(self, open_: int, close: int) -> Group:
        message = "expected a matcher in the parentheses, found nothing"
        self.error(CODE, open_, close + 1, message, help="Remove them.", fix=_removal(open_, close + 1))
        return Group(open_, close + 1, [])

    # ---- values ----

    def number(self, number: Number) -> Setting:
        return Setting(number.start, number.end, None, number.value)

    def quoted(self, text: Literal) -> Setting:
        return Setting(text.start, text.end, None, text.value)

    def word(self, word: Name) -> Setting:
        if word.name.lower() not in _WORDS:
            message = f"expected a text, a number, `true`, `false` or `null`, found `{word.name}`"
            self.error(CODE, word.start, word.end, message, help=f"Write `'{word.name}'` for a text.")
        return Setting(word.start, word.end, None, _WORDS.get(word.name.lower()))

    def inner(self, open_: int, sequences: list[Sequence], close: int) -> Setting:
        return Setting(open_, close + 1, None, inner=Group(open_, close + 1, sequences))

    def bad_value(self, bad: Bad) -> Setting:
        return Setting(bad.start, bad.end, None)

    # ---- modifiers ----

    def _mark(self, start: int, least: int, most: int, mark: str) -> Modifier:
        return self._quantifier(Quantifier(start, start + 1, least, most, mark))

    def any_number(self, start: int) -> Modifier:
        return self._mark(start, 0, MANY, "*")

    def some(self, start: int) -> Modifier:
        return self._mark(start, 1, MANY, "+")

    def exactly(self, open_: int, number: Number, close: int) -> Modifier:
        return self._limits(open_, number, number, close)

    def at_least(self, open_: int, number: Number, _comma: int, close: int) -> Modifier:
        return self._limits(open_, number, None, close)

    def at_most(self, open_: int, _comma: int, number: Number, close: int) -> Modifier:
        return self._limits(open_, None, number, close)

    def between(self, open_: int, least: Number, _comma: int, most: Number, close: int) -> Modifier:
        if _whole(least) and _whole(most) and least.value > most.value:
            span = Span(open_, close + 1)
            swapped = f"{{{most.value},{least.value}}}"
            message = f"expected at most {most.value} as the least number, found {least.value}"
            fix = Fix(f"write `{swapped}`", (Edit(span, swapped),), safe=False)
            self.error(CODE, *span, message, help=f"Write `{swapped}`.", fix=fix)
            least = most
        return self._limits(open_, least, most, close)

    def _limits(self, open_: int, least: Number | None, most: Number | None, close: int) -> Modifier:
        limits = [self._limit(number) for number in (least, most)]
        low, high = (number if number is not None else bound for number, bound in zip(limits, (0, MANY), strict=True))
        return self._quantifier(Quantifier(open_, close + 1, low, high))

    def _limit(self, number: Number | None) -> int | None:
        if number is None or _whole(number):
            return None if number is None else int(number.value)
        self.error(CODE, *number.span, f"expected a whole number, not negative, found `{number.text}`")
        return 1

    def _quantifier(self, quantifier: Quantifier) -> Modifier:
        def apply(element: Element) -> None:
            element.quantifier = quantifier

        return Modifier(quantifier.start, quantifier.end, Rank.QUANTIFIER, "a quantifier", apply)

    def optional(self, start: int) -> Modifier:
        def apply(element: Element) -> None:
            element.optional = True

        return Modifier(start, start + 1, Rank.OPTIONAL, "`?`", apply)

    def array(self, start: int) -> Modifier:
        def apply(element: Element) -> None:
            element.dimensions += 1

        return Modifier(start, start + 2, Rank.CONFIGURATION, "`[]`", apply, repeatable=True)

    def export(self, colon: int, name: Name | Literal) -> Modifier:
        given = name if isinstance(name, Name) else Name(name.start, name.end, name.value, True)
        if not given.name:
            self.error(CODE, colon, given.end, "expected a name, found an empty text")

        def apply(element: Element) -> None:
            element.exports.append(given)

        return Modifier(colon, given.end, Rank.EXPORT, "an export", apply, repeatable=True)

    def meta(self, open_: int, value: Setting, close: int) -> Modifier:
        def apply(element: Element) -> None:
            element.meta = value

        return Modifier(open_, close + 1, Rank.EXPORT, "`<…>`", apply, repeatable=True)

    def empty_meta(self, open_: int, close: int) -> Modifier:
        message = "expected a text, a number, `true`, `false` or `null` between `<` and `>`, found nothing"
        self.error(CODE, open_, close + 1, message)
        return Modifier(open_, close + 1, Rank.EXPORT, "`<…>`", lambda _element: None, repeatable=True)

    def braces(self, open_: int, sequences: list[Sequence], close: int) -> Modifier:
        return self._inner(Group(open_, close + 1, sequences))

    def empty_braces(self, open_: int, close: int) -> Modifier:
        return self._inner(Group(open_, close + 1, []))

    def _inner(self, group: Group) -> Modifier:
        def apply(element: Element) -> None:
            element.inner = group

        return Modifier(group.start, group.end, Rank.INNER, "matchers in braces", apply)

    def parentheses(self, open_: int, sequences: list[Sequence], close: int) -> Modifier:
        group = Group(open_, close + 1, sequences)

        def apply(element: Element) -> None:
            element.configuration = settings_of(group)

        return Modifier(open_, close + 1, Rank.CONFIGURATION, "a configuration", apply, group)

    def empty_parentheses(self, open_: int, close: int) -> Modifier:
        message = "expected a configuration or a matcher in the parentheses, found nothing"
        self.error(CODE, open_, close + 1, message, help="Remove them.", fix=_removal(open_, close + 1))
        return Modifier(open_, close + 1, Rank.EXPORT, "nothing", lambda _element: None, repeatable=True)


def _group(sequences: list[Sequence]) -> Group:
    return Group(sequences[0].start, sequences[-1].end, sequences)


def _removal(start: int, end: int) -> Fix:
    return Fix("remove it", (Edit(Span(start, end), ""),))


def _number(text: str) -> int | float:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-")
    if digits[:2].lower() == "0x":
        return sign * int(digits[:40], 16)
    if digits.isdigit() and len(digits) < 40:
        return sign * int(digits)
    return sign * float(digits)


def _whole(number: Number) -> bool:
    return isinstance(number.value, int) and number.value >= 0


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def unescape(text: str) -> str:
    """Undo the escapes of a text: quotes, the backslash, `\\n`, `\\t`, `\\r`, `\\xNN` and `\\uNNNN`.

    Any other backslash stands for itself [inferred: only quotes and the backslash are documented].
    """
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


_ESCAPE = regex(r"(?s)\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))")


def _unescaped(match: re.Match[str]) -> str:
    short, long, character = match.groups()
    if short or long:
        character = chr(int(short or long, 16))
        return match.group() if "\ud800" <= character <= "\udfff" else character
    if character in "\\'\"":
        return str(character)
    return _ESCAPES.get(character, match.group())


PARSER = Parser("dpl", starts=("pattern",), builder=_Builder)
