"""The class of a matcher, and the decorators that declare one.

    @matcher("INTEGER", regex="[+-]?[0-9]+", exports=LONG, first="0-9+-", more="0-9")
    def int_(text: str, *, min: int = -(2**31), max: int = 2**31 - 1) -> int | None:
        \"\"\"A whole number of 32 bits.

        >>> INT:i <- "1-10"
        {"i": 1}
        \"\"\"
        number = int(text)
        return number if min <= number <= max else None

    int_.polars(lambda text: text.cast(pl.Int64, strict=False))

The name of the body is that of the matcher, in capitals; other names stand first. The regular expression says what text
is taken; Python and Polars read it alike. The body says what that text is worth, `None` where it is refused (a body that
never refuses says so by its annotation). Keyword parameters are the options of the configuration; `clock` gives a body
what points in time need. The examples of the documentation are run as tests.

A matcher that is more than a text with a value is declared by `@special`: its body makes the node of the program.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from dqlkit.cached import cached_property
from dqlkit.frozen import field, frozen, mutable
from dqlkit.functions.signature import camel_case
from dqlkit.languages.dpl.characters import Held, held
from dqlkit.languages.dpl.program import Clock, Node, Scan, Tail
from dqlkit.types.kinds import STRING, Type
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.languages.dpl.tree import Element

__all__ = ["ENDLESS", "Entries", "Inner", "Made", "Matcher", "Option", "Quantity", "Request", "matcher", "special"]

ENDLESS = 1 << 31
"""More repetitions than any text has."""

Inner: TypeAlias = Literal["", "pattern", "members", "type", "entries"]
"""What stands in the braces of a matcher: nothing, a pattern, members (`INT:a, …`), one matcher, `'text'=number, …`."""

Entries: TypeAlias = Mapping[str, int]

Expression: TypeAlias = str | Callable[..., str]
"""A text, or a function of the options that makes it."""


@frozen
class Quantity:
    """How often by default, and how often at all. `mandatory`: there is no default, a quantifier must be written."""

    least: int = 1
    most: int = 4096
    limit: int = ENDLESS
    mandatory: bool = False


@frozen
class Option:
    """An option of the configuration: its name, what values it takes, and its default."""

    name: str
    python: str
    types: tuple[type, ...]
    default: Value

    def accepts(self, value: Value) -> bool:
        return type(value) in self.types


@frozen
class Request:
    """The bound parts of which a special matcher is made.

    `inner` makes the node in the braces for a given tail; after that `names` holds its exports and their types. `written`
    is the name by which the pattern calls the matcher, in upper case: its own or an alias.
    """

    element: Element
    options: Mapping[str, Any]
    least: int
    most: int
    tail: Tail
    slot: str
    optional: bool = False
    inner: Callable[[Tail], Node] | None = None
    names: Mapping[str, Type] = field(default_factory=dict)
    members: tuple[Any, ...] | None = None
    entries: Entries = field(default_factory=dict)
    written: str = ""


Made: TypeAlias = "Node | tuple[Node, Type]"
"""A node, with the type of its export where the declaration cannot say it."""


@frozen
class Written:
    """Reads what `toString` says of the values of texts that were found."""

    write: Callable[[Any], Any]

    def column(self, text: Any, clock: Clock) -> Any:
        return self.write(text)


@mutable(eq=False, slots=False)
class Matcher:
    """A declared matcher. Names are upper case; queries write them in any case."""

    name: str
    aliases: tuple[str, ...]
    body: Callable[..., Any]
    family: str
    exports: Type | None
    options: Mapping[str, Option]
    regex: Expression = ""
    wide: tuple[str, ...] = ()
    around: int = 0
    first: Expression = ""
    more: Expression = ""
    doubt: str = ""
    quantity: Quantity | None = None
    default: str = ""
    inner: Inner = ""
    special: bool = False
    needs_export: bool = False
    needs_inner: bool = False
    needs_names: tuple[str, ...] = ()
    whole_text: bool = False
    other_names: Mapping[str, str] = field(default_factory=dict)
    check: Callable[..., tuple[str, str] | None] | None = None
    columns: Callable[..., Any] | None = None
    columns_where: Callable[..., bool] | None = None
    written: Written | None = None

    def __repr__(self) -> str:
        return f"<matcher {self.name}>"

    @property
    def documentation(self) -> str:
        return self.body.__doc__ or ""

    @property
    def counted(self) -> bool:
        """Whether its regular expression has the quantifier in it."""
        return self.quantity is not None

    @cached_property
    def sure(self) -> bool:
        """Whether it accepts every text that its regular expression finds."""
        return "None" not in str(self.body.__annotations__.get("return", ""))

    @cached_property
    def _wants(self) -> frozenset[str]:
        return frozenset(inspect.signature(self.body).parameters)

    def polars(self, columns: Callable[..., Any], where: Callable[..., bool] | None = None) -> None:
        """Declare how the texts found become values on whole columns: null where they are refused, or where the body is
        to decide. Both functions may ask for options, the first one for `clock` too; `where` tells for which it holds.
        """
        self.columns, self.columns_where = columns, where

    def writes(self, written: Callable[[Any], Any]) -> None:
        """Declare what `toString` says, on whole columns, of the values of texts found: null where the body is to decide."""
        self.written = Written(written)

    def checks(self, check: Callable[..., tuple[str, str] | None]) -> None:
        """Declare what else can be wrong with a configuration: a function of the options to an option and a message."""
        self.check = check

    def wrong(self, options: Mapping[str, Value]) -> tuple[str, str] | None:
        """The first wrong option, and the reason."""
        return self.check(**_wanted(self.check, options)) if self.check else None

    def option(self, name: str) -> Option | None:
        """The option of that name in any letter case, or of another name for it."""
        wanted = name.lower()
        wanted = self.other_names.get(wanted, wanted)
        return next((option for option in self.options.values() if option.name.lower() == wanted), None)

    # ---- programs -----------------------------------------------------------------------------------------------

    def make(self, request: Request) -> Made:
        """The node of a special matcher."""
        made: Made = self.body(request, **_wanted(self.body, request.options))
        return made

    def scan(self, options: Mapping[str, Value], least: int, most: int, slot: str) -> Node:
        """The node of any other."""
        return Scan(self, options, least, most, slot)

    # ---- one text -----------------------------------------------------------------------------------------------

    def expression(self, options: Mapping[str, Value], least: int, most: int, counted: bool = True) -> str:
        """The regular expression for these options; without `counted` large bounds are left out."""
        return _made(self.regex, {**options, "least": least, "most": most, "counted": counted})

    def reader(self, options: Mapping[str, Value]) -> Callable[[str, Clock], Value]:
        """The value of a text that the regular expression has found."""
        read = partial(self.body, **{name: value for name, value in options.items() if name in self._wants})
        if "clock" in self._wants:
            return lambda text, clock: read(text, clock=clock)
        return lambda text, clock: read(text)

    # ---- columns ------------------------------------------------------------------------------------------------

    def has_columns(self, options: Mapping[str, Value]) -> bool:
        """Whether values can be read on whole columns for these options."""
        if self.columns_where is not None:
            return self.columns_where(**_wanted(self.columns_where, options))
        return self.columns is not None or (self.exports == STRING and self.sure)

    def column(self, text: Any, options: Mapping[str, Value], clock: Clock) -> Any:
        """The values of a column of texts that the regular expression has found."""
        if self.columns is None:
            return text
        return self.columns(text, **_wanted(self.columns, {**options, "clock": clock}))

    def doubt_of(self, options: Mapping[str, Value]) -> str:
        """An expression for texts in which something might be refused, "" where no expression tells."""
        given = any(value != self.options[name].default for name, value in options.items())
        return "" if given else self.doubt

    def first_and_more(self, options: Mapping[str, Value]) -> tuple[Held, Held]:
        """The characters that a match may begin with, and of which it may take more or fewer."""
        first, more = (_made(expression, options) for expression in (self.first, self.more))
        return held(first), held(more) if more else frozenset()


def _made(expression: Expression, given: Mapping[str, Any]) -> str:
    return expression if isinstance(expression, str) else expression(**_wanted(expression, given))


def _wanted(function: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments that a function has parameters for."""
    return {name: given[name] for name in inspect.signature(function).parameters if name in given}


_TYPES: dict[str, tuple[type, ...]] = {"int": (int,), "float": (float, int), "str": (str,), "bool": (bool,)}
_TEXTUAL = ("charset", "locale")

_DECLARED: list[Matcher] = []


def declared() -> list[Matcher]:
    """Every matcher in the order of declaration; complete once the families are imported."""
    return _DECLARED


def _options(body: Callable[..., Any], textual: bool) -> dict[str, Option]:
    found = {}
    for name, parameter in inspect.signature(body).parameters.items():
        kind = str(parameter.annotation).split(" |")[0]
        if parameter.kind is parameter.KEYWORD_ONLY and kind in _TYPES:
            found[name] = Option(camel_case(name), name, _TYPES[kind], parameter.default)
    for name in _TEXTUAL if textual else ():
        found.setdefault(name, Option(name, name, (str,), ""))
    return found


def matcher(
    *aliases: str, exports: Type | None = STRING, textual: bool = False, **given: Any
) -> Callable[[Callable[..., Any]], Matcher]:
    """Declare a matcher of a text with a value.

    regex     what it takes, or a function of the options and of `least`, `most`, `counted`
    wide      simpler expressions for whole columns, the usual form first; one of them is found where `regex` is, perhaps where
              it is not, which the columns then leave to the body
    around    how many characters of it the quantifier does not count: quotes
    first     the characters it may begin with, as between brackets (or a function of the options)
    more      those of which it may take more or fewer
    doubt     an expression such that in a text without it no value is refused
    quantity  its quantifier, where one may stand in its expression
    default   the option that a value without a name is for
    other_names  further names of options
    textual   whether it takes `charset` and `locale`, which change nothing: the text is decoded already
    """

    def declare(body: Callable[..., Any]) -> Matcher:
        name = body.__name__.rstrip("_").upper()
        family = body.__module__.rpartition(".")[2]
        found = Matcher(name, aliases, body, family, exports, _options(body, textual), **given)
        _DECLARED.append(found)
        return found

    return declare


def special(
    *aliases: str, exports: Type | None = STRING, textual: bool = False, **given: Any
) -> Callable[[Callable[..., Made]], Matcher]:
    """Declare a matcher whose body makes its node from a `Request` and the options.

    inner         what stands in its braces, and `needs_inner` whether it must
    needs_names   exports that the pattern in braces must have; `value*` is any that begins so
    needs_export  whether it must have a name
    whole_text    whether it takes any text, so that a JSON member is read as it is
    """
    return matcher(*aliases, exports=exports, textual=textual, special=True, **given)
